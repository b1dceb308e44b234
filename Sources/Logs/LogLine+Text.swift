import Documents
import Vocabulary

/// Lines that are text of a known form.
extension LogLine {
  static let escape: UInt8 = 0x1B

  /// Reads a line that begins with a time: coloured, ADK's, or a LiveKit server's in columns; nil when it is none of these.
  init?(dated bytes: ArraySlice<UInt8>) {
    if let line = LogLine(columns: bytes) {
      self = line
      return
    }
    // 23 characters are the time, and a level and a message follow.
    guard bytes.count > 30, bytes[bytes.startIndex + 10] == 0x20,
      bytes[(bytes.startIndex + 23)...].starts(with: " - ".utf8)
    else { return nil }
    let line = String(decoding: bytes, as: UTF8.self)
    let time = LogLine.localTime(line.prefix(23))
    guard
      let read = bytes.contains(LogLine.escape)
        ? LogLine(coloured: line, time) : LogLine(adk: line, time) ?? LogLine(plain: line, time)
    else { return nil }
    self = read
  }

  /// Reads `2026-11-21T00:09:48.668Z TAB INFO TAB livekit TAB caller TAB message TAB {…}`, in which the logger may be missing.
  private init?(columns bytes: ArraySlice<UInt8>) {
    guard let tab = bytes.prefix(40).firstIndex(of: 0x09), let at = LogEnvelope.moment(bytes[..<tab]) else {
      return nil
    }
    let columns = bytes.split(separator: 0x09, maxSplits: 6)
    guard let brace = columns.firstIndex(where: { $0.first == UInt8(ascii: "{") }), brace >= 3,
      let members = JSONMembers(bytes[columns[brace].startIndex...]).all
    else { return nil }
    self.init(
      form: .server, message: String(decoding: columns[brace - 1], as: UTF8.self),
      level: Level(word: String(decoding: columns[1], as: UTF8.self)),
      logger: brace > 4 ? String(decoding: columns[2], as: UTF8.self) : nil, at: at,
      fields: Dictionary(members.map { ($0.name, Value($0.value)) }, uniquingKeysWith: { $1 }))
  }

  /// `2026-11-21 00:09:48,668` as if it were UTC; nil when it is no time.
  private static func localTime(_ text: some StringProtocol) -> Timestamp? {
    Timestamp(String(text).replacing(" ", with: "T").replacing(",", with: ".") + "Z")
  }

  /// Reads `TIME - ESC[36mDEBUGESC[0m asyncio - message ESC[90m{json}ESC[0m`; nil when it is not that.
  ///
  /// The fields stand behind the last grey sequence, so a brace in the message is not taken for them.
  private init?(coloured line: String, _ time: Timestamp?) {
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
      logger: String(words[1]), localTime: time, fields: fields ?? [:])
  }

  /// Reads `TIME - INFO livekit.agents - message {json}`, which is a coloured line whose colours a collector took out.
  private init?(plain line: String, _ time: Timestamp?) {
    let parts = line.split(separator: " - ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    let words = parts[1].split(separator: " ")
    guard words.count == 2, let level = Level(word: words[0]) else { return nil }
    var (message, fields) = (parts[2], [String: Value]())
    if message.last == "}", let brace = message.firstRange(of: " {\""),
      let members = JSONMembers(ArraySlice(message[brace.lowerBound...].utf8)).all
    {
      fields = Dictionary(members.map { ($0.name, Value($0.value)) }, uniquingKeysWith: { $1 })
      message = message[..<brace.lowerBound]
    }
    self.init(
      form: .coloured, message: String(message.last == " " ? message.dropLast() : message), level: level,
      logger: String(words[1]), localTime: time,
      fields: fields)
  }

  /// Reads `TIME - INFO - file.py:333 - message`; nil when it is not that.
  private init?(adk line: String, _ time: Timestamp?) {
    let parts = line.split(separator: " - ", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let level = Level(word: parts[1]) else { return nil }
    self.init(form: .adk, message: String(parts[3]), level: level, logger: String(parts[2]), localTime: time)
  }

  /// Reads `INFO:     message`, also with a coloured level, as uvicorn writes it; nil when it is not that.
  init?(uvicorn bytes: ArraySlice<UInt8>) {
    // The longest level is CRITICAL; a colour before and after it takes nine bytes more.
    guard let colon = bytes.prefix(20).firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let word = LogLine.withoutEscapes(String(decoding: bytes[..<colon], as: UTF8.self))
    guard let level = Level(word: word) else { return nil }
    let text = LogLine.withoutEscapes(String(decoding: bytes[(colon + 1)...], as: UTF8.self))
    guard text.first == " " else { return nil }
    self.init(form: .uvicorn, message: String(text.drop { $0 == " " }), level: level)
  }

  /// The text without its colour sequences (`ESC [ … m`).
  private static func withoutEscapes(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(escape) else { return String(text) }
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
