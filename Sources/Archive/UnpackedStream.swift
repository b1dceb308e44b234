import Libraries

/// The bytes that a gzip file unpacks to, a piece at a time, in constant memory.
struct UnpackedStream {
  /// Gives the packed bytes from an offset on; none at the end.
  typealias Source = (_ count: Int, _ offset: Int) throws -> [UInt8]

  private static let pieceSize = 256 << 10

  private let source: Source
  private let limits: ArchiveLimits
  private let gzip = GzipReader()
  private var packed: [UInt8] = []
  private var used = 0
  private var readTo = 0
  private var isAtEnd = false
  private var output = [UInt8](repeating: 0, count: UnpackedStream.pieceSize)
  private var filled = 0
  private var taken = 0
  /// How many bytes have been handed over.
  private(set) var place = 0

  init(limits: ArchiveLimits, source: @escaping Source) {
    self.source = source
    self.limits = limits
  }

  /// Up to `count` bytes, as many as are at hand; none at the end alone.
  mutating func take(atMost count: Int) throws -> ArraySlice<UInt8> {
    if taken == filled { try fill() }
    let piece = output[taken..<taken + min(filled - taken, count)]
    taken = piece.endIndex
    place += piece.count
    return piece
  }

  /// Exactly `count` bytes; nil when the data ends before the first of them.
  mutating func take(exactly count: Int) throws -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      let piece = try take(atMost: count - bytes.count)
      guard !piece.isEmpty else {
        if bytes.isEmpty { return nil }
        throw ArchiveFailure.damaged(at: place, reason: "it ends inside of a block")
      }
      bytes += piece
    }
    return bytes
  }

  private mutating func fill() throws {
    (taken, filled) = (0, 0)
    do {
      while filled == 0 {
        if used == packed.count, !isAtEnd {
          packed = try source(UnpackedStream.pieceSize, readTo)
          readTo += packed.count
          used = 0
          isAtEnd = packed.isEmpty
        }
        let (used, written) = try gzip.read(packed, from: used, into: &output, at: 0)
        self.used += used
        filled = written
        try limits.check(unpacked: place + filled, packed: readTo)
        if isAtEnd, filled == 0, self.used == packed.count { return try gzip.finish() }
      }
    } catch let fault as GzipReader.Fault {
      switch fault {
      case .truncated: throw ArchiveFailure.damaged(at: place, reason: "the compressed data ends too early")
      case .corrupt(let reason): throw ArchiveFailure.damaged(at: place, reason: "no gzip data: \(reason)")
      }
    }
  }
}
