import Documents
import Vocabulary

/// Wrappings that are JSON objects.
extension LogEnvelope {
  /// The wrapping that an object is; nil when it is a program's own line.
  static func object(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    // Most lines that begin with a brace are a program's own: what no wrapping can do without decides at once.
    guard let members = JSONMembers(line).all, members.contains(where: { signs.contains($0.name) }) else { return nil }
    var values: [String: JSONMembers.Value] = [:]
    for member in members { values[member.name] = member.value }
    return docker(values) ?? journal(values) ?? cloudLogging(values) ?? cloudWatch(values) ?? datadog(values)
  }

  /// Names of which every wrapping has one.
  private static let signs: Set<String> = [
    "stream", "MESSAGE", "logName", "insertId", "ingestionTime", "logStreamName", "eventId", "@message", "attributes",
    "content", "ddsource", "_id",
  ]

  private typealias Values = [String: JSONMembers.Value]

  private static func docker(_ values: Values) -> LogEnvelope? {
    guard values.count <= 4, let log = values["log"]?.text, let time = values["time"]?.text, values["stream"] != nil
    else {
      return nil
    }
    var bytes = ArraySlice(log.utf8)
    // Docker cuts long lines at 16 KiB; the last part alone has the newline.
    let isPartial = bytes.last != 0x0A
    if !isPartial { bytes = bytes.dropLast() }
    var envelope = LogEnvelope(bytes)
    envelope.wrapping = .docker
    envelope.at = Timestamp(time)
    envelope.isPartial = isPartial
    return envelope
  }

  private static func journal(_ values: Values) -> LogEnvelope? {
    guard let message = values["MESSAGE"], let time = values["__REALTIME_TIMESTAMP"]?.text.flatMap({ Int64($0) }) else {
      return nil
    }
    // A message that is not UTF-8 is an array of bytes.
    guard let content = message.text.map({ ArraySlice($0.utf8) }) ?? bytes(message) else { return nil }
    var envelope = LogEnvelope(content)
    envelope.wrapping = .journal
    envelope.at = nanoseconds(time, times: 1_000)
    envelope.origin = (values["_SYSTEMD_UNIT"] ?? values["SYSLOG_IDENTIFIER"])?.text?.harmless
    envelope.pid = values["_PID"]?.text.flatMap { Int32($0) }
    return envelope
  }

  private static func bytes(_ value: JSONMembers.Value) -> ArraySlice<UInt8>? {
    guard value.kind == .array else { return nil }
    return (try? CanonicalJSON.decode([UInt8].self, from: Array(value.bytes))).map { $0[...] }
  }

  private static func cloudLogging(_ values: Values) -> LogEnvelope? {
    guard values["logName"] != nil || values["insertId"] != nil,
      values["timestamp"] != nil || values["receiveTimestamp"] != nil
    else { return nil }
    guard let content = values["textPayload"]?.text.map({ ArraySlice($0.utf8) }) ?? payload(values["jsonPayload"])
    else {
      return nil
    }
    var envelope = LogEnvelope(content)
    envelope.wrapping = .cloudLogging
    envelope.at = (values["timestamp"] ?? values["receiveTimestamp"])?.text.flatMap { Timestamp($0) }
    envelope.origin =
      labels(values["resource"]).flatMap { labels in
        ["pod_name", "revision_name", "service_name", "instance_id"].lazy.compactMap { labels[$0] }.first
      }?.harmless
    return envelope
  }

  /// An object as it is; one with nothing but a message is that message's text.
  private static func payload(_ value: JSONMembers.Value?) -> ArraySlice<UInt8>? {
    guard let value, value.kind == .object else { return nil }
    let members = JSONMembers(value.bytes).all ?? []
    if members.count == 1, members[0].name == "message", let text = members[0].value.text {
      return ArraySlice(text.utf8)
    }
    return value.bytes
  }

