package import Libraries
package import Machine
import Vocabulary

/// One log that is read from its beginning to its end, unpacked where it is gzip data.
///
/// Not shared: the reader behind it is used by one task at a time.
package final class LogInput {
  /// What errors and evidence call it: a path, or `-`.
  package let name: String
  private let stream: ByteStream
  private var gzip: GzipReader?
  private var isBegun = false
  private var isAtEnd = false
  /// Bytes as they were read, of which those from `used` on were not yet unpacked.
  private var packed: [UInt8] = []
  private var used = 0
  /// How much of the stream may still be read.
  private var left: Int
  private let keptLimit: Int
  /// All that was read, unpacked, of a log that has no more than was asked for; nil: it has, or nothing was asked for.
  package private(set) var text: [UInt8]?

  /// A log; `name` is what evidence calls it, no more than `limit` bytes of the stream are read, and up to `keeping` stay in
  /// `text`.
  package init(_ stream: ByteStream, name: String, limit: Int = .max, keeping: Int = 0) {
    self.stream = stream
    self.name = name
    left = limit
    keptLimit = keeping
    text = keeping > 0 ? [] : nil
  }

  /// Whether the limit was reached, so that there may be more.
  package var isAtLimit: Bool { left == 0 }

  /// Whether it is gzip data, as far as was read.
  package var isPacked: Bool { gzip != nil }

  /// Why a log cannot be read to its end.
  package enum Fault: Error, CustomStringConvertible {
    case machine(MachineFailure)
    case gzip(GzipReader.Fault)

    package var description: String {
      switch self {
      case .machine(let failure): [failure.what, failure.why].compactMap { $0 }.joined(separator: ": ")
      case .gzip(.truncated): "it ends inside of a gzip member"
      case .gzip(.corrupt(let why)): "it is no gzip data from some place on: \(why.harmless)"
      }
    }
  }

  private static let pieceSize = 262_144

  /// Reads into `buffer` from `place` on; blocks for a quarter of a second at most.
  package func read(into buffer: inout [UInt8], at place: Int) throws(Fault) -> ByteStream.Piece {
    let piece = try next(into: &buffer, at: place)
    if case .bytes(let count) = piece, let kept = text?.count {
      if kept + count <= keptLimit { text? += buffer[place..<(place + count)] } else { text = nil }
    }
    return piece
  }

  private func next(into buffer: inout [UInt8], at place: Int) throws(Fault) -> ByteStream.Piece {
    if !isBegun {
      let piece = try fill()
      guard case .bytes = piece else { return piece }
      isBegun = true
      if GzipReader.recognizes(packed) { gzip = GzipReader() }
    }
    guard let gzip else { return try plain(into: &buffer, at: place) }
    while true {
      do {
        let (taken, written) = try gzip.read(packed, from: used, into: &buffer, at: place)
        used += taken
        if written > 0 { return .bytes(written) }
      } catch { throw .gzip(error) }
      let piece = try fill()
      guard piece == .end else {
        if piece == .nothingYet { return piece }
        continue
      }
      do { try gzip.finish() } catch { throw .gzip(error) }
      return .end
    }
  }

  /// The bytes that were read to recognize the form, then the stream's own.
  private func plain(into buffer: inout [UInt8], at place: Int) throws(Fault) -> ByteStream.Piece {
    if used < packed.count {
      let count = min(packed.count - used, buffer.count - place)
      buffer.replaceSubrange(place..<(place + count), with: packed[used..<(used + count)])
      used += count
      if used == packed.count { packed = []; used = 0 }
      return .bytes(count)
    }
    return try take(into: &buffer, at: place)
  }

  private func take(into buffer: inout [UInt8], at place: Int) throws(Fault) -> ByteStream.Piece {
    guard left > 0 else { return .end }
    do {
      let piece = try stream.read(into: &buffer, at: place)
      guard case .bytes(let count) = piece else { return piece }
      defer { left -= min(count, left) }
      return .bytes(min(count, left))
    } catch { throw .machine(error) }
  }

  /// Reads the next piece as it comes.
  private func fill() throws(Fault) -> ByteStream.Piece {
    packed = [UInt8](repeating: 0, count: Self.pieceSize)
    used = 0
    let piece = try take(into: &packed, at: 0)
    if case .bytes(let count) = piece { packed.removeLast(packed.count - count) } else { packed = [] }
    return piece
  }
}
