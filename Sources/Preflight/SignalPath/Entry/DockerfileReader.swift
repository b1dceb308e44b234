import Documents
import Vocabulary

extension Dockerfile {
  /// The largest Dockerfile that is read.
  static let limit = 1 << 20

  private static let keywords: Set = [
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD",
    "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
  ]

  /// Reads a Dockerfile, which messages call `file`; throws `DocumentFailure` with the first problem that keeps BuildKit
  /// from reading it.
  init(_ bytes: [UInt8], file: String) throws {
    func problem(_ what: String, line: Int, hint: String? = nil) -> DocumentFailure {
      DocumentFailure([DocumentProblem(file: file, at: Mark(line: line, column: 1), what, hint: hint)])
    }
    guard !bytes.contains(0) else { throw problem("it is not text: a zero byte is in it", line: 1) }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    var escape: Unicode.Scalar = "\\"
    var directives: Set<String>? = []
    var instructions: [Instruction] = []
    var next = 0
    while next < lines.count {
      let start = next + 1
      var line = DockerfileLine(lines[next], escape: escape)
      next += 1
      if let seen = directives {
        if let (name, value) = line.directive, ["escape", "syntax", "check"].contains(name) {
          guard !seen.contains(name) else { throw problem("the directive '\(name)' is there twice", line: start) }
          directives?.insert(name)
          if name == "escape" {
            guard value == "\\" || value == "`", let scalar = value.unicodeScalars.first else {
              throw problem("'\(value)' cannot be the escape character", line: start, hint: "write \\ or `")
            }
            escape = scalar
          }
        } else {
          directives = nil
        }
      }
      guard !line.isComment, !line.isBlank else { continue }
      var joined = line.dropContinuation(trimLeft: true)
      while line.continues, next < lines.count {
        line = DockerfileLine(lines[next], escape: escape)
        next += 1
        if line.isComment || line.isBlank {
          line.continues = true
          continue
        }
        joined += line.dropContinuation(trimLeft: false)
      }
      guard var instruction = Instruction(joined, line: start, escape: escape) else { continue }
      guard Self.keywords.contains(instruction.keyword) else {
        throw problem(
          "unknown instruction '\(instruction.keyword)'", line: start,
          hint: nearestName(to: instruction.keyword, among: Self.keywords.sorted()).map { "did you mean \($0)?" })
      }
      guard instruction.takesHeredocs else {
        instructions.append(instruction)
        continue
      }
      for heredoc in DockerfileLine.heredocs(in: joined, escape: escape, line: next + 1) {
        var heredoc = Heredoc(
          name: heredoc.name, isExpanded: heredoc.isExpanded, dropsTabs: heredoc.dropsTabs, line: next + 1)
        var isEnded = false
        while next < lines.count, !isEnded {
          let content = heredoc.dropsTabs ? String(lines[next].drop { $0 == "\t" }) : lines[next]
          next += 1
          isEnded = content.trimmingLineEnd == heredoc.name
          if !isEnded { heredoc.content += content + "\n" }
        }
        guard isEnded else { throw problem("the here-document '\(heredoc.name)' does not end", line: start) }
        instruction.heredocs.append(heredoc)
      }
      instructions.append(instruction)
    }
    guard !instructions.isEmpty else { throw problem("there is no instruction in it", line: 1) }
    self.escape = escape
    self.instructions = instructions
  }
}

extension Dockerfile.Instruction {
  /// An instruction of one joined line; nil when the line is empty.
  init?(_ joined: String, line: Int, escape: Unicode.Scalar) {
    let trimmed = joined.trimmed
    let keyword = trimmed.prefix { !$0.isWhitespace }
    guard !keyword.isEmpty else { return nil }
    let (flags, rest) = DockerfileLine.flags(of: String(trimmed.dropFirst(keyword.count)), escape: escape)
    self.init(keyword: keyword.uppercased(), flags: flags, text: rest.trimmed, line: line)
  }

  /// `ADD`, `COPY` and `RUN`, and `ONBUILD` of them.
  fileprivate var takesHeredocs: Bool {
    let keyword = keyword == "ONBUILD" ? text.prefix { !$0.isWhitespace }.uppercased() : keyword
    return ["ADD", "COPY", "RUN"].contains(keyword)
  }
}

