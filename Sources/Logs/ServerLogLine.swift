import Documents
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
  ///
  /// `2026-11-21T00:09:48.668Z TAB INFO TAB livekit TAB caller TAB message TAB {…}`; the logger may be missing.
  init?(_ bytes: [UInt8]) {
    if bytes.first == UInt8(ascii: "{") {
      guard let object = ServerLogLine.object(bytes), case .text(let message)? = object["msg"],
        let at = object["ts"].flatMap(ServerLogLine.moment)
      else { return nil }
      (self.at, self.message, fields) = (at, message, object)
    } else {
      let columns = bytes.split(separator: UInt8(ascii: "\t"), maxSplits: 6).map { Array($0) }
      guard let brace = columns.firstIndex(where: { $0.first == UInt8(ascii: "{") }), brace >= 3,
        let object = ServerLogLine.object(Array(columns[brace...].joined(separator: [UInt8(ascii: "\t")]))),
        let at = ServerLogLine.moment(.text(String(decoding: columns[0], as: UTF8.self)))
      else { return nil }
      (self.at, message, fields) = (at, String(decoding: columns[brace - 1], as: UTF8.self), object)
    }
  }

  /// A field that is a text; nil when it is absent or something else.
  func text(_ name: String) -> String? {
    if case .text(let text)? = fields[name] { return text }
    return nil
  }

  private static func object(_ bytes: [UInt8]) -> [String: LogLine.Value]? {
    JSONMembers(bytes[...]).all.map { members in
      Dictionary(members.map { ($0.name, LogLine.Value($0.value)) }, uniquingKeysWith: { $1 })
    }
  }

  /// Seconds since the epoch with a fraction, or RFC 3339, also with `+0100` for the zone.
  private static func moment(_ value: LogLine.Value) -> Timestamp? {
    switch value {
    case .number(let seconds):
      guard seconds.isFinite, (0..<9_214_646_400).contains(seconds) else { return nil }
      return Timestamp(nanoseconds: Int64((seconds * 1_000_000).rounded()) * 1_000)
    case .text(let text):
      if let moment = Timestamp(text) { return moment }
      guard text.utf8.count > 5, text.dropLast(4).last == "+" || text.dropLast(4).last == "-" else { return nil }
      return Timestamp("\(text.dropLast(2)):\(text.suffix(2))")
    case .truth, .other: return nil
    }
  }
}
