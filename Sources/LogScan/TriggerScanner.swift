/// Finds every place in many bytes where one of many short texts begins, at a few tenths of a nanosecond a byte.
///
/// A table over pairs of bytes says to which of eight groups of triggers a pair may belong, as their first two bytes in
/// question and as their next two: a place is worth a look when a pair and the one behind it share a group. Every trigger is
/// entered twice, for even and for odd distances, by its rarest bytes, so that every second pair is asked for only. Names that
/// are learned while reading are watched for by the same table.
package struct TriggerScanner: Sendable {
  /// A text that is looked for.
  package struct Trigger: Hashable, Sendable {
    /// The text, at least one byte.
    package let text: [UInt8]
    /// Whether ASCII letters of either case are taken for each other.
    package let ignoresCase: Bool

    /// A text, as UTF-8.
    package init(_ text: String, ignoresCase: Bool = false) { self.init(Array(text.utf8), ignoresCase: ignoresCase) }

    /// A text as bytes.
    package init(_ text: [UInt8], ignoresCase: Bool = false) {
      self.text = text
      self.ignoresCase = ignoresCase
    }
  }

  /// A place where a trigger begins, or where a name that is watched for may begin.
  package struct Hit: Hashable, Sendable {
    /// The offset of its first byte.
    package let position: Int
    /// The trigger's number in the list; `TriggerScanner.name` for a name.
    package let trigger: Int

    /// A place.
    package init(position: Int, trigger: Int) {
      self.position = position
      self.trigger = trigger
    }
  }

  /// The trigger of hits that may be names.
  package static let name = -1

  /// A trigger that a pair belongs to, and where the pair stands in it: -1 means that the pair's second byte is its first.
  private struct Candidate {
    let trigger: Int32
    let offset: Int16
    let group: UInt16
    /// The trigger's first four bytes, what is set in them before they are compared, and which of them count.
    let head: UInt32
    let fold: UInt32
    let mask: UInt32
  }

  /// What every second pair confirms: triggers of one byte, and of two at an even distance.
  private static let short: UInt16 = 1 << 7
  /// Names at even and at odd distances.
  private static let evenNames: UInt16 = 1 << 5
  private static let oddNames: UInt16 = 1 << 6
  private static let names = evenNames | oddNames

  /// The groups of a pair, by its two bytes, the first one low: as a first pair in the low half, as a second in the high one.
  private var groups = [UInt16](repeating: 0, count: 1 << 16)
  /// A set of hashes of the first three bytes of names.
  private var beginnings = [UInt8](repeating: 0, count: 1 << 16)
  private let bounds: [UInt32]
  private let candidates: [Candidate]
  /// The triggers one after the other, folded where case is ignored, with what is set in a byte before it is compared.
  private let text: [UInt8]
  private let folds: [UInt8]
  private let starts: [Int]
  /// How far behind a trigger's beginning its pairs stand at most.
  private let reach: Int

  /// A scanner for these triggers, numbered as they come.
  ///
  /// - Precondition: No trigger is empty.
  package init(_ triggers: [Trigger]) {
    precondition(triggers.allSatisfy { !$0.text.isEmpty }, "a trigger has a byte")
    var text: [UInt8] = []
    var folds: [UInt8] = []
    var starts = [0]
    var table: [Int: [Candidate]] = [:]
    var groups = [UInt16](repeating: 0, count: 1 << 16)
    var reach = 0
    for (index, trigger) in triggers.enumerated() {
      let fold = trigger.text.map { Self.fold($0, trigger.ignoresCase) }
      let folded = zip(trigger.text, fold).map { $0 | $1 }
      func word(_ bytes: [UInt8]) -> UInt32 { bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }
      func variants(_ place: Int?) -> [UInt8] {
        place.map { fold[$0] == 0 ? [folded[$0]] : [folded[$0], folded[$0] & ~fold[$0]] } ?? Array(0...255)
      }
      let mask = folded.count >= 4 ? UInt32.max : (1 << UInt32(8 * folded.count)) - 1
      for (window, isOdd) in zip(Self.windows(of: folded), [false, true]) {
        let group = Self.group(of: index, length: folded.count, isOdd: isOdd)
        Self.each(variants(window.first.0), variants(window.first.1)) { pair in
          groups[pair] |= group
          table[pair, default: []].append(
            Candidate(
              trigger: Int32(index), offset: Int16(window.offset), group: group, head: word(folded), fold: word(fold),
              mask: mask))
        }
        Self.each(variants(window.second.0), variants(window.second.1)) { groups[$0] |= group << 8 }
        reach = max(reach, window.offset)
      }
      text += folded
      folds += fold
      starts.append(text.count)
    }
    var bounds: [UInt32] = [0]
    var candidates: [Candidate] = []
    for pair in 0..<(1 << 16) {
      candidates += table[pair] ?? []
      bounds.append(UInt32(candidates.count))
    }
    self.groups = groups
    (self.bounds, self.candidates, self.reach) = (bounds, candidates, reach)
    (self.text, self.folds, self.starts) = (text, folds, starts)
  }

  /// Watches for a name too: hits of the trigger `name` are places where its first three bytes stand at a word's beginning.
  ///
  /// - Precondition: The name is at least three bytes long.
  package mutating func watch(_ name: some Collection<UInt8>) {
    let head = Array(name.prefix(3))
    precondition(head.count == 3, "a name has three bytes")
    let any = Array(UInt8.min...UInt8.max)
    groups[Int(head[0]) | Int(head[1]) << 8] |= Self.evenNames
    Self.each([head[2]], any) { groups[$0] |= Self.evenNames << 8 }
    Self.each(any, [head[0]]) { groups[$0] |= Self.oddNames }
    groups[Int(head[1]) | Int(head[2]) << 8] |= Self.oddNames << 8
    beginnings[Self.hash(head[0], head[1], head[2])] = 1
  }

  /// Appends the hits whose first byte lies in `range` to `found`, in order; bytes behind the range are looked at.
  package func hits(in bytes: [UInt8], _ range: Range<Int>, into found: inout [Hit]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a scan goes on inside of its bytes")
    let first = found.count
    // Every read below lies inside of the three arrays, which outlive the call: pairs are 16 bits, and `end` leaves two bytes.
    unsafe bytes.withUnsafeBytes { source in
      unsafe groups.withUnsafeBufferPointer { groups in
        unsafe scan(source, groups, range, into: &found)
      }
    }
    // Hits come in the order of their pairs, which is nearly that of their beginnings.
    var place = first + 1
    while place < found.count {
      var back = place
      while back > first, found[back - 1].position > found[back].position {
        found.swapAt(back - 1, back)
        back -= 1
      }
      place += 1
    }
  }

  private func scan(
    _ source: UnsafeRawBufferPointer, _ groups: UnsafeBufferPointer<UInt16>, _ range: Range<Int>,
    into found: inout [Hit]
  ) {
    guard let base = source.baseAddress else { return }
    let end = min(range.upperBound + reach + 2, source.count)
    // Odd windows begin a byte before their triggers.
    var place = max(0, range.lowerBound - 1)
    while place + 18 <= end {
      let low = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      let high = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
      let last = unsafe UInt16(littleEndian: base.loadUnaligned(fromByteOffset: place + 16, as: UInt16.self))
      let a = unsafe groups[Int(low & 0xFFFF)]
      let b = unsafe groups[Int(low &>> 16 & 0xFFFF)]
      let c = unsafe groups[Int(low &>> 32 & 0xFFFF)]
      let d = unsafe groups[Int(low &>> 48)]
      let e = unsafe groups[Int(high & 0xFFFF)]
      let f = unsafe groups[Int(high &>> 16 & 0xFFFF)]
      let g = unsafe groups[Int(high &>> 32 & 0xFFFF)]
      let h = unsafe groups[Int(high &>> 48)]
      let i = unsafe groups[Int(last)]
      let first = a & (b &>> 8) | b & (c &>> 8)
      let second = c & (d &>> 8) | d & (e &>> 8)
      let third = e & (f &>> 8) | f & (g &>> 8)
      let fourth = g & (h &>> 8) | h & (i &>> 8)
      if (first | second | third | fourth) & 0xFF != 0 {
        if first & 0xFF != 0 {
          unsafe examine(place, a & (b &>> 8), base, source.count, range, &found)
          unsafe examine(place + 2, b & (c &>> 8), base, source.count, range, &found)
        }
        if second & 0xFF != 0 {
          unsafe examine(place + 4, c & (d &>> 8), base, source.count, range, &found)
          unsafe examine(place + 6, d & (e &>> 8), base, source.count, range, &found)
        }
        if third & 0xFF != 0 {
          unsafe examine(place + 8, e & (f &>> 8), base, source.count, range, &found)
          unsafe examine(place + 10, f & (g &>> 8), base, source.count, range, &found)
        }
        if fourth & 0xFF != 0 {
          unsafe examine(place + 12, g & (h &>> 8), base, source.count, range, &found)
          unsafe examine(place + 14, h & (i &>> 8), base, source.count, range, &found)
        }
      }
      place += 16
    }
    // At the end nothing is behind a pair that could confirm it.
    while place + 2 <= end {
      let pair = unsafe UInt16(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt16.self))
      unsafe examine(place, groups[Int(pair)], base, source.count, range, &found)
      place += 2
    }
  }

  /// Compares the triggers of some groups that a place may belong to.
  @inline(__always) private func examine(
    _ place: Int, _ shared: UInt16, _ base: UnsafeRawPointer, _ count: Int, _ range: Range<Int>, _ found: inout [Hit]
  ) {
    if shared & 0xFF != 0 { unsafe compare(place, shared & 0xFF, base, count, range, &found) }
  }

  @inline(never) private func compare(
    _ place: Int, _ shared: UInt16, _ base: UnsafeRawPointer, _ count: Int, _ range: Range<Int>, _ found: inout [Hit]
  ) {
    let pair = unsafe Int(UInt16(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    if shared & ~Self.names != 0 {
      for index in Int(bounds[pair])..<Int(bounds[pair + 1]) {
        let candidate = candidates[index]
        guard candidate.group & shared != 0 else { continue }
        let start = place - Int(candidate.offset)
        if start >= 0, start + 4 <= count {
          let word = unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: start, as: UInt32.self))
          guard (word | candidate.fold) & candidate.mask == candidate.head else { continue }
        }
        guard range.contains(start), unsafe stands(Int(candidate.trigger), at: start, before: count, in: base) else {
          continue
        }
        found.append(Hit(position: start, trigger: Int(candidate.trigger)))
      }
    }
    // The pair is a name's first, or ends in its first byte.
    if shared & Self.evenNames != 0, range.contains(place), unsafe begins(place, base, count) {
      found.append(Hit(position: place, trigger: Self.name))
    }
    if shared & Self.oddNames != 0, range.contains(place + 1), unsafe begins(place + 1, base, count) {
      found.append(Hit(position: place + 1, trigger: Self.name))
    }
  }

  @inline(__always) private func begins(_ place: Int, _ base: UnsafeRawPointer, _ count: Int) -> Bool {
    guard place + 3 <= count else { return false }
    let first = unsafe base.load(fromByteOffset: place, as: UInt8.self)
    let second = unsafe base.load(fromByteOffset: place + 1, as: UInt8.self)
    let third = unsafe base.load(fromByteOffset: place + 2, as: UInt8.self)
    guard beginnings[Self.hash(first, second, third)] != 0 else { return false }
    guard place > 0 else { return true }
    let before = unsafe base.load(fromByteOffset: place - 1, as: UInt8.self)
    guard Self.isWord(before), Self.isWord(first) else { return true }
    return unsafe Self.isEscaped(place, base)
  }

  /// Whether the byte before is the letter of an escape, as the n of `\n`, or the last digit of `%3D`.
  private static func isEscaped(_ place: Int, _ base: UnsafeRawPointer) -> Bool {
    if place >= 2, unsafe base.load(fromByteOffset: place - 2, as: UInt8.self) == UInt8(ascii: "\\") { return true }
    guard place >= 3 else { return false }
    return unsafe base.load(fromByteOffset: place - 3, as: UInt8.self) == UInt8(ascii: "%")
  }

  private func stands(_ trigger: Int, at start: Int, before count: Int, in base: UnsafeRawPointer) -> Bool {
    let from = starts[trigger]
    let length = starts[trigger + 1] - from
    guard start + length <= count else { return false }
    for offset in 0..<length {
      let byte = unsafe base.load(fromByteOffset: start + offset, as: UInt8.self)
      guard byte | folds[from + offset] == text[from + offset] else { return false }
    }
    return true
  }

  /// ASCII letters and digits, and every byte of other scripts.
  @inline(__always) private static func isWord(_ byte: UInt8) -> Bool {
    if byte >= 0x80 { return true }
    let isDigit = byte &- 0x30 < 10
    return isDigit || (byte | 0x20) &- 0x61 < 26
  }

  @inline(__always) private static func hash(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
    let word = UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16
    return Int((word &* 0x9E37_79B1) &>> 16)
  }

  /// The bit that makes an ASCII letter small, where case is ignored.
  private static func fold(_ byte: UInt8, _ ignoresCase: Bool) -> UInt8 {
    let isLetter = (byte | 0x20) &- 0x61 < 26
    return ignoresCase && isLetter ? 0x20 : 0
  }

  /// The group of a trigger's window: where half of one fits nearly every text, what confirms it must not be a half of another.
  private static func group(of index: Int, length: Int, isOdd: Bool) -> UInt16 {
    switch length {
    case 1: short
    case 2: isOdd ? 1 << 4 : short
    case 3: isOdd ? 1 << 4 : 1 << 3
    case 4: 1 << 2
    default: 1 << UInt16(index % 2)
    }
  }

  /// Calls the body with every pair of two bytes, the first one low.
  private static func each(_ firsts: [UInt8], _ seconds: [UInt8], _ body: (Int) -> Void) {
    for first in firsts {
      for second in seconds { body(Int(first) | Int(second) << 8) }
    }
  }

  /// Two adjacent pairs of a trigger, as positions in it, nil for any byte; and where the first one begins.
  private struct Window {
    let first: (Int?, Int?)
    let second: (Int?, Int?)
    let offset: Int
  }

  /// The windows that a text is looked for by: one stands at an even distance, wherever the text stands.
  private static func windows(of text: [UInt8]) -> [Window] {
    switch text.count {
    case 1:
      return [
        Window(first: (0, nil), second: (nil, nil), offset: 0), Window(first: (nil, 0), second: (nil, nil), offset: -1),
      ]
    case 2:
      return [
        Window(first: (0, 1), second: (nil, nil), offset: 0), Window(first: (nil, 0), second: (1, nil), offset: -1),
      ]
    case 3:
      return [Window(first: (0, 1), second: (2, nil), offset: 0), Window(first: (nil, 0), second: (1, 2), offset: -1)]
    case 4:
      return [Window(first: (0, 1), second: (2, 3), offset: 0), Window(first: (1, 2), second: (3, nil), offset: 1)]
    default:
      let weights = text.map { Self.weight($0) }
      func weight(at place: Int) -> Int { weights[place...(place + 4)].reduce(1, *) }
      let best = (0...(text.count - 5)).min { weight(at: $0) < weight(at: $1) } ?? 0
      return [
        Window(first: (best, best + 1), second: (best + 2, best + 3), offset: best),
        Window(first: (best + 1, best + 2), second: (best + 3, best + 4), offset: best + 1),
      ]
    }
  }

  /// How common a byte is in logs, roughly, in thousandths.
  private static func weight(_ byte: UInt8) -> Int {
    switch Character(Unicode.Scalar(byte)) {
    case " ", "\"", "e", "t": 60
    case "a", "o", "i", "n", "s", "r": 40
    case ":", ",", "0"..."9": 35
    case "l", "d", "c", "m", "u", "p": 20
    case "j", "q", "x", "z", "k": 4
    case "a"..."z", ".", "-", "/", "_", "=": 12
    case "A"..."Z": 5
    default: 2
    }
  }
}
