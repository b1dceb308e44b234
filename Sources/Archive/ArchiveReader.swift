import Machine
import Vocabulary

/// Reads a tar.gz file entry by entry, in constant memory, and refuses everything that evidence never is: paths that lead
/// elsewhere, links, devices, two entries of one name, bombs, data that is cut off or goes on after its end.
///
/// Written by this program or not: POSIX's headers and pax's, and GNU's long names. One reader belongs to one task at a time.
package struct ArchiveReader {
  private var stream: UnpackedStream
  private let limits: ArchiveLimits
  private var paths: Set<String> = []
  private var folders: Set<String> = []
  /// What is left of the current entry's content, and of the padding after it.
  private var left = 0
  private var padding = 0
  private var isAtEnd = false

  /// How many bytes of the unpacked archive have been read.
  package var place: Int { stream.place }

  /// An archive that is read piece by piece: `source` gives up to so many bytes from an offset on, none at the end.
  package init(limits: ArchiveLimits = ArchiveLimits(), source: @escaping (Int, Int) throws -> [UInt8]) {
    self.limits = limits
    stream = UnpackedStream(limits: limits, source: source)
  }

  /// An archive in a file.
  package init(_ path: String, limits: ArchiveLimits = ArchiveLimits()) throws {
    let file = try FileReader(path)
    self.init(limits: limits) { count, offset in try file.read(count, at: offset) }
  }

  /// The next entry; what is left of the one before is skipped. Nil at the end, behind which nothing may be.
  ///
  /// Throws `ArchiveFailure`, and what the source throws.
  package mutating func next() throws -> TarEntry? {
    while try read() != nil {}
    guard !isAtEnd else { return nil }
    var long: (path: String?, size: Int?) = (nil, nil)
    while true {
      let place = stream.place
      guard let block = try stream.take(exactly: TarBlock.size) else {
        throw ArchiveFailure.damaged(at: place, reason: "it ends without the blocks that end an archive")
      }
      guard let header = try TarHeader.read(block, at: place) else {
        try finish()
        return nil
      }
      switch header.type {
      case UInt8(ascii: "x"):
        guard let records = TarHeader.extended(try extra(header, at: place)) else {
          throw ArchiveFailure.damaged(at: place, reason: "an extended header cannot be understood")
        }
        long = (records.path ?? long.path, records.size ?? long.size)
      case UInt8(ascii: "L"): long.path = TarHeader.text(try extra(header, at: place))
      // What holds for all entries: comments and times of others' programs.
      case UInt8(ascii: "g"): _ = try extra(header, at: place)
      default: return try begin(header, path: long.path ?? header.path, size: long.size ?? header.size)
      }
    }
  }

  /// The next piece of the entry's content; nil at its end.
  package mutating func read() throws -> ArraySlice<UInt8>? {
    guard left > 0 else {
      if padding > 0 {
        guard try stream.take(exactly: padding) != nil else { throw cutOff }
        padding = 0
      }
      return nil
    }
    let piece = try stream.take(atMost: left)
    guard !piece.isEmpty else { throw cutOff }
    left -= piece.count
    return piece
  }

  private var cutOff: ArchiveFailure { .damaged(at: stream.place, reason: "it ends inside of a file") }

  private mutating func begin(_ header: TarHeader.Raw, path: String, size: Int) throws -> TarEntry {
    let kind: TarEntry.Kind
    switch header.type {
    case UInt8(ascii: "0"), 0: kind = .file
    case UInt8(ascii: "5"): kind = .folder
    case UInt8(ascii: "1"): throw ArchiveFailure.notAFile(path, kind: "a hard link")
    case UInt8(ascii: "2"): throw ArchiveFailure.notAFile(path, kind: "a symbolic link")
    case UInt8(ascii: "3"), UInt8(ascii: "4"): throw ArchiveFailure.notAFile(path, kind: "a device")
    case UInt8(ascii: "6"): throw ArchiveFailure.notAFile(path, kind: "a FIFO")
    default: throw ArchiveFailure.notAFile(path, kind: "of a kind that is not known")
    }
    let path = kind == .folder && path.hasSuffix("/") ? String(path.dropLast()) : path
    try TarEntry.check(path)
    guard paths.count < limits.entries else {
      throw ArchiveFailure.tooLarge("it has more than \(limits.entries) entries")
    }
    guard paths.insert(path).inserted else { throw ArchiveFailure.duplicate(path) }
    guard size <= limits.size, kind == .file || size == 0 else {
      throw ArchiveFailure.tooLarge("'\(path.harmless)' says that it is \(size) bytes long")
    }
    (left, padding) = (size, TarBlock.padding(after: size))
    return TarEntry(path: path, kind: kind, size: size, mode: header.mode, modified: header.modified)
  }

  /// The content of a header that says something of the next one.
  private mutating func extra(_ header: TarHeader.Raw, at place: Int) throws -> [UInt8] {
    guard header.size <= 64 << 10 else {
      throw ArchiveFailure.damaged(at: place, reason: "an extended header is longer than 64 KiB")
    }
    guard let bytes = try stream.take(exactly: header.size + TarBlock.padding(after: header.size)) else {
      if header.size == 0 { return [] }
      throw cutOff
    }
    return Array(bytes.prefix(header.size))
  }

  /// Reads on to the end: a second block of zeros, then at most more of them.
  private mutating func finish() throws {
    let place = stream.place
    guard let second = try stream.take(exactly: TarBlock.size), second.allSatisfy({ $0 == 0 }) else {
      throw ArchiveFailure.damaged(at: place, reason: "only one of the two blocks that end an archive is there")
    }
    while true {
      let place = stream.place
      let rest = try stream.take(atMost: .max)
      guard rest.allSatisfy({ $0 == 0 }) else {
        throw ArchiveFailure.damaged(at: place, reason: "data follows after the archive's end")
      }
      if rest.isEmpty { break }
    }
    isAtEnd = true
  }
}
