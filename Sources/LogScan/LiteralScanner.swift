/// Finds the lines that hold at least one of many literals, at a fraction of the cost of reading lines.
///
/// The method is Wu and Manber's: a table over hashed blocks of four bytes says how far the search may jump, and only where it
/// says zero are literals compared. Four places of the text are searched in one loop, so that the memory answers one while
/// the others are asked. Literals under ten bytes would shorten every jump and are searched in a pass of their own.
package struct LiteralScanner: Sendable {
  private let passes: [LiteralPass]

  /// A scanner for these literals; the order does not matter.
  ///
  /// - Precondition: There is a literal, and each is at least four bytes long and holds no newline.
  package init(_ literals: [[UInt8]]) {
    precondition(!literals.isEmpty, "a scanner needs a literal")
    precondition(
      literals.allSatisfy { $0.count >= LiteralPass.block && !$0.contains(newline) },
      "a literal is at least four bytes long and stands in one line")
    let unique = Array(Set(literals)).sorted { $0.lexicographicallyPrecedes($1) }
    let long = unique.filter { $0.count >= 10 }
    let short = unique.filter { $0.count < 10 }
    passes = [long, short].filter { !$0.isEmpty }.map { LiteralPass($0) }
  }

  /// A scanner for these literals, as UTF-8.
  package init(_ literals: [String]) { self.init(literals.map { Array($0.utf8) }) }

  /// The lines that hold a literal, in order, without their newlines; what follows the last newline is a line too.
  package func lines(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    // The buffer is used inside of the call only.
    unsafe bytes.withUnsafeBytes { unsafe lines(in: $0, into: &found) }
    return found
  }

  /// Appends the lines that hold a literal to `found`, in order, as offsets into `bytes`.
  package func lines(in bytes: UnsafeRawBufferPointer, into found: inout [Range<Int>]) {
    // Every read of a pass lies inside of `bytes`, which outlives the call.
    guard passes.count > 1 else { return unsafe passes[0].lines(in: bytes, into: &found) }
    var sorted: [[Range<Int>]] = []
    for pass in passes {
      var lines: [Range<Int>] = []
      unsafe pass.lines(in: bytes, into: &lines)
      sorted.append(lines)
    }
    Self.merge(sorted[0], sorted[1], into: &found)
  }

  /// Merges two ascending lists of lines; a line of both is taken once.
  private static func merge(_ left: [Range<Int>], _ right: [Range<Int>], into found: inout [Range<Int>]) {
    found.reserveCapacity(found.count + left.count + right.count)
    var (first, second) = (0, 0)
    while first < left.count, second < right.count {
      if left[first].lowerBound <= right[second].lowerBound {
        if left[first].lowerBound == right[second].lowerBound { second += 1 }
        found.append(left[first])
        first += 1
      } else {
        found.append(right[second])
        second += 1
      }
    }
    found += left[first...]
    found += right[second...]
  }
}

let newline: UInt8 = 0x0A