/// One line of a Dockerfile, and how BuildKit cuts lines into words.
struct DockerfileLine {
  private let text: String
  private let escape: Unicode.Scalar
  /// Whether the next line belongs to the same instruction.
  var continues: Bool

  init(_ line: String, escape: Unicode.Scalar) {
    text = line.trimmingLineEnd
    self.escape = escape
    continues = Self.continuation(of: text, escape: escape) != nil
  }

  var isComment: Bool { text.first { !$0.isWhitespace } == "#" }
  var isBlank: Bool { text.allSatisfy(\.isWhitespace) }

  /// `# name=value`.
  var directive: (name: String, value: String)? {
    guard text.trimmed.first == "#" else { return nil }
    let parts = text.trimmed.dropFirst().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let (name, value) = (String(parts[0]).trimmed, String(parts[1]).trimmed)
    guard name.first?.isLetter == true, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }), !value.isEmpty
    else { return nil }
    return (name.lowercased(), value)
  }

  /// The text without the escape character that continues it.
  func dropContinuation(trimLeft: Bool) -> String {
    let kept = Self.continuation(of: text, escape: escape).map { String(text.unicodeScalars[..<$0]) } ?? text
    return trimLeft ? String(kept.drop { $0.isWhitespace }) : kept
  }

  /// Where the escape character stands that continues the line; two of them continue nothing.
  private static func continuation(of text: String, escape: Unicode.Scalar) -> String.Index? {
    let scalars = text.unicodeScalars
    var end = scalars.endIndex
    while end > scalars.startIndex {
      let previous = scalars.index(before: end)
      guard scalars[previous] == " " || scalars[previous] == "\t" else { break }
      end = previous
    }
    guard end > scalars.startIndex else { return nil }
    let last = scalars.index(before: end)
    guard scalars[last] == escape else { return nil }
    if last > scalars.startIndex, scalars[scalars.index(before: last)] == escape { return nil }
    return last
  }

  /// The flags at the start of an instruction's arguments, and what follows them.
  static func flags(of arguments: String, escape: Unicode.Scalar) -> ([String], String) {
    var flags: [String] = []
    var rest = arguments.trimmed
    while rest.hasPrefix("--") {
      let word = words(of: rest, escape: escape, atMost: 1).first ?? ""
      if word == "--" { return (flags, String(rest.dropFirst(2))) }
      flags.append(word.filter { $0 != "\"" && $0 != "'" })
      rest = String(rest.dropFirst(word.count)).trimmed
    }
    return (flags, rest)
  }

  /// Words between white space; quotes hold them together and stay.
  static func words(of text: String, escape: Unicode.Scalar, atMost limit: Int = .max) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped {
        isEscaped = false
      } else if scalar == escape, quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
      } else if scalar.properties.isWhitespace {
        if !word.isEmpty { words.append(String(word)) }
        if words.count == limit { return words }
        word = String.UnicodeScalarView()
        continue
      }
      word.append(scalar)
    }
    if !word.isEmpty { words.append(String(word)) }
    return words
  }

  /// The here-documents that a line opens: `<<EOF`, `<<-EOF`, `3<<"EOF"`.
  static func heredocs(in line: String, escape: Unicode.Scalar, line number: Int) -> [Dockerfile.Heredoc] {
    words(of: line, escape: escape).compactMap { word in
      var rest = word.drop { $0.isASCII && $0.isNumber }
      guard rest.hasPrefix("<<") else { return nil }
      rest = rest.dropFirst(2)
      let dropsTabs = rest.first == "-"
      if dropsTabs { rest = rest.dropFirst() }
      guard !rest.isEmpty, !rest.contains("<") else { return nil }
      let name = rest.filter { $0 != "\"" && $0 != "'" && $0 != "\\" }
      guard !name.isEmpty else { return nil }
      return Dockerfile.Heredoc(name: name, isExpanded: name == rest, dropsTabs: dropsTabs, line: number)
    }
  }
}

extension String {
  /// Without the carriage returns at its end; a line feed has been taken by the cut into lines.
  fileprivate var trimmingLineEnd: String {
    var scalars = unicodeScalars[...]
    while let last = scalars.last, last == "\r" || last == "\n" { scalars = scalars.dropLast() }
    return String(scalars)
  }

  /// Without white space at both ends.
  var trimmed: String {
    var rest = drop { $0.isWhitespace }
    while rest.last?.isWhitespace == true { rest = rest.dropLast() }
    return String(rest)
  }
}
