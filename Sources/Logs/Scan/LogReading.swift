package import LogScan

/// Reading one log of any size for the lines that matter.
///
/// Pieces of a mebibyte are searched by several tasks at a time, and only lines that hold a literal are decoded. Memory
/// depends neither on the size of the log nor on that of its lines.
package enum LogReading {
  /// What came of it.
  package struct Summary: Sendable {
    /// Bytes, after unpacking.
    package var bytes = 0
    /// Lines; a last one without its end counts.
    package var lines = 0
    /// Lines that hold a literal.
    package var hits = 0
    /// Lines over a mebibyte: only their beginnings were searched.
    package var cutLines = 0
    /// Why it could not be read to its end; everything else is of what was read.
    package var fault: LogInput.Fault?
    /// The whole log, where its input keeps as much.
    package var text: [UInt8]?

    /// Nothing read yet.
    package init() {}
  }

  /// Reads a log to its end.
  ///
  /// - Parameters:
  ///   - input: The log.
  ///   - scanner: What a line must hold to be decoded.
  ///   - tasks: How many pieces are searched at a time.
  ///   - decode: Makes something of a line with what belongs to it, without the last end; called by several tasks at a time.
  ///   - deliver: Takes a line's number, from 1, and what was made of it, in the order of the log, one at a time.
  /// - Returns: What was read.
  /// - Throws: `CancellationError`.
  package static func read<Value: Sendable>(
    _ input: sending LogInput, for scanner: LiteralScanner, tasks: Int,
    decode: @escaping @Sendable (ArraySlice<UInt8>) -> Value?, deliver: @escaping @Sendable (Int, Value) -> Void
  ) async throws -> Summary {
    let reader = PieceReader(input)
    let order = Order(deliver)
    try await withThrowingTaskGroup { group in
      for _ in 0..<max(tasks, 1) {
        group.addTask {
          var buffer: [UInt8] = []
          var hits: [Range<Int>] = []
          // A buffer that is held twice would be copied when it is filled.
          while let piece = try await reader.piece(reusing: consume buffer) {
            hits.removeAll(keepingCapacity: true)
            await order.add(result(of: piece, scanner, &hits, decode), at: piece.index)
            buffer = piece.bytes
          }
        }
      }
      try await group.waitForAll()
    }
    var summary = await order.summary
    summary.fault = await reader.fault
    summary.text = await reader.text
    return summary
  }

  /// What one piece gave: values with the numbers of their lines, counted from the piece's first.
  private struct Result<Value: Sendable>: Sendable {
    var values: [(line: Int, value: Value)] = []
    var summary = Summary()
  }

  private static func result<Value: Sendable>(
    of piece: PieceReader.Piece, _ scanner: LiteralScanner, _ hits: inout [Range<Int>],
    _ decode: (ArraySlice<UInt8>) -> Value?
  ) -> Result<Value> {
    var result = Result<Value>()
    // Both look at the piece's own bytes only, for the call.
    unsafe piece.bytes.withUnsafeBytes { bytes in
      let bytes = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<piece.count])
      unsafe scanner.lines(in: bytes, into: &hits)
      var counted = 0
      var recordEnd = 0
      for hit in hits where hit.lowerBound >= recordEnd {
        result.summary.lines += unsafe Newlines.count(in: bytes, counted..<hit.lowerBound)
        counted = hit.lowerBound
        let record = RecordBounds.record(around: hit, in: piece.bytes, piece.count, from: recordEnd)
        recordEnd = record.upperBound
        if let value = decode(piece.bytes[record]) { result.values.append((result.summary.lines, value)) }
      }
      result.summary.lines += unsafe Newlines.count(in: bytes, counted..<piece.count)
    }
    // The end of a cut line is in no piece, nor is that of a last line without one.
    if piece.bytes[piece.count - 1] != 0x0A { result.summary.lines += 1 }
    result.summary.bytes = piece.count
    result.summary.hits = hits.count
    result.summary.cutLines = piece.isCut ? 1 : 0
    return result
  }

  /// Puts results back into the order of their pieces.
  private actor Order<Value: Sendable> {
    private(set) var summary = Summary()
    private let deliver: @Sendable (Int, Value) -> Void
    private var waiting: [Int: Result<Value>] = [:]
    private var next = 0

    init(_ deliver: @escaping @Sendable (Int, Value) -> Void) { self.deliver = deliver }

    func add(_ result: Result<Value>, at index: Int) {
      waiting[index] = result
      while let result = waiting.removeValue(forKey: next) {
        for (line, value) in result.values { deliver(summary.lines + line + 1, value) }
        summary.bytes += result.summary.bytes
        summary.lines += result.summary.lines
        summary.hits += result.summary.hits
        summary.cutLines += result.summary.cutLines
        next += 1
      }
    }
  }
}
