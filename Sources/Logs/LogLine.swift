package import Vocabulary

import Documents

/// One line of a log, with what its form tells.
package struct LogLine: Hashable, Sendable {
  /// How the line was written.
  package enum Form: String, Sendable {
    /// One JSON object with a `message`: livekit-agents' Python worker in `start` mode.
    case json
    /// One JSON object of pino's, with a numeric `level`: the Node SDK.
    case pino
    /// One JSON object of zap's, with `msg` and `ts`: a LiveKit server.
    case server
    /// Text with escape sequences: the Python worker in `dev` mode, or with `--log-format colored`.
    case coloured
    /// `INFO:     …`: uvicorn.
    case uvicorn
    /// `2026-11-21 00:03:46,073 - INFO - file.py:333 - …`: Google's ADK.
    case adk
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
  /// When it was written; nil where the line does not say, or says it without a time zone.
  package let at: Timestamp?
  /// What the writer's clock showed, in a time zone that the line does not name, as if it were UTC: good for the time between
  /// two lines of one log, and for nothing else. Nil where `at` is known or the line has no time.
  package let localTime: Timestamp?
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
    let line = ArraySlice(bytes)
    self =
      switch line.first {
      case UInt8(ascii: "{")?: LogLine(object: line) ?? LogLine(text: line)
      case (0x30...0x39)?: LogLine(dated: line) ?? LogLine(text: line)
      case (0x41...0x5A)?, LogLine.escape?: LogLine(uvicorn: line) ?? LogLine(text: line)
      default: LogLine(text: line)
      }
  }

  private init(text: ArraySlice<UInt8>) {
    self.init(form: .text, message: String(decoding: text, as: UTF8.self))
  }

  init(
    form: Form, message: String, level: Level? = nil, logger: String? = nil, at: Timestamp? = nil,
    localTime: Timestamp? = nil, fields: [String: Value] = [:]
  ) {
    self.form = form
    self.message = message
    self.level = level
    self.logger = logger
    self.at = at
    self.localTime = localTime
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
    guard let text = text("exc_info") ?? (message.holds(LogLine.traceback) ? message : nil) else { return nil }
    // From the end: a traceback can be long, and no more than its last line is read.
    var rest = text.unicodeScalars[...]
    while !rest.isEmpty {
      let start = rest.lastIndex(where: \.isLineEnd).map { rest.index(after: $0) } ?? rest.startIndex
      let line = rest[start...]
      if !line.allSatisfy(\.properties.isWhitespace) { return String(line) }
      rest = rest[..<start].dropLast()
    }
    return nil
  }

  private static let traceback = Array("Traceback (most recent call last)".utf8)

  /// The line in one line for a person, harmless and at most 300 characters long.
  package var summary: String {
    let scalars = message.unicodeScalars.drop(while: \.isLineEnd)
    let first = String(scalars.prefix { !$0.isLineEnd })
    let words = [level.map { "\($0)".uppercased() }, first, exception.map { "(\($0))" }]
    let text = words.compactMap { $0 }.joined(separator: " ").harmless
    return text.utf8.count <= 300 || text.count <= 300 ? text : text.prefix(299) + "…"
  }
}

extension String {
  /// Whether the text's bytes hold others in a row, of which there is at least one.
  func holds(_ bytes: [UInt8]) -> Bool {
    let text = utf8.span
    guard text.count >= bytes.count else { return false }
    for start in 0...(text.count - bytes.count) where text[start] == bytes[0] {
      var length = 1
      while length < bytes.count, text[start + length] == bytes[length] { length += 1 }
      if length == bytes.count { return true }
    }
    return false
  }
}

extension Unicode.Scalar {
  /// Whether a line ends with it; of a pair the second ends one that is empty.
  fileprivate var isLineEnd: Bool {
    switch value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
