/// Literals of a similar length with their tables, all flat: shared arrays of arrays would count references in the loop.
struct LiteralPass: Sendable {
  /// How many bytes are hashed.
  static let block = 4
  private static let hashBits: UInt32 = 14

  /// How many bytes of each literal the tables know: as many as the shortest has.
  private let window: Int
  /// How far to go on from a window whose last block hashes to the index; 0 where a literal's window may end.
  private let jumps: [UInt8]
  /// The first candidate of each hash in `candidates`, and one past the last.
  private let bounds: [UInt32]
  /// Indices of literals, by the hash of the last block of their windows.
  private let candidates: [UInt32]
  /// The literals one after the other, and where each begins and ends.
  private let text: [UInt8]
  private let starts: [UInt32]

  init(_ literals: [[UInt8]]) {
    let window = min(literals.map(\.count).min() ?? Self.block, 200)
    let size = 1 << Int(Self.hashBits)
    var jumps = [UInt8](repeating: UInt8(window - Self.block + 1), count: size)
    var buckets: [UInt32: [UInt32]] = [:]
    for (index, literal) in literals.enumerated() {
      for start in 0...(window - Self.block) {
        let hash = Self.hash(Self.word(literal[start..<(start + Self.block)]))
        let jump = UInt8(window - Self.block - start)
        jumps[Int(hash)] = min(jumps[Int(hash)], jump)
        if jump == 0 { buckets[hash, default: []].append(UInt32(index)) }
      }
    }
    var bounds = [UInt32](repeating: 0, count: size + 1)
    var candidates: [UInt32] = []
    for hash in 0..<size {
      candidates += buckets[UInt32(hash)] ?? []
      bounds[hash + 1] = UInt32(candidates.count)
    }
    var starts: [UInt32] = [0]
    for literal in literals { starts.append(starts[starts.count - 1] + UInt32(literal.count)) }
    (self.window, self.jumps, self.bounds, self.candidates) = (window, jumps, bounds, candidates)
    (text, self.starts) = (literals.flatMap { $0 }, starts)
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  @inline(__always) private static func hash(_ word: UInt32) -> UInt32 { (word &* 0x9E37_79B1) &>> (32 &- hashBits) }

  /// Appends the lines of `bytes` that hold one of the literals, in order.
  func lines(in bytes: UnsafeRawBufferPointer, into found: inout [Range<Int>]) {
    guard let base = bytes.baseAddress, bytes.count >= window else { return }
    // The tables live as long as `self`; each lane reads `bytes` between its own bounds only.
    unsafe jumps.withUnsafeBufferPointer { jumps in
      let table = unsafe Tables(pass: self, jumps: jumps, base: UnsafeRawPointer(base))
      unsafe search(table, count: bytes.count, into: &found)
    }
  }

  /// What the loop reads.
  @unsafe private struct Tables {
    let pass: LiteralPass
    let jumps: UnsafeBufferPointer<UInt8>
    let base: UnsafeRawPointer

    /// How far a window may jump whose last block begins at `place`.
    @inline(__always) func jump(_ place: Int) -> Int {
      let word = unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      return unsafe Int(jumps[Int(LiteralPass.hash(word))])
    }
  }

  /// One of the places that are searched at once: whole lines, between two offsets.
  private struct Lane {
    /// Where the last block of the current window begins.
    var place: Int
    /// The last place at which a block may begin.
    let last: Int
    /// No line begins before it.
    var floor: Int
    /// One past the lane's last byte.
    let end: Int
    var found: [Range<Int>] = []
  }

  /// Below this size one lane is enough.
  private static let smallest = 4_096

  private func search(_ table: Tables, count: Int, into found: inout [Range<Int>]) {
    var lanes = unsafe Self.cuts(table.base, count).map { from, to in
      Lane(place: from + window - Self.block, last: to - Self.block, floor: from, end: to)
    }
    if lanes.count == 4 {
      var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
      while a.place <= a.last, b.place <= b.last, c.place <= c.last, d.place <= d.last {
        let jumpA = unsafe table.jump(a.place)
        let jumpB = unsafe table.jump(b.place)
        let jumpC = unsafe table.jump(c.place)
        let jumpD = unsafe table.jump(d.place)
        a.place &+= jumpA
        b.place &+= jumpB
        c.place &+= jumpC
        d.place &+= jumpD
        if jumpA == 0 { unsafe examine(&a, table) }
        if jumpB == 0 { unsafe examine(&b, table) }
        if jumpC == 0 { unsafe examine(&c, table) }
        if jumpD == 0 { unsafe examine(&d, table) }
      }
      lanes = [a, b, c, d]
    }
    for var lane in lanes {
      while lane.place <= lane.last {
        let jump = unsafe table.jump(lane.place)
        lane.place &+= jump
        if jump == 0 { unsafe examine(&lane, table) }
      }
      found += lane.found
    }
  }

  /// Four parts of about a quarter each, cut after newlines; one part when there is little or there are too few lines.
  private static func cuts(_ base: UnsafeRawPointer, _ count: Int) -> [(Int, Int)] {
    guard count >= smallest else { return [(0, count)] }
    var cuts = [0]
    for quarter in 1...3 {
      let cut = unsafe after(newlineFrom: count / 4 * quarter, before: count, in: base)
      guard cut > cuts[cuts.count - 1], cut < count else { return [(0, count)] }
      cuts.append(cut)
    }
    cuts.append(count)
    return zip(cuts, cuts.dropFirst()).map { ($0, $1) }
  }

  /// Compares the candidates of a window; goes on after the line when one is there, else by one byte.
  @inline(never) private func examine(_ lane: inout Lane, _ table: Tables) {
    let word = unsafe UInt32(littleEndian: table.base.loadUnaligned(fromByteOffset: lane.place, as: UInt32.self))
    let hash = Int(Self.hash(word))
    let start = lane.place - (window - Self.block)
    for place in Int(bounds[hash])..<Int(bounds[hash + 1]) {
      let literal = Int(candidates[place])
      guard unsafe stands(literal, at: start, before: lane.end, in: table.base) else { continue }
      let begin = unsafe Self.lineStart(of: start, notBefore: lane.floor, in: table.base)
      let next = unsafe Self.after(newlineFrom: start, before: lane.end, in: table.base)
      // A line without its end is the last one.
      let isEnded = unsafe table.base.load(fromByteOffset: next - 1, as: UInt8.self) == newline
      lane.found.append(begin..<(isEnded ? next - 1 : next))
      lane.floor = next
      lane.place = next + window - Self.block
      return
    }
    lane.place += 1
  }

  private func stands(_ literal: Int, at start: Int, before end: Int, in base: UnsafeRawPointer) -> Bool {
    let from = Int(starts[literal])
    let length = Int(starts[literal + 1]) - from
    guard start + length <= end else { return false }
    for offset in 0..<length {
      guard unsafe base.load(fromByteOffset: start + offset, as: UInt8.self) == text[from + offset] else {
        return false
      }
    }
    return true
  }

  /// The offset after the first newline at or after `start`; `end` when there is none.
  private static func after(newlineFrom start: Int, before end: Int, in base: UnsafeRawPointer) -> Int {
    var place = start
    let sought = SIMD16<UInt8>(repeating: newline)
    while place + 16 <= end {
      let bytes = unsafe base.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
      if any(bytes .== sought) { break }
      place += 16
    }
    while place < end {
      if unsafe base.load(fromByteOffset: place, as: UInt8.self) == newline { return place + 1 }
      place += 1
    }
    return end
  }

  /// Where the line begins that holds `place`.
  private static func lineStart(of place: Int, notBefore floor: Int, in base: UnsafeRawPointer) -> Int {
    var start = place
    let sought = SIMD16<UInt8>(repeating: newline)
    while start - 16 >= floor {
      let bytes = unsafe base.loadUnaligned(fromByteOffset: start - 16, as: SIMD16<UInt8>.self)
      if any(bytes .== sought) { break }
      start -= 16
    }
    while start > floor {
      if unsafe base.load(fromByteOffset: start - 1, as: UInt8.self) == newline { return start }
      start -= 1
    }
    return floor
  }
}
