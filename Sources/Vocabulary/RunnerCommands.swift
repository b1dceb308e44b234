extension StringProtocol {
  /// The text without what a CI system that prints it would take for a command to itself.
  ///
  /// GitHub's runner obeys `::name …::` where a line begins with it, spaces left out, and `##[name]` anywhere; Azure's and
  /// TeamCity's obey `##name[`. The first colon and the last number sign become `\u{3a}` and `\u{23}`; in JSON, whose
  /// strings alone can hold them, `\u0023`.
  package func withoutRunnerCommands(inJSON: Bool = false) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let text = line.unicodeScalars
      let start = text.firstIndex { !$0.properties.isWhitespace } ?? text.endIndex
      let isCommand = !inJSON && text[start...].starts(with: "::".unicodeScalars)
      guard isCommand || line.utf8.contains(UInt8(ascii: "#")) else { return String(line) }
      var result = String.UnicodeScalarView()
      for place in text.indices {
        if isCommand, place == start {
          result += "\\u{3a}".unicodeScalars
        } else if text[place] == "#", result.last == "#",
          text[place...].dropFirst().drop(while: \.properties.isAlphabetic).first == "["
        {
          result += (inJSON ? "\\u0023" : "\\u{23}").unicodeScalars
        } else {
          result.append(text[place])
        }
      }
      return String(result)
    }.joined(separator: "\n")
  }
}
