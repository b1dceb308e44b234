/// A line as it reads once needless escapes, colours and joints are taken out of it, and where each byte of that stood.
///
/// Letters, digits and the signs of tokens are spelled plainly, however often they were escaped; quotation marks and the like stay
/// as they are, for they say how far a value goes. Lines that a container's log broke in two are one again.
struct Respelling {
  /// The line as it reads.
  private(set) var bytes: [UInt8] = []
  /// Where each of its bytes begins in the original, and where all of it ends.
  private var places: [Int] = []
  /// Where in `bytes` something was spelled otherwise or left out.
  private var changes: [Int] = []
  /// Where in `bytes` the next piece of a broken line begins.
  private var joints: [Int] = []
  /// Where the text that was read ends in the original.
  private(set) var end: Int

  /// How far before a find its name may stand.
  private static let reach = 80

  /// Reads a line of some bytes, with those that go on with it; no more than `most` bytes.
  init(of source: [UInt8], from start: Int, most: Int) {
    var place = start
    let limit = min(source.count, start + most)
    while place < limit {
      if source[place] == Bytes.newline {
        guard let next = Self.continuation(source, start: lineStart(source, place, start), end: place, limit) else {
          break
        }
        joints.append(bytes.count)
        changes.append(bytes.count)
        place = next
      } else if let (byte, next) = Self.plain(source, place, limit) {
        changes.append(bytes.count)
        if let byte {
          bytes.append(byte)
          places.append(place)
        }
        place = next
      } else if let next = Self.brokenString(source, place, limit) {
        joints.append(bytes.count)
        changes.append(bytes.count)
        place = next
      } else {
        bytes.append(source[place])
        places.append(place)
        place += 1
      }
    }
    end = place
    places.append(place)

    func lineStart(_ source: [UInt8], _ place: Int, _ start: Int) -> Int {
      var from = place
      while from > start, source[from - 1] != Bytes.newline { from -= 1 }
      return from
    }
  }

  /// Whether anything reads otherwise than it stands.
  var isChanged: Bool { !changes.isEmpty }

  /// Where a find stands in the original, a range for each line; none when nothing in it or near before it reads otherwise.
  func ranges(of found: Range<Int>) -> [Range<Int>] {
    let near = (found.lowerBound - Self.reach)...found.upperBound
    guard changes.contains(where: { near.contains($0) }) else { return [] }
    let cuts = joints.filter { $0 > found.lowerBound && $0 < found.upperBound }
    return zip([found.lowerBound] + cuts, cuts + [found.upperBound]).map { from, to in
      // A piece that a joint follows ends with its last byte, not where the next one begins.
      let isCut = joints.contains(to) && to > from
      return places[from]..<(isCut ? places[to - 1] + 1 : places[to])
    }
  }

  // MARK: Spellings

  /// What an escape stands for and where it ends; no byte for what is only left out; nil where no escape stands.
  private static func plain(_ source: [UInt8], _ place: Int, _ limit: Int) -> (byte: UInt8?, end: Int)? {
    switch source[place] {
    case Bytes.backslash:
      var next = place
      while next < limit, source[next] == Bytes.backslash { next += 1 }
      guard next < limit else { return nil }
      if source[next] == UInt8(ascii: "u"), next + 5 <= limit, source[next + 1] == 0x30, source[next + 2] == 0x30 {
        return code(source, next + 3).map { ($0, next + 5) }
      }
      return source[next] == UInt8(ascii: "x") && next + 3 <= limit
        ? code(source, next + 1).map { ($0, next + 3) } : nil
    case UInt8(ascii: "%"):
      var next = place + 1
      while next + 4 <= limit, source[next] == 0x32, source[next + 1] == 0x35 { next += 2 }
      return next + 2 <= limit ? code(source, next).map { ($0, next + 2) } : nil
    case UInt8(ascii: "&"):
      guard place + 4 < limit, source[place + 1] == UInt8(ascii: "#") else { return nil }
      let isHex = source[place + 2] | 0x20 == UInt8(ascii: "x")
      var next = place + (isHex ? 3 : 2)
      var value = 0
      while next < limit, next - place < 8, Bytes.isHex(source[next]) {
        value = value * (isHex ? 16 : 10) + digit(source[next])
        next += 1
      }
      guard next < limit, source[next] == UInt8(ascii: ";"), value < 0x80, isPlain(UInt8(value)) else { return nil }
      return (UInt8(value), next + 1)
    case Bytes.escape:
      guard place + 1 < limit, source[place + 1] == UInt8(ascii: "[") else { return nil }
      var next = place + 2
      while next < limit, next - place < 24, Bytes.isDigit(source[next]) || source[next] == UInt8(ascii: ";") {
        next += 1
      }
      return next < limit && Bytes.isLetter(source[next]) ? (nil, next + 1) : nil
    case 0xE2, 0xEF, 0xC2:
      return invisible.first { source[place..<limit].starts(with: $0) }.map { (nil, place + $0.count) }
    default: return nil
    }
  }

