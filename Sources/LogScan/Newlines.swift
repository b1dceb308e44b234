/// Counting lines, thirty-two bytes a step.
package enum Newlines {
  /// How many newlines stand in a part of the bytes.
  package static func count(in bytes: UnsafeRawBufferPointer, _ part: Range<Int>) -> Int {
    var place = part.lowerBound
    var total = 0
    let sought = SIMD32<UInt8>(repeating: newline)
    let one = SIMD32<UInt8>(repeating: 1)
    while place + 32 <= part.upperBound {
      // Each byte of the sums counts to 255 at most.
      var sums = SIMD32<UInt8>(repeating: 0)
      let end = min(place + 32 * 255, part.upperBound - 31)
      while place < end {
        let block = unsafe bytes.loadUnaligned(fromByteOffset: place, as: SIMD32<UInt8>.self)
        sums &+= one.replacing(with: 0, where: block .!= sought)
        place += 32
      }
      total += Int(SIMD32<UInt16>(truncatingIfNeeded: sums).wrappedSum())
    }
    while place < part.upperBound {
      if unsafe bytes[place] == newline { total += 1 }
      place += 1
    }
    return total
  }
}
