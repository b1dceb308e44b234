/// An error as a person reads it: what happened, why, and what to do next; and the exit status that it ends a command with.
///
/// Errors of modules conform, so that nothing decides by the text of an error. Text from outside must have been made
/// harmless (`String.harmless`) before it becomes part of one of the lines.
package protocol Failure: Error, CustomStringConvertible {
  /// What happened, on which object; lower-case, no full stop.
  var what: String { get }
  /// Why, as far as it is known; nil when `what` says it all.
  var why: String? { get }
  /// What to do now, as a command wherever there is one.
  var remedy: String? { get }
  /// The status that a command ends with.
  var exitStatus: ExitStatus { get }
}

extension Failure {
  package var description: String {
    (["error: \(what)"] + [why.map { "because: \($0)" }, remedy.map { "try: \($0)" }].compactMap { $0 })
      .joined(separator: "\n")
  }
}
