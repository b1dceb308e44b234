/// A workflow command of GitHub's: a line that its runner obeys instead of showing it.
///
/// Text from outside is escaped by the runner's own rules, so that it can end neither the command nor its line, and holds
/// no command of the older spelling either.
package struct WorkflowCommand: Sendable {
  /// What is asked of the runner: `error`, `group`.
  package var name: String
  /// Its properties in their order: `file`, `line`, `title`.
  package var properties: [(name: String, value: String)]
  /// What the command is about.
  package var data: String

  /// A command; its texts as they are meant to be read.
  package init(_ name: String, _ properties: [(name: String, value: String)] = [], _ data: String) {
    self.name = name
    self.properties = properties
    self.data = data
  }

  /// The line, without its end.
  package var line: String {
    let list = properties.map { "\($0.name)=\(Self.property($0.value.withoutRunnerCommands()))" }
    return
      "::\(name)\(list.isEmpty ? "" : " ")\(list.joined(separator: ","))::\(Self.data(data.withoutRunnerCommands()))"
  }

  /// A text as a command's data: with it no line of a report can be another command.
  package static func data(_ text: some StringProtocol) -> String { escape(text, "%\r\n") }

  /// A text as a command's property.
  package static func property(_ text: some StringProtocol) -> String { escape(text, "%\r\n:,") }

  private static func escape(_ text: some StringProtocol, _ characters: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      guard characters.unicodeScalars.contains(scalar) else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      result += "%" + (digits.count < 2 ? "0" : "") + digits
    }
    return result
  }
}
