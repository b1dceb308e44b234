/// Where the record lies that a line belongs to, in bytes of whole lines.
///
/// One line is one record, but for: objects that are printed over several lines, lines that a container's runtime cut into
/// parts, and tracebacks behind the line that they belong to, each of their lines wrapped as the first one is.
package enum RecordBounds {
  /// No record is followed beyond this many lines.
  static let lineLimit = 500
  /// No record is followed beyond this many bytes.
  static let byteLimit = 262_144

  /// The lines that belong together around one of them: their place, without the last one's end.
  ///
  /// - Parameters:
  ///   - line: The line, without its end.
  ///   - bytes: Whole lines.
  ///   - count: How many of the bytes count.
  ///   - floor: Where the record begins at the earliest: behind the record before it.
  /// - Returns: The record's place.
  package static func record(around line: Range<Int>, in bytes: [UInt8], _ count: Int, from floor: Int) -> Range<Int> {
    let lines = Lines(bytes: bytes, count: count, floor: floor)
    let content = bytes[line]
    guard let first = content.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return line }
    if first == UInt8(ascii: "\"") { return lines.object(around: line) ?? line }
    if let parts = lines.parts(around: line) { return parts }
    // A complete object needs nothing after it, and most lines are one.
    if first == UInt8(ascii: "{"), content.last == UInt8(ascii: "}"), !content.starts(with: "{\"log\":".utf8) {
      return line
    }
    return lines.withTraceback(line)
  }
}

/// Lines in bytes, by their places.
private struct Lines {
  let bytes: [UInt8]
  let count: Int
  let floor: Int

  func next(_ line: Range<Int>) -> Range<Int>? {
    let start = line.upperBound + 1
    guard start < count else { return nil }
    return start..<(bytes[start..<count].firstIndex(of: 0x0A) ?? count)
  }

  func previous(_ line: Range<Int>) -> Range<Int>? {
    let end = line.lowerBound - 1
    guard end >= floor, end >= 0, bytes[end] == 0x0A else { return nil }
    let start = bytes[floor..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? floor
    return start..<end
  }

  func indentation(_ line: Range<Int>) -> Int { bytes[line].prefix { $0 == 0x20 || $0 == 0x09 }.count }

  /// The object that a member printed on a line of its own belongs to: the outermost one that begins with a lone brace.
  func object(around line: Range<Int>) -> Range<Int>? {
    var start: Range<Int>?
    var depth = indentation(line)
    var place = line
    for _ in 0..<RecordBounds.lineLimit {
      guard let before = previous(place), line.upperBound - before.lowerBound < RecordBounds.byteLimit else { break }
      place = before
      let indent = indentation(before)
      guard indent < depth else { continue }
      let text = bytes[before].trimmingSpaces
      if text.elementsEqual("{".utf8) || text.elementsEqual("[{".utf8) || text.elementsEqual("}, {".utf8) {
        start = before
        break
      }
      // The member that holds the object at hand, or the array of all: the way goes on outwards.
      if text.last == UInt8(ascii: "{") || text.last == UInt8(ascii: "[") { depth = indent + 1 }
    }
    guard let start else { return nil }
    let (indent, first) = (indentation(start), bytes[start].firstIndex(of: UInt8(ascii: "{")) ?? start.lowerBound)
    place = line
    for _ in 0..<RecordBounds.lineLimit {
      guard let after = next(place), after.upperBound - first < RecordBounds.byteLimit else { return nil }
      place = after
      guard indentation(after) <= indent, let brace = bytes[after].firstIndex(of: UInt8(ascii: "}")) else { continue }
      return first..<(brace + 1)
    }
    return nil
  }

  /// The parts of a line that a container's runtime cut; nil when it is whole.
  func parts(around line: Range<Int>) -> Range<Int>? {
    guard let isPart = LogEnvelope.isPart(bytes[line]) else { return nil }
    var (start, end) = (line, line)
    while let before = previous(start), LogEnvelope.isPart(bytes[before]) == true,
      end.upperBound - before.lowerBound < RecordBounds.byteLimit
    { start = before }
    var goesOn = isPart
    while goesOn, let after = next(end), let part = LogEnvelope.isPart(bytes[after]),
      after.upperBound - start.lowerBound < RecordBounds.byteLimit
    {
      end = after
      goesOn = part
    }
    return start == end ? nil : start.lowerBound..<end.upperBound
  }

  /// A line with the traceback behind it.
  func withTraceback(_ line: Range<Int>) -> Range<Int> {
    var tracker = TracebackTracker(first: LogEnvelope.open(bytes[line]).content)
    var (end, last) = (line, line)
    for _ in 0..<RecordBounds.lineLimit {
      guard let after = next(last), after.upperBound - line.lowerBound < RecordBounds.byteLimit else { break }
      last = after
      switch tracker.take(LogEnvelope.open(bytes[after]).content) {
      case .belongs: end = after
      case .mayBelong: continue
      case .isApart: return line.lowerBound..<end.upperBound
      }
    }
    return line.lowerBound..<end.upperBound
  }
}

/// Tells which lines belong to a traceback of Python's, which ends with the exception's own line.
struct TracebackTracker {
  /// Inside of a traceback, whose last line has not come.
  private var isInside = false

