import Documents

/// A Dockerfile as BuildKit's parser reads it: instructions with their flags, arguments and here-documents.
struct Dockerfile: Sendable {
  /// What escapes a character and continues a line: `\` or a backtick.
  let escape: Unicode.Scalar
  /// The instructions in their order; every stage's.
  let instructions: [Instruction]

  /// One instruction; its continuation lines are joined, comments and empty lines between them left out.
  struct Instruction: Hashable, Sendable {
    /// In upper case: `ENTRYPOINT`.
    let keyword: String
    /// `--from=build` and the like, before the arguments.
    let flags: [String]
    /// What follows, white space at both ends removed; nothing in it is expanded.
    let text: String
    /// The line that it begins on, from 1.
    let line: Int
    /// The documents that begin on the lines below, in order.
    var heredocs: [Heredoc] = []

    /// The value of a flag: `build` of `--from=build`, empty of `--link`; nil when it is not given.
    func flag(_ name: String) -> String? {
      for flag in flags.reversed() where flag.hasPrefix("--\(name)") {
        let rest = flag.dropFirst(name.count + 2)
        if rest.isEmpty { return "" }
        if rest.first == "=" { return String(rest.dropFirst()) }
      }
      return nil
    }
  }

  /// A here-document of `COPY`, `ADD` or `RUN`.
  struct Heredoc: Hashable, Sendable {
    /// What ends it, and the name of the file that it becomes.
    let name: String
    /// Its lines with their ends; leading tabs removed after `<<-`.
    var content = ""
    /// Whether variables in it are expanded: its name is not quoted.
    let isExpanded: Bool
    /// Whether it was written `<<-`.
    let dropsTabs: Bool
    /// The line of its first content.
    let line: Int
  }

  /// How an instruction's arguments were written.
  enum Form: Hashable, Sendable {
    /// A JSON array of strings: run as it stands.
    case list([String])
    /// Anything else, broken JSON among it: run by the shell.
    case shell(String)
    /// A JSON array with something that is no string: no image is built.
    case invalid
  }
}

extension Dockerfile.Instruction {
  /// The form of `CMD`, `ENTRYPOINT`, `RUN`, `SHELL`, `COPY` and `ADD`.
  var form: Dockerfile.Form {
    guard text.hasPrefix("["), let node = try? JSON.parse(Array(text.utf8), file: keyword), let elements = node.sequence
    else { return .shell(text) }
    let strings = elements.compactMap(\.string)
    return strings.count == elements.count ? .list(strings) : .invalid
  }

  /// `name=value name="other value"`, and the old `name value`; values keep their quotes.
  func pairs(escape: Unicode.Scalar) -> [(name: String, value: String?)] {
    let words = DockerfileLine.words(of: text, escape: escape)
    guard let first = words.first else { return [] }
    if keyword == "ENV", !first.contains("=") {
      let name = text.prefix { !$0.isWhitespace }
      return [(String(name), String(text.dropFirst(name.count).drop { $0.isWhitespace }))]
    }
    return words.map { word in
      guard let equals = word.firstIndex(of: "=") else { return (word, nil) }
      return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }
  }
}
