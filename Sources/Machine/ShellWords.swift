/// Splits a command line into words by a POSIX shell's rules for quotes and backslashes; nothing is expanded.
package enum ShellWords {
  /// The words; nil when a quote does not end or a backslash is last.
  package static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var rest = Substring(text)
    while let character = rest.popFirst() {
      switch character {
      case " ", "\t", "\n", "\r", "\r\n":
        if let done = word { words.append(done) }
        word = nil
      case "'":
        guard let end = rest.firstIndex(of: "'") else { return nil }
        word = (word ?? "") + rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"":
        guard let quoted = doubleQuoted(&rest) else { return nil }
        word = (word ?? "") + quoted
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        // A backslash before a line end joins the lines.
        if next != "\n" { word = (word ?? "") + String(next) }
      default: word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  /// The text up to the closing quote, which is taken as well; a backslash escapes only `"`, `\`, `$` and a backtick.
  private static func doubleQuoted(_ rest: inout Substring) -> String? {
    var result = ""
    while let character = rest.popFirst() {
      switch character {
      case "\"": return result
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        if next == "\n" { continue }
        result += "\"\\$`".contains(next) ? String(next) : "\\" + String(next)
      default: result.append(character)
      }
    }
    return nil
  }
}
