import Vocabulary

/// One line of a LiveKit server's log.
struct ServerLogLine {
  /// When it was written, by the server's clock.
  let at: Timestamp
  /// What it says.
  let message: String
  private let fields: [String: LogLine.Value]

  /// Messages of which one is in every line that is looked at; most lines of a busy server are about webhooks and media.
  private static let messages = [
    "worker", "job", "starting RTC session", "participant closing", "closing room", "starting LiveKit server",
  ].map { Array($0.utf8) }

  /// Whether a line can say anything that is kept.
  static func matters(_ bytes: [UInt8]) -> Bool { messages.contains { bytes.contains(sequence: $0) } }

  /// Reads a line of JSON, as `logging.json` writes it, or one in columns, whose last is JSON; nil for anything else.
  init?(_ bytes: [UInt8]) {
    let line = LogLine(bytes)
    guard line.form == .server, let at = line.at else { return nil }
    (self.at, message, fields) = (at, line.message, line.fields)
  }

  /// A field that is a text; nil when it is absent or something else.
  func text(_ name: String) -> String? {
    if case .text(let text)? = fields[name] { return text }
    return nil
  }
}
