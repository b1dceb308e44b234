import Vocabulary

/// Wrappings that are text before the line.
extension LogEnvelope {
  /// `[pod/agent-7d9f/agent] …`, also with a time behind the bracket.
  static func kubectlPrefix(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    guard line.dropFirst().starts(with: "pod/".utf8), let end = line.prefix(600).firstIndex(of: UInt8(ascii: "]"))
    else {
      return nil
    }
    let name = String(decoding: line[(line.startIndex + 1)..<end].dropFirst(4), as: UTF8.self)
    guard name.split(separator: "/").count == 2 else { return nil }
    var envelope = LogEnvelope(line[(end + 1)...].dropping(UInt8(ascii: " ")))
    envelope.wrapping = .kubectlPrefix
    envelope.origin = name.harmless
    return envelope
  }

  /// A line that begins with a digit: `TIME stdout F …`, `TIME host program[pid]: …` or `TIME …`.
  ///
  /// The time must be RFC 3339 with its T and zone, so that a program's own `2026-11-21 00:09:48,668` stays.
  static func timestamped(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    guard let (word, rest) = line.word(atMost: 40), word.count >= 20, let at = moment(word) else { return nil }
    var envelope = LogEnvelope(rest)
    envelope.at = at
    if let (stream, afterStream) = rest.word(atMost: 6),
      stream.elementsEqual("stdout".utf8) || stream.elementsEqual("stderr".utf8),
      let (flags, content) = afterStream.word(atMost: 8),
      flags.first == UInt8(ascii: "F") || flags.first == UInt8(ascii: "P"),
      flags.count == 1 || flags.dropFirst().first == UInt8(ascii: ":")
    {
      envelope.wrapping = .cri
      envelope.isPartial = flags.first == UInt8(ascii: "P")
      envelope.content = content
    } else if let (_, afterHost) = rest.word(atMost: 255), let tagged = tag(afterHost) {
      envelope.wrapping = .syslog
      envelope.origin = tagged.name
      envelope.pid = tagged.pid
      envelope.content = tagged.content
    } else {
      envelope.wrapping = .timestamps
    }
    return envelope
  }

  /// `agent-1  | …`: compose pads its names to the longest and a space more, which is how a line with a bar differs.
  static func compose(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    guard let bar = line.prefix(130).firstIndex(of: UInt8(ascii: "|")), bar >= line.startIndex + 3,
      line[(bar - 2)..<bar].elementsEqual("  ".utf8), bar + 1 == line.endIndex || line[bar + 1] == UInt8(ascii: " ")
    else { return nil }
    let name = line[..<bar].trimmingSpaces
    guard !name.isEmpty, name.allSatisfy({ isNameByte($0) }) else { return nil }
    var envelope = LogEnvelope(line[(bar + 1)...].dropping(UInt8(ascii: " ")))
    envelope.wrapping = .compose
    envelope.origin = String(decoding: name, as: UTF8.self)
    return envelope
  }

  /// `<134>1 TIME HOST APP PID MSGID [data] …` (RFC 5424), or `<13>Nov 21 …`.
  static func syslog5424(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    guard let close = line.prefix(6).firstIndex(of: UInt8(ascii: ">")), close > line.startIndex + 1,
      line[(line.startIndex + 1)..<close].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let rest = line[(close + 1)...]
    guard let (version, afterVersion) = rest.word(atMost: 2), version.elementsEqual("1".utf8) else {
      return syslog3164(rest) ?? timestamped(rest)
    }
    var fields: [ArraySlice<UInt8>] = []
    var left = afterVersion
    for _ in 0..<5 {
      guard let (word, next) = left.word(atMost: 255) else { return nil }
      fields.append(word)
      left = next
    }
    guard let content = afterStructuredData(left) else { return nil }
    var envelope = LogEnvelope(content)
    envelope.wrapping = .syslog
    envelope.at = moment(fields[0])
    envelope.origin = fields[2].elementsEqual("-".utf8) ? nil : String(decoding: fields[2], as: UTF8.self).harmless
    envelope.pid = Int32(String(decoding: fields[3], as: UTF8.self))
    return envelope
  }