  private static func labels(_ resource: JSONMembers.Value?) -> [String: String]? {
    guard let resource, resource.kind == .object,
      let labels = JSONMembers(resource.bytes).first(where: { $0.name == "labels" })?.value, labels.kind == .object
    else { return nil }
    return Dictionary(
      JSONMembers(labels.bytes).compactMap { label in label.value.text.map { (label.name, $0) } },
      uniquingKeysWith: { $1 })
  }

  /// `aws logs filter-log-events` and subscriptions: a message, and a time in milliseconds.
  private static func cloudWatch(_ values: Values) -> LogEnvelope? {
    let isEvent = values["ingestionTime"] != nil || values["logStreamName"] != nil || values["eventId"] != nil
    let isInsight = values["@message"] != nil && values["@timestamp"] != nil
    guard isEvent || isInsight, let message = (values["message"] ?? values["@message"])?.text else { return nil }
    var envelope = LogEnvelope(ArraySlice(message.utf8))
    if envelope.content.last == 0x0A { envelope.content = envelope.content.dropLast() }
    envelope.wrapping = .cloudWatch
    envelope.at =
      values["timestamp"]?.number.flatMap { milliseconds($0) }
      ?? values["@timestamp"]?.text.flatMap { Timestamp($0.replacing(" ", with: "T") + "Z") }
    envelope.origin = (values["logStreamName"] ?? values["@logStream"])?.text?.harmless
    return envelope
  }

  /// A log of Datadog's API or archive: `{"attributes":{"message":…,"timestamp":…,"service":…,"attributes":{…}}}` or those alone.
  private static func datadog(_ values: Values) -> LogEnvelope? {
    var log = values
    if values["type"]?.text == "log", let inner = values["attributes"], inner.kind == .object {
      log = Dictionary(JSONMembers(inner.bytes).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    } else if let content = values["content"], content.kind == .object, values["id"] != nil {
      log = Dictionary(JSONMembers(content.bytes).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    } else {
      guard values["ddsource"] != nil || values["_id"] != nil && values["service"] != nil else { return nil }
    }
    guard let time = log["timestamp"] ?? log["date"] else { return nil }
    // Datadog takes a line of JSON apart: its fields are the attributes, its text the message.
    let attributes = log["attributes"].flatMap { $0.kind == .object ? $0.bytes : nil }
    guard let content = log["message"]?.text.map({ joined($0, attributes) }) ?? attributes else { return nil }
    var envelope = LogEnvelope(content)
    envelope.wrapping = .datadog
    envelope.at =
      time.text.flatMap { Timestamp($0) } ?? time.number.flatMap { milliseconds($0) }
    envelope.origin = (log["host"] ?? log["service"])?.text?.harmless
    return envelope
  }

  /// The line of JSON that a message and its attributes were; the message alone where it is a line of its own.
  private static func joined(_ message: String, _ attributes: ArraySlice<UInt8>?) -> ArraySlice<UInt8> {
    guard let attributes, let members = JSONMembers(attributes).all, !members.isEmpty, !message.hasPrefix("{"),
      let text = try? CanonicalJSON.encode(message)
    else { return ArraySlice(message.utf8) }
    guard !members.contains(where: { $0.name == "message" }) else { return attributes }
    return Array("{\"message\":".utf8) + text + Array(",".utf8)
      + attributes.drop { $0 != UInt8(ascii: "{") }.dropFirst()
  }

  /// A moment by a number of milliseconds, which may be any number at all.
  private static func milliseconds(_ count: Double) -> Timestamp? {
    Int64(exactly: count.rounded(.towardZero)).flatMap { nanoseconds($0, times: 1_000_000) }
  }

  private static func nanoseconds(_ count: Int64, times factor: Int64) -> Timestamp? {
    let (product, overflows) = count.multipliedReportingOverflow(by: factor)
    return overflows ? nil : Timestamp(nanoseconds: product)
  }
}