  enum Answer { case belongs, mayBelong, isApart }

  /// What a traceback begins with, in Python's own form and inside of the box that rich draws around one.
  static let head = "Traceback (most recent call last)"

  init(first line: ArraySlice<UInt8>) { isInside = TracebackTracker.begins(line) }

  private static func begins(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.first != UInt8(ascii: "{") else { return false }
    var rest = line.prefix(160)
    while let place = rest.firstIndex(of: UInt8(ascii: "T")) {
      if rest[place...].starts(with: head.utf8) { return true }
      rest = rest[(place + 1)...]
    }
    return false
  }

  mutating func take(_ line: ArraySlice<UInt8>) -> Answer {
    guard let first = line.first else { return .mayBelong }
    if TracebackTracker.begins(line) {
      isInside = true
      return .belongs
    }
    if line.starts(with: "During handling of the above exception".utf8)
      || line.starts(with: "The above exception was the direct cause".utf8)
    {
      return .belongs
    }
    guard isInside else { return .isApart }
    // Of a box of rich's every line begins with a character of three bytes that draws it.
    if [0x20, 0x09, UInt8(ascii: "|"), UInt8(ascii: "+"), 0xE2].contains(first) { return .belongs }
    // The exception's own line ends it; another may follow that came of it.
    isInside = false
    return first == UInt8(ascii: "{") ? .isApart : .belongs
  }
}

extension LogEnvelope {
  /// Whether a line of a container's log is cut and goes on in the next; nil for a line that is no container's.
  static func isPart(_ line: ArraySlice<UInt8>) -> Bool? {
    if line.starts(with: "{\"log\":\"".utf8) {
      // `…","stream":"stdout","time":"…"}` has a fixed end; what is before it ends with the line's end, or is cut.
      let tail = line.suffix(120)
      guard let quote = tail.firstRange(of: "\",\"stream\":\"".utf8)?.lowerBound else { return nil }
      return !tail[..<quote].suffix(2).elementsEqual("\\n".utf8)
    }
    guard let first = line.first, (0x30...0x39).contains(first), let (_, rest) = line.word(atMost: 40),
      let (stream, flags) = rest.word(atMost: 6),
      stream.elementsEqual("stdout".utf8) || stream.elementsEqual("stderr".utf8),
      flags.dropFirst().first == 0x20 || flags.dropFirst().first == UInt8(ascii: ":")
    else { return nil }
    switch flags.first {
    case UInt8(ascii: "P"): return true
    case UInt8(ascii: "F"): return false
    default: return nil
    }
  }
}