  /// What follows `-` or `[id key="value"][…]`; a quote inside of a value is escaped by a backslash.
  private static func afterStructuredData(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if bytes.first == UInt8(ascii: "-") { return bytes.dropFirst().dropping(UInt8(ascii: " ")) }
    var place = bytes.startIndex
    while place < bytes.endIndex, bytes[place] == UInt8(ascii: "[") {
      var isQuoted = false
      while place < bytes.endIndex, isQuoted || bytes[place] != UInt8(ascii: "]") {
        if bytes[place] == UInt8(ascii: "\\") {
          place += 1
        } else if bytes[place] == UInt8(ascii: "\"") {
          isQuoted.toggle()
        }
        place += 1
      }
      guard place < bytes.endIndex else { return nil }
      place += 1
    }
    guard place > bytes.startIndex else { return nil }
    return bytes[place...].dropping(UInt8(ascii: " "))
  }

  /// `Nov 21 00:09:48 host program[123]: …`; it has no year and no zone, so its time is not taken.
  static func syslog3164(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    guard line.count > 16 else { return nil }
    let start = line.startIndex
    let month = String(decoding: line[start..<(start + 3)], as: UTF8.self)
    guard months.contains(month), line[start + 3] == 0x20, line[start + 6] == 0x20,
      line[start + 9] == UInt8(ascii: ":"),
      line[start + 12] == UInt8(ascii: ":"), line[start + 15] == 0x20,
      let (_, afterHost) = line[(start + 16)...].word(atMost: 255), let tagged = tag(afterHost)
    else { return nil }
    var envelope = LogEnvelope(tagged.content)
    envelope.wrapping = .syslog
    envelope.origin = tagged.name
    envelope.pid = tagged.pid
    return envelope
  }

  private static let months: Set<String> = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `program[123]: …`; without the pid only where nothing else could be meant.
  private static func tag(_ bytes: ArraySlice<UInt8>) -> (name: String, pid: Int32?, content: ArraySlice<UInt8>)? {
    guard let (word, content) = bytes.word(atMost: 100), word.last == UInt8(ascii: ":"), word.count > 1 else {
      return nil
    }
    let name = word.dropLast()
    guard let open = name.firstIndex(of: UInt8(ascii: "[")), name.last == UInt8(ascii: "]") else { return nil }
    guard name[..<open].allSatisfy({ isNameByte($0) || $0 == UInt8(ascii: "/") }), open > name.startIndex else {
      return nil
    }
    let pid = Int32(String(decoding: name[(open + 1)...].dropLast(), as: UTF8.self))
    return pid.map { (String(decoding: name[..<open], as: UTF8.self), $0, content) }
  }

  /// RFC 3339, also with a zone without its colon.
  static func moment(_ bytes: ArraySlice<UInt8>) -> Timestamp? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.count >= 20, text.utf8.dropFirst(10).first == UInt8(ascii: "T") else { return nil }
    if let at = Timestamp(text) { return at }
    return text.dropLast(4).last.map { $0 == "+" || $0 == "-" } == true
      ? Timestamp("\(text.dropLast(2)):\(text.suffix(2))") : nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
    default: false
    }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes before the first space, and those after it; nil when no space follows within the limit.
  func word(atMost limit: Int) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let space = prefix(limit + 1).firstIndex(of: 0x20), space > startIndex else { return nil }
    return (self[startIndex..<space], self[(space + 1)...])
  }

  /// Without one leading byte, if it is this one.
  func dropping(_ byte: UInt8) -> ArraySlice<UInt8> { first == byte ? dropFirst() : self }

  var trimmingSpaces: ArraySlice<UInt8> {
    var rest = drop { $0 == 0x20 }
    while rest.last == 0x20 { rest = rest.dropLast() }
    return rest
  }
}
