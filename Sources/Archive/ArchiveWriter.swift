import Libraries
import Machine

/// Writes a tar.gz file: entries in the order in which they are given, as root's, of one time, so that the same entries give the
/// same bytes.
///
/// It is one gzip member after the other. A header stands in a member of its own, made when its content's size is known: contents
/// wait for that in a `Spool`, compressed already. The file has no name before `name` gives it one.
package final class ArchiveWriter {
  private let file: NamelessFile
  private let modified: Int
  private var pending: [UInt8] = []
  private var paths: Set<String> = []
  /// How many bytes have been written, without what waits for the next member.
  package private(set) var size = 0

  /// Begins an archive in a folder; `modified` is the time of every entry, in seconds since 1970.
  package init(in folder: String, modified: Int) throws {
    file = try NamelessFile(in: folder, for: .toBeNamed)
    self.modified = modified
  }

  /// Adds a folder, which only its owner may enter.
  package func addFolder(_ path: String) throws {
    try begin(TarEntry(path: path, kind: .folder, size: 0, mode: 0o700, modified: modified))
  }

  /// Adds a small file.
  package func add(_ path: String, _ bytes: [UInt8]) throws {
    try begin(TarEntry(path: path, size: bytes.count, modified: modified))
    pending += bytes + [UInt8](repeating: 0, count: TarBlock.padding(after: bytes.count))
    if pending.count >= Spool.memberSize { try flush() }
  }

  /// Adds a file whose content waits in a spool.
  package func add(_ path: String, _ content: PackedContent, from spool: Spool) throws {
    try begin(TarEntry(path: path, size: content.size, modified: modified))
    try flush()
    for member in content.members { try append(try spool.read(member)) }
    pending += [UInt8](repeating: 0, count: TarBlock.padding(after: content.size))
  }

  /// Ends the archive; nothing may follow.
  package func finish() throws {
    pending += TarHeader.end
    try flush()
  }

  /// Reads the archive from its beginning, before it has a name.
  package func reader() -> ArchiveReader {
    let file = file
    return ArchiveReader { count, offset in try file.read(count, at: offset) }
  }

  /// Gives the archive its name, on the disk and whole; it replaces what has that name.
  package func name(_ path: String) throws { try file.name(path) }

  private func begin(_ entry: TarEntry) throws {
    guard paths.insert(entry.path).inserted else { throw ArchiveFailure.duplicate(entry.path) }
    pending += try TarHeader.bytes(of: entry)
  }

  private func flush() throws {
    guard !pending.isEmpty else { return }
    try append(GzipMember.compress(pending))
    pending.removeAll(keepingCapacity: true)
  }

  private func append(_ bytes: [UInt8]) throws {
    try file.append(bytes)
    size += bytes.count
  }
}
