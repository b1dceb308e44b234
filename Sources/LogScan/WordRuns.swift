/// Finds long unbroken runs of bytes of a class, without looking at most of the others.
package struct WordRuns: Sendable {
  private let isInside: [Bool]
  private let least: Int

  /// Runs of at least `least` bytes of a class.
  package init(of members: some Sequence<UInt8>, least: Int) {
    var table = [Bool](repeating: false, count: 256)
    for byte in members { table[Int(byte)] = true }
    isInside = table
    self.least = least
  }

  /// Appends the runs that begin in `range`, in order; each goes on to its end, behind the range too.
  package func runs(in bytes: [UInt8], _ range: Range<Int>, into found: inout [Range<Int>]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a scan goes on inside of its bytes")
    // Both arrays outlive the call; the window never passes the end, and bytes index a table of 256.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe isInside.withUnsafeBufferPointer { isInside in
        var start = range.lowerBound
        while start < range.upperBound, start + least <= bytes.count {
          // From the window's end backwards: the first byte outside moves the window behind it.
          var place = start + least - 1
          while place >= start, unsafe isInside[Int(bytes[place])] { place -= 1 }
          guard place < start else {
            start = place + 1
            continue
          }
          var end = start + least
          while end < bytes.count, unsafe isInside[Int(bytes[end])] { end += 1 }
          found.append(start..<end)
          start = end + 1
        }
      }
    }
  }
}
