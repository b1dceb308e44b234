import Libraries
import Machine

/// A file's content, compressed and waiting to be put in an archive: its size is known by then.
package struct PackedContent: Sendable {
  /// The size of the content, in bytes.
  package internal(set) var size = 0
  /// The SHA-256 of the content, in lower-case hexadecimal.
  package internal(set) var sha256 = ""
  /// Its gzip members in the spool, in order, none over about a mebibyte of content; each ends at a line's end where it can.
  var members: [Member] = []

  struct Member: Sendable {
    let offset: Int
    let packed: Int
    let unpacked: Int
  }

  /// How many bytes its members have.
  package var packedSize: Int { members.reduce(0) { $0 + $1.packed } }

  /// The last members that have no more than so many bytes together, without a hash.
  func tail(fitting limit: Int) -> PackedContent {
    var result = PackedContent()
    var packed = 0
    for member in members.reversed() {
      packed += member.packed
      guard packed <= limit else { break }
      result.members.insert(member, at: 0)
      result.size += member.unpacked
    }
    return result
  }
}

/// Where contents wait that are not in an archive yet: a file without a name, which no crash leaves behind.
///
/// What is put in must be fit to be released: it reaches the disk. Any number of tasks may put in at a time.
package final class Spool: Sendable {
  /// How much content one member holds, in bytes.
  static let memberSize = 1 << 20
  /// How many members are made at a time, and may wait for their turn to be written.
  private static let width = 3

  private let file: NamelessFile
  private let end = Locked(0)

  /// A spool in a folder, on whose file system it takes space.
  package init(in folder: String) throws { file = try NamelessFile(in: folder, for: .scratch) }

  /// Compresses content, several pieces at a time, and puts it in.
  ///
  /// `next` appends what comes next, a mebibyte at most at a time, and says false at the end. Throws what it throws, a
  /// `MachineFailure` for a full disk, and `CancellationError`.
  package func pack(_ next: (inout [UInt8]) async throws -> Bool) async throws -> PackedContent {
    var content = PackedContent()
    let digest = DigestStream()
    try await withThrowingTaskGroup(of: (Int, Int, [UInt8]).self) { group in
      var buffer: [UInt8] = []
      var waiting: [Int: (Int, [UInt8])] = [:]
      var (begun, isAtEnd) = (0, false)
      func write(_ number: Int, _ unpacked: Int, _ packed: [UInt8]) throws {
        waiting[number] = (unpacked, packed)
        while let (unpacked, packed) = waiting.removeValue(forKey: content.members.count) {
          content.members.append(try append(packed, unpacked))
        }
      }
      while !isAtEnd {
        try Task.checkCancellation()
        isAtEnd = try await !next(&buffer)
        while buffer.count >= Spool.memberSize || isAtEnd && !buffer.isEmpty {
          let piece = Array(buffer.prefix(Spool.cut(buffer)))
          buffer.removeFirst(piece.count)
          digest.update(piece[...])
          content.size += piece.count
          while begun - content.members.count >= Spool.width, let (number, unpacked, packed) = try await group.next() {
            try write(number, unpacked, packed)
          }
          let number = begun
          begun += 1
          group.addTask { (number, piece.count, GzipMember.compress(piece)) }
        }
      }
      for try await (number, unpacked, packed) in group { try write(number, unpacked, packed) }
    }
    content.sha256 = digest.finish()
    return content
  }

  /// The last members of a content that fit a limit, with their own hash.
  package func tail(of content: PackedContent, fitting limit: Int) throws -> PackedContent {
    var tail = content.tail(fitting: limit)
    let digest = DigestStream()
    for member in tail.members {
      var stream = UnpackedStream(limits: ArchiveLimits()) { count, offset in
        try self.file.read(min(count, member.packed - offset), at: member.offset + offset)
      }
      while case let piece = try stream.take(atMost: .max), !piece.isEmpty { digest.update(piece) }
    }
    tail.sha256 = digest.finish()
    return tail
  }

  func read(_ member: PackedContent.Member) throws -> [UInt8] { try file.read(member.packed, at: member.offset) }

  private func append(_ packed: [UInt8], _ unpacked: Int) throws -> PackedContent.Member {
    try end.withLock { end in
      try file.append(packed)
      defer { end += packed.count }
      return PackedContent.Member(offset: end, packed: packed.count, unpacked: unpacked)
    }
  }

  /// Where a member ends: behind the last line of the first mebibyte, or at its end.
  private static func cut(_ buffer: [UInt8]) -> Int {
    guard buffer.count >= memberSize else { return buffer.count }
    let newline = buffer[memberSize / 2..<memberSize].lastIndex(of: UInt8(ascii: "\n"))
    return newline.map { $0 + 1 } ?? memberSize
  }
}
