import Glibc

/// Splits bytes into lines however they arrive.
///
/// Memory is bounded by the limit: a longer line is given up to it, marked as cut, and its rest is skipped.
package struct LineSplitter: Sendable {
  /// One line without its end.
  package struct Line: Hashable, Sendable {
    /// The bytes, without `\n` or `\r\n`.
    package let bytes: [UInt8]
    /// Whether the line was longer than the limit.
    package let isCut: Bool

    /// A line.
    package init(bytes: [UInt8], isCut: Bool) {
      self.bytes = bytes
      self.isCut = isCut
    }

    /// The bytes as text, what is not UTF-8 replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  private let limit: Int
  private var pending: [UInt8] = []
  private var isCut = false

  /// A splitter that gives at most so many bytes of a line; 256 KiB holds any traceback that was seen.
  package init(limit: Int = 262_144) { self.limit = limit }

  /// Takes in the next bytes and calls the body for each line that ends in them.
  package mutating func feed(_ bytes: ArraySlice<UInt8>, _ body: (Line) -> Void) {
    var start = bytes.startIndex
    while start < bytes.endIndex {
      guard let end = LineSplitter.lineEnd(in: bytes, from: start) else {
        keep(bytes[start...])
        return
      }
      keep(bytes[start..<end])
      body(line())
      start = end + 1
    }
  }

  /// Ends the input: calls the body for a last line without an end, if there is one.
  package mutating func finish(_ body: (Line) -> Void) {
    if !pending.isEmpty || isCut { body(line()) }
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    let room = limit - pending.count
    pending.append(contentsOf: bytes.prefix(room))
    if bytes.count > room { isCut = true }
  }

  private mutating func line() -> Line {
    if !isCut, pending.last == UInt8(ascii: "\r") { pending.removeLast() }
    defer {
      pending = []
      isCut = false
    }
    return Line(bytes: pending, isCut: isCut)
  }

  private static func lineEnd(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
    // memchr looks at the slice's own bytes only: its start and count are the buffer's.
    unsafe bytes[start...].withUnsafeBytes { buffer -> Int? in
      guard let base = buffer.baseAddress, let found = unsafe memchr(base, 10, buffer.count) else { return nil }
      return unsafe start + (UnsafeRawPointer(found) - base)
    }
  }
}
