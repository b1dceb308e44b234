package import Vocabulary

import Documents

/// One line of a log, with what its form tells.
package struct LogLine: Hashable, Sendable {
  /// How the line was written.
  package enum Form: String, Sendable {
    /// One JSON object: livekit-agents' Python worker in `start` mode.
    case json
    /// Text with escape sequences: the same worker in `dev` mode, or with `--log-format colored`.
    case coloured
    /// Anything else: tracebacks, prints, other programs.
    case text
  }

  /// How the line was written.
  package let form: Form
  /// What it says; of a text line the whole line.
  package let message: String
  /// How much it matters; nil where the line does not say, or says it in a word that is not known.
  package let level: Level?
  /// Who wrote it: `livekit.agents`; nil where the line does not say.
  package let logger: String?
  /// When it was written; nil where the line does not say, or says it without a time zone (coloured lines).
  package let at: Timestamp?
  /// Everything else that has a name and is a text, a number or a truth value.
  package let fields: [String: Value]

  /// How much a line matters, in rising order.
  package enum Level: Int, Comparable, Sendable {
    case trace = 5
    case debug = 10
    case info = 20
    /// livekit-agents' own, between info and warning.
    case dev = 23
    case warning = 30
    case error = 40
    case critical = 50

    /// A level by the word that Python's logging has for it.
    package init?(word: some StringProtocol) {
      switch word {
      case "TRACE": self = .trace
      case "DEBUG": self = .debug
      case "INFO": self = .info
      case "DEV": self = .dev
      case "WARNING", "WARN": self = .warning
      case "ERROR": self = .error
      case "CRITICAL", "FATAL": self = .critical
      default: return nil
      }
    }

    package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// A field's value.
  package enum Value: Hashable, Sendable {
    case text(String)
    case number(Double)
    case truth(Bool)
    /// Null, an array or an object: there, but of no use here.
    case other
  }

  /// Reads one line without its end. Every line can be read: what is in no known form is text.
  package init(_ bytes: some Collection<UInt8>) {
    if bytes.first == UInt8(ascii: "{"), let line = LogLine(json: ArraySlice(Array(bytes))) {
      self = line
    } else if bytes.first.map(LogLine.isDigit) == true, bytes.contains(LogLine.escape),
      let line = LogLine(coloured: String(decoding: bytes, as: UTF8.self))
    {
      self = line
    } else {
      self.init(
        form: .text, message: String(decoding: bytes, as: UTF8.self), level: nil, logger: nil, at: nil, fields: [:])
    }
  }

  init(form: Form, message: String, level: Level?, logger: String?, at: Timestamp?, fields: [String: Value]) {
    self.form = form
    self.message = message
    self.level = level
    self.logger = logger
    self.at = at
    self.fields = fields
  }

  /// A field that is a text; nil when it is absent or something else.
  package func text(_ name: String) -> String? {
    if case .text(let text)? = fields[name] { return text }
    return nil
  }

  /// A field that is a number; nil when it is absent or something else.
  package func number(_ name: String) -> Double? {
    if case .number(let number)? = fields[name] { return number }
    return nil
  }

  /// The process that wrote the line, or that it is about; nil where the line does not say.
  package var pid: Int32? { number("pid").flatMap { Int32(exactly: $0) } }

  /// The exception that the line carries, its last line: `OSError: [Errno 98] …`; nil when it carries none.
  package var exception: String? {
    (text("exc_info") ?? (message.contains("\nTraceback") ? message : nil))?
      .split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
  }

  /// The line in one line for a person, harmless and at most 300 characters long.
  package var summary: String {
    let first = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    let words = [level.map { "\($0)".uppercased() }, first, exception.map { "(\($0))" }]
    let text = words.compactMap { $0 }.joined(separator: " ").harmless
    return text.count <= 300 ? text : text.prefix(299) + "…"
  }
}

extension LogLine {
  /// Keys that are parts of the line itself; the SDK's 1.0 to 1.8.9 write the same ones.
  private static let ownKeys: Set<String> = ["message", "level", "name", "timestamp"]

  /// Reads a line of JSON; nil when it is none, or has no message.
  private init?(json bytes: ArraySlice<UInt8>) {
    guard let members = JSONMembers(bytes).all else { return nil }
    var object = [String: Value](minimumCapacity: members.count)
    for member in members { object[member.name] = Value(member.value) }
    guard let message = object["message"] else { return nil }
    func word(_ key: String) -> String? {
      if case .text(let text)? = object[key] { return text }
      return nil
    }
    // A message that is no text was logged as a value: there is nothing to recognise in it.
    let text = if case .text(let text) = message { text } else { "" }
    self.init(
      form: .json, message: text, level: word("level").flatMap { Level(word: $0) }, logger: word("name"),
      at: word("timestamp").flatMap { Timestamp($0) },
      fields: object.filter { !LogLine.ownKeys.contains($0.key) })
  }

  private static let escape: UInt8 = 0x1B
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  /// Reads `2026-11-21 00:09:48,668 - ESC[36mDEBUGESC[0m asyncio - message ESC[90m{json}ESC[0m`; nil when it is not that.
  ///
  /// The time has no zone, so it is not taken. The fields stand behind the last grey sequence, so a brace in the message is
  /// not taken for them.
  private init?(coloured line: String) {
    let pieces = line.split(separator: "\u{1B}[90m", omittingEmptySubsequences: false)
    let head = LogLine.withoutEscapes(pieces.count > 1 ? pieces.dropLast().joined() : line)
    let parts = head.split(separator: " - ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let words = parts[1].split(separator: " ")
    guard words.count == 2, let level = Level(word: words[0]) else { return nil }
    let tail = pieces.count > 1 ? LogLine.withoutEscapes(pieces[pieces.count - 1]) : ""
    let fields = JSONMembers(ArraySlice(tail.utf8)).all.map { members in
      Dictionary(members.map { ($0.name, Value($0.value)) }, uniquingKeysWith: { $1 })
    }
    self.init(
      form: .coloured, message: parts[2].last == " " ? String(parts[2].dropLast()) : String(parts[2]), level: level,
      logger: String(words[1]), at: nil, fields: fields ?? [:])
  }

  /// The text without its colour sequences (`ESC [ … m`).
  private static func withoutEscapes(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    var isInside = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" {
        isInside = true
      } else if !isInside {
        result.append(scalar)
      } else if scalar == "m" {
        isInside = false
      }
    }
    return String(result)
  }
}

extension LogLine.Value {
  /// A value of a line of JSON.
  init(_ value: JSONMembers.Value) {
    switch value.kind {
    case .string: self = value.text.map { .text($0) } ?? .other
    case .number: self = value.number.map { .number($0) } ?? .other
    case .truth: self = value.truth.map { .truth($0) } ?? .other
    case .null, .object, .array: self = .other
    }
  }
}