  /// What takes no room on a screen: spaces of no width, joiners, soft hyphens.
  private static let invisible: [[UInt8]] = ["\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}"].map {
    Array($0.utf8)
  }

  private static func code(_ source: [UInt8], _ place: Int) -> UInt8? {
    guard Bytes.isHex(source[place]), Bytes.isHex(source[place + 1]) else { return nil }
    let value = UInt8(digit(source[place]) << 4 | digit(source[place + 1]))
    return isPlain(value) ? value : nil
  }

  private static func digit(_ byte: UInt8) -> Int { Int(Bytes.isDigit(byte) ? byte & 15 : (byte & 15) + 9) }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte < 0x80 && (Bytes.isWord(byte) || "-_.@+:=/~".utf8.contains(byte))
  }

  // MARK: Broken lines

  /// Where the text goes on in the next line of a container runtime's log, when this one says that it does: `… stdout P text`.
  private static func continuation(_ source: [UInt8], start: Int, end: Int, _ limit: Int) -> Int? {
    guard let (_, isPartial) = runtimeText(source, start, end), isPartial else { return nil }
    return runtimeText(source, end + 1, limit)?.text
  }

  /// Where the text of a line begins behind `2026-11-21T00:10:39.4Z stdout P `, and whether it is a part.
  private static func runtimeText(_ source: [UInt8], _ start: Int, _ limit: Int) -> (text: Int, isPartial: Bool)? {
    guard start + 30 < limit, Bytes.isDigit(source[start]) else { return nil }
    guard let space = source[start..<min(limit, start + 40)].firstIndex(of: UInt8(ascii: " ")), space + 9 < limit else {
      return nil
    }
    let stream = source[(space + 1)..<(space + 8)]
    guard stream.elementsEqual("stdout ".utf8) || stream.elementsEqual("stderr ".utf8) else { return nil }
    let tag = source[space + 8]
    guard tag == UInt8(ascii: "P") || tag == UInt8(ascii: "F"), source[space + 9] == UInt8(ascii: " ") else {
      return nil
    }
    return (space + 10, tag == UInt8(ascii: "P"))
  }

  /// Where the text goes on in Docker's next line, behind a string that ends here without a line end.
  private static func brokenString(_ source: [UInt8], _ place: Int, _ limit: Int) -> Int? {
    guard source[place] == UInt8(ascii: "\""), place > 2, place + 10 < limit else { return nil }
    guard !(source[place - 1] == UInt8(ascii: "n") && source[place - 2] == Bytes.backslash) else { return nil }
    var next = place + 1
    guard source[next] == UInt8(ascii: ",") else { return nil }
    next += source[next + 1] == UInt8(ascii: " ") ? 2 : 1
    guard source[next..<limit].starts(with: Array(#""stream""#.utf8)),
      let end = source[next..<limit].firstIndex(of: Bytes.newline)
    else { return nil }
    for head in [#"{"log":""#, #"{"log": ""#] where source[(end + 1)..<limit].starts(with: Array(head.utf8)) {
      return end + 1 + head.utf8.count
    }
    return nil
  }
}

extension Pass {
  /// Texts one of which is in every line that reads otherwise than it stands.
  static let respellings = [
    "\\u00", "\\x", "%", "&#", "\u{1B}[", " stdout P ", " stderr P ", "\"stream\":", "\u{200B}", "\u{200C}",
    "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}",
  ]

  /// Reads the line that a place stands in as a person or its reader would, and hides what that holds.
  mutating func respellingHit(_ place: Int) {
    guard depth < 3, place >= respelled else { return }
    // `%20` and the like are no spelling of a letter.
    if bytes[place] == UInt8(ascii: "%"), place + 1 < bytes.count, !(0x32...0x37).contains(bytes[place + 1]) { return }
    let line = max(lineStart(place), start - 4_096)
    let text = Respelling(of: bytes, from: line, most: RedactionStream.ahead)
    respelled = max(text.end, place + 1)
    guard text.isChanged else { return }
    for match in inner(text.bytes) {
      for range in text.ranges(of: match.range) where !isPseudonym(range) { hide(range, match.rule) }
    }
  }
}
