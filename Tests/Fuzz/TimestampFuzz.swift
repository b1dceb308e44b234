import Vocabulary

/// Any text is a moment or none; what is one is printed as a text that reads back equal. The same for durations.
func fuzzTimestamp(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  if let moment = Timestamp(text) { precondition(Timestamp(moment.description) == moment) }
  if let moment = Timestamp(httpDate: text) { precondition(Timestamp(moment.description) == moment) }
  if let duration = Duration(text: text) { precondition(Duration(text: duration.text) != nil) }
  precondition(text.harmless.harmless == text.harmless)
  if bytes.count >= 8 {
    let nanoseconds = bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    _ = (Timestamp(nanoseconds: nanoseconds).description, Duration.nanoseconds(nanoseconds).text)
  }
}
