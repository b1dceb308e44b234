/// How the words of a value are completed by a shell.
package enum Completion: Sendable, Hashable {
  /// Nothing is offered.
  case none
  /// These words.
  case words([String])
  /// Files with one of these extensions (without dots; none: every file), and directories on the way to them.
  case file(extensions: [String])
  /// Directories.
  case directory
  /// What the program itself answers for a kind of name; see `CompletionRequest`.
  case dynamic(String)
  /// Programs on PATH, then files: for a captured command line.
  case command
}

/// A shell asks the program which names there are: `PROGRAM __complete KIND PREFIX [WORD…]`.
///
/// The answer is one name a line on standard output, each with a tab and a description where there is one, and exit
/// status 0; nothing, when nothing is known. It comes from files at hand (configuration, runs on disk), never from a
/// network: a person waits with a finger on the tab key. Shells discard standard error. Names that do not begin with
/// the prefix may be left in, shells drop them.
package struct CompletionRequest: Sendable, Hashable {
  /// The kind of name, as the value kind declares it: `target`, `version`, `run`.
  package let kind: String
  /// What is typed so far of the name.
  package let prefix: String
  /// The words of the line before it, without the program's name.
  package let words: [String]

  /// The word that `PROGRAM __complete` begins with.
  package static let word = "__complete"

  /// What the line says for an option (`--config x` or `--config=x`), the last time it does; nil when it does not.
  package func value(of option: String) -> String? {
    for index in words.indices.reversed() {
      if words[index] == option, index + 1 < words.count { return words[index + 1] }
      if words[index].hasPrefix(option + "=") { return String(words[index].dropFirst(option.count + 1)) }
    }
    return nil
  }
}
