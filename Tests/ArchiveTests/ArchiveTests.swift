import Archive
import Machine
import TestSupport
import Testing

struct ArchiveTests {
  /// Writes an archive of a few entries and returns its path.
  static func write(
    _ entries: [(path: String, bytes: [UInt8])], in folder: TemporaryFolder, as name: String = "a.tar.gz",
    modified: Int = 1_795_000_000
  ) async throws -> String {
    let spool = try Spool(in: folder.path)
    let writer = try ArchiveWriter(in: folder.path, modified: modified)
    try writer.addFolder("top")
    for entry in entries {
      var rest = entry.bytes[...]
      let content = try await spool.pack { buffer in
        buffer += rest.prefix(300_000)
        rest = rest.dropFirst(300_000)
        return !rest.isEmpty
      }
      try writer.add(entry.path, content, from: spool)
    }
    try writer.finish()
    try writer.name(folder.file(name))
    return folder.file(name)
  }

  /// Reads an archive whole.
  static func read(_ path: String) throws -> [(entry: TarEntry, bytes: [UInt8])] {
    var reader = try ArchiveReader(path)
    var all: [(TarEntry, [UInt8])] = []
    while let entry = try reader.next() {
      var bytes: [UInt8] = []
      while let piece = try reader.read() { bytes += piece }
      all.append((entry, bytes))
    }
    return all
  }

  @Test func whatIsWrittenIsReadBack() async throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 7)
    let entries: [(path: String, bytes: [UInt8])] = [
      ("top/empty", []), ("top/one-block", Array(repeating: 0x41, count: 512)),
      ("top/\(String(repeating: "n", count: 180))/\(String(repeating: "m", count: 101)).log", Array("long\n".utf8)),
      ("top/naïve-日本.log", Array("text\n".utf8)),
      ("top/random", (0..<3_500_000).map { _ in UInt8.random(in: 0...255, using: &random) }),
    ]
    let read = try Self.read(try await Self.write(entries, in: folder))
    #expect(read.map(\.entry.path) == ["top"] + entries.map(\.path))
    #expect(read.dropFirst().map(\.bytes) == entries.map(\.bytes))
    #expect(Files.permissions(of: folder.file("a.tar.gz")) == 0o600)
  }
}
