/// A configuration of `[sections]` with `key = value`, as supervisord and circus read it.
struct SectionedText {
  /// One section.
  struct Section {
    let name: String
    /// The last value of each key, keys in lower case.
    var values: [String: String] = [:]
    /// From 1.
    let line: Int
  }

  private(set) var sections: [Section] = []

  /// Reads a text; lines that are neither are passed over, indented ones go on with the value above them.
  init(_ text: String) {
    var key: String?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let trimmed = line.trimmedOfBlanks
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
        sections.append(Section(name: String(trimmed.dropFirst().prefix(upTo: end)), line: index + 1))
        key = nil
      } else if line.first == " " || line.first == "\t", let key, !sections.isEmpty {
        sections[sections.count - 1].values[key, default: ""] += " " + trimmed
      } else if let equals = trimmed.firstIndex(where: { $0 == "=" || $0 == ":" }), !sections.isEmpty {
        let name = trimmed[..<equals].trimmedOfBlanks.lowercased()
        var value = trimmed[equals...].dropFirst().trimmedOfBlanks
        if let comment = value.firstRange(of: " ;") { value = value[..<comment.lowerBound].trimmedOfBlanks }
        sections[sections.count - 1].values[name] = String(value)
        key = name
      }
    }
  }

  /// The section of a name.
  func section(_ name: String) -> Section? { sections.first { $0.name == name } }
}

extension StringProtocol where SubSequence == Substring {
  /// Without white space at both ends.
  var trimmedOfBlanks: Substring {
    let start = drop(while: \.isWhitespace)
    return start.lastIndex { !$0.isWhitespace }.map { start[...$0] } ?? ""
  }
}

/// A command line in words, as `shlex.split` and execvp-style readers split it: quotes group, backslashes escape, nothing is
/// expanded.
enum PlainWords {
  static func split(_ line: some StringProtocol) -> [Word] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words.map { Word(holed: $0) }
  }

  /// Whether a line needs a shell: it has more than words and quotes in it.
  static func needsShell(_ line: some StringProtocol) -> Bool {
    let builtins: Set<String> = [
      "exec", "cd", "export", "set", "trap", ".", "source", "eval", "ulimit", "umask", "wait",
    ]
    if line.contains(where: { "|&;<>()$`*?[]#~{}\n!".contains($0) }) { return true }
    let first = String(line.prefix { $0 != " " })
    return builtins.contains(first) || first.contains { $0 == "=" }
  }
}

extension Launch {
  /// A line that is started directly where it needs no shell, else by `/bin/sh -c`: make, Ruby's spawn.
  func line(_ text: String, at place: Place? = nil) -> Launch {
    PlainWords.needsShell(text) ? shell(Word(holed: text), at: place) : with(PlainWords.split(text), at: place)
  }
}
