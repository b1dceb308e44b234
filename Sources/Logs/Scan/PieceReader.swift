import Machine

/// Cuts a log into pieces of whole lines, for several tasks that ask in turn.
actor PieceReader {
  /// Whole lines that follow each other.
  struct Piece: Sendable {
    /// Its place in the order, from 0.
    var index = 0
    /// The bytes; what follows `count` is left over from earlier use.
    var bytes: [UInt8]
    /// How many bytes belong to it.
    var count = 0
    /// Whether its last line goes on, and is cut here.
    var isCut = false
  }

  private static let size = 1 << 20

  private let input: LogInput
  private var carry: [UInt8] = []
  private var next = 0
  private var isAtEnd = false
  /// Inside of a line whose beginning was given already.
  private var skips = false
  /// Why the log ends before its end; what was read before that is given.
  private(set) var fault: LogInput.Fault?

  /// What the input keeps of a short log.
  var text: [UInt8]? { input.text }

  init(_ input: LogInput) { self.input = input }

  /// The next piece, in a buffer that is used again; nil at the end.
  ///
  /// Throws `CancellationError` when the task is cancelled.
  func piece(reusing buffer: consuming [UInt8]) throws(CancellationError) -> Piece? {
    if buffer.count < Self.size { buffer = [UInt8](repeating: 0, count: Self.size) }
    while !isAtEnd {
      var count = carry.count
      buffer.replaceSubrange(0..<count, with: carry)
      carry = []
      while count < buffer.count {
        if Task.isCancelled { throw CancellationError() }
        let read: ByteStream.Piece
        do { read = try input.read(into: &buffer, at: count) } catch {
          fault = error
          read = .end
        }
        if case .bytes(let more) = read { count += more }
        if read == .end {
          isAtEnd = true
          break
        }
        // What a pipe gives now is looked at now.
        if read == .nothingYet, count > 0, buffer[..<count].contains(0x0A) { break }
      }
      if let piece = cut(buffer, count) { return piece }
    }
    return nil
  }

  /// Takes whole lines from a buffer's first `count` bytes; nil when they all belong to a line that is skipped.
  private func cut(_ buffer: [UInt8], _ count: Int) -> Piece? {
    var piece = Piece(index: next, bytes: buffer, count: count)
    if skips {
      guard let end = buffer[..<count].firstIndex(of: 0x0A) else { return nil }
      skips = false
      carry = Array(buffer[(end + 1)..<count])
      // Rare, so the rest of the buffer may be copied once more.
      return isAtEnd && !carry.isEmpty ? rest() : nil
    }
    if !isAtEnd {
      if let end = buffer[..<count].lastIndex(of: 0x0A) {
        carry = Array(buffer[(end + 1)..<count])
        piece.count = end + 1
      } else {
        skips = true
        piece.isCut = true
      }
    }
    guard piece.count > 0 else { return nil }
    next += 1
    return piece
  }

  private func rest() -> Piece {
    defer {
      carry = []
      next += 1
    }
    return Piece(index: next, bytes: carry, count: carry.count)
  }
}
