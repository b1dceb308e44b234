import Documents
import Vocabulary

/// Lines that are JSON objects.
extension LogLine {
  /// Reads an object; nil when it is none, or says nothing.
  init?(object bytes: ArraySlice<UInt8>) {
    guard let members = JSONMembers(bytes).all else { return nil }
    guard let form = LogLine.form(of: members) else { return nil }
    // Keys that are parts of the line itself, in their places; livekit-agents 1.0 to 1.8.9 write the same ones.
    var (message, level, logger, moment): (Value?, Value?, Value?, Value?)
    var fields = [String: Value](minimumCapacity: members.count)
    for member in members {
      let value = Value(member.value)
      switch (form, member.name) {
      case (.json, "message"), (.pino, "msg"), (.server, "msg"): message = value
      case (_, "level"): level = value
      case (.json, "name"), (.pino, "name"), (.server, "logger"): logger = value
      case (.json, "timestamp"), (.pino, "time"), (.server, "ts"): moment = value
      default: fields[member.name] = value
      }
    }
    func word(_ value: Value?) -> String? {
      if case .text(let text)? = value { return text }
      return nil
    }
    // A message that is no text was logged as a value: there is nothing to recognise in it.
    let text = word(message) ?? ""
    switch form {
    case .pino:
      self.init(
        form: .pino, message: text, level: level.flatMap { Level(pino: $0) }, logger: word(logger),
        at: moment.flatMap { LogLine.moment($0, unitsPerSecond: 1_000) }, fields: fields)
    case .server:
      self.init(
        form: .server, message: text, level: word(level).flatMap { Level(word: $0.uppercased()) },
        logger: word(logger), at: moment.flatMap { LogLine.moment($0, unitsPerSecond: 1) }, fields: fields)
    default:
      self.init(
        form: .json, message: text, level: word(level).flatMap { Level(word: $0) }, logger: word(logger),
        at: word(moment).flatMap { Timestamp($0) }, fields: fields)
    }
  }

  private static func form(of members: [JSONMembers.Member]) -> Form? {
    func last(_ name: String) -> JSONMembers.Value? { members.last { $0.name == name }?.value }
    if last("message") != nil { return .json }
    guard last("msg") != nil else { return nil }
    if last("level")?.number != nil, last("time") != nil { return .pino }
    return last("ts") != nil ? .server : nil
  }

  /// A moment as a number of units since the epoch, or as RFC 3339, also with `+0100` for the zone.
  static func moment(_ value: Value, unitsPerSecond: Double) -> Timestamp? {
    switch value {
    case .number(let count):
      let seconds = count / unitsPerSecond
      guard seconds.isFinite, (0..<9_214_646_400).contains(seconds) else { return nil }
      return Timestamp(nanoseconds: Int64((seconds * 1_000_000).rounded()) * 1_000)
    case .text(let text): return LogEnvelope.moment(ArraySlice(text.utf8))
    case .truth, .other: return nil
    }
  }
}

extension LogLine.Level {
  /// A level by pino's number: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
  init?(pino value: LogLine.Value) {
    guard case .number(let number) = value else { return nil }
    switch number {
    case 10: self = .trace
    case 20: self = .debug
    case 30: self = .info
    case 40: self = .warning
    case 50: self = .error
    case 60: self = .critical
    default: return nil
    }
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
