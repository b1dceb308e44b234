package import Vocabulary

import Documents

/// One record of a log: its line, and what was put around it.
package struct LogRecord: Sendable {
  /// The line as its program wrote it, with the traceback that follows it.
  package let line: LogLine
  /// Where its collector says that it comes from.
  package let origin: String?
  /// When its collector took it.
  package let at: Timestamp?
  /// What the line says has happened to a worker; nil: nothing of the kind.
  package let event: WorkerEvent?
  /// The line in one line for a person, as `LogLine.summary` says it.
  package let summary: String

  /// When it was written, by its writer's clock or else its collector's.
  package var moment: Timestamp? { line.at ?? at }

  /// Reads a line with what belongs to it, as `RecordBounds` found it: mostly one record, several where it is a whole export.
  package static func read(_ bytes: ArraySlice<UInt8>) -> [LogRecord] {
    let text = bytes.trimmingSpaces
    if text.first == UInt8(ascii: "["), let elements = elements(of: text) { return elements }
    guard let feed = bytes.firstIndex(of: 0x0A) else {
      if text.first == UInt8(ascii: "{"), let entries = entries(of: text) { return entries }
      return [LogRecord(bytes)]
    }
    // An object over several lines begins with a lone brace, and a wrapped one with a line that can stand alone.
    if text.first == UInt8(ascii: "{"), bytes[..<feed].trimmingSpaces.elementsEqual("{".utf8) {
      return [LogRecord(text)]
    }
    return [LogRecord(lines: bytes.split(separator: 0x0A, omittingEmptySubsequences: false))]
  }

  private init(_ bytes: ArraySlice<UInt8>) {
    let envelope = LogEnvelope.open(bytes)
    self.init(line: LogLine(envelope.content), origin: envelope.origin, at: envelope.at)
  }

  private init(line: LogLine, origin: String?, at: Timestamp?) {
    self.line = line
    self.origin = origin
    self.at = at
    event = WorkerEvent(line)
    summary = line.summary
  }

  /// Joins the parts of a cut line, then puts a traceback to the line before it.
  private init(lines: [ArraySlice<UInt8>]) {
    var contents: [ArraySlice<UInt8>] = []
    var first: LogEnvelope?
    var goesOn = false
    for line in lines {
      let envelope = LogEnvelope.open(line)
      first = first ?? envelope
      if goesOn, let last = contents.popLast() {
        contents.append(ArraySlice(Array(last) + Array(envelope.content)))
      } else {
        contents.append(envelope.content)
      }
      goesOn = envelope.isPartial
    }
    // A line that was cut can hold another wrapping, which shows only when it is whole.
    let whole = LogEnvelope.open(contents.first ?? [])
    let line = LogLine(whole.content)
    let rest = contents.dropFirst().map { String(decoding: $0, as: UTF8.self) }
    self.init(
      line: rest.isEmpty ? line : line.followed(by: rest), origin: whole.origin ?? first?.origin,
      at: whole.at ?? first?.at)
  }

  /// The records of an array of objects in one line; nil when it is none.
  private static func elements(of text: ArraySlice<UInt8>) -> [LogRecord]? {
    let inner = text.dropFirst().trimmingSpaces
    guard inner.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "]") else { return nil }
    return JSONElements(text).map { LogRecord($0) }
  }

  /// The records of an export that is one object with one array: `{"events":[…]}`, `{"data":[…],"meta":…}`.
  private static func entries(of text: ArraySlice<UInt8>) -> [LogRecord]? {
    guard let bracket = text.prefix(64).firstIndex(of: UInt8(ascii: "[")), text[bracket...].prefix(4).contains(0x7B),
      let members = JSONMembers(text).all
    else { return nil }
    for name in ["events", "data", "logs", "entries", "results"] {
      guard let value = members.first(where: { $0.name == name })?.value, value.kind == .array else { continue }
      return elements(of: value.bytes)
    }
    return nil
  }
}

extension LogLine {
  /// The line with the lines of a traceback behind it.
  func followed(by lines: [String]) -> LogLine {
    let rest = lines.joined(separator: "\n")
    guard form != .text else {
      return LogLine(form: .text, message: message + "\n" + rest, level: level, at: at, localTime: localTime)
    }
    var fields = fields
    if fields["exc_info"] == nil { fields["exc_info"] = .text(rest) }
    return LogLine(
      form: form, message: message, level: level, logger: logger, at: at, localTime: localTime, fields: fields)
  }
}

/// The objects of a JSON array as they are written, without a tree.
struct JSONElements: Sequence, IteratorProtocol {
  private let bytes: ArraySlice<UInt8>
  private var place: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  mutating func next() -> ArraySlice<UInt8>? {
    guard let start = bytes[place...].firstIndex(of: UInt8(ascii: "{")) else { return nil }
    var (depth, isQuoted) = (0, false)
    var index = start
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "\\") where isQuoted: index += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "{") where !isQuoted: depth += 1
      case UInt8(ascii: "}") where !isQuoted:
        depth -= 1
        if depth == 0 {
          place = index + 1
          return bytes[start...index]
        }
      default: break
      }
      index += 1
    }
    place = bytes.endIndex
    return nil
  }
}
