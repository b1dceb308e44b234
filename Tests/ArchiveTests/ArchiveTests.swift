import Archive
import Libraries
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

/// What other programs make of archives of random names and contents.
@Suite(.enabled(if: Python.isThere, "\(Python.isMissing)"))
struct ArchiveJudgeTests {
  private static func entries(seed: UInt64) -> [(path: String, bytes: [UInt8])] {
    var random = SeededGenerator(seed: seed)
    let letters = Array("abcXYZ019._-+= äß日é")
    var paths: Set<String> = []
    while paths.count < 40 {
      let parts = (0...Int.random(in: 0...4, using: &random)).map { _ in
        "p"
          + String(
            (0..<Int.random(in: 1...60, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
      }
      paths.insert((["top"] + parts).joined(separator: "/"))
    }
    return paths.sorted().map { path in
      let size = [0, 1, 511, 512, 513, 10_000, 1_048_576, 1_500_000].randomElement(using: &random) ?? 0
      return (path, (0..<size).map { _ in UInt8.random(in: 32...90, using: &random) })
    }
  }

  @Test(arguments: [1, 2]) func pythonReadsWhatIsWritten(_ seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let entries = Self.entries(seed: seed)
    let path = try await ArchiveTests.write(entries, in: folder)
    let run = try await Python.run("judges/tar.py", ["list", path])
    #expect(run.succeeded, "\(run.errorText)")
    let lines = run.text.split(separator: "\n").dropFirst().map {
      $0.split(separator: " ", maxSplits: 5).map(String.init)
    }
    #expect(lines.map { $0[3] } == entries.map { "\($0.bytes.count)" })
    #expect(lines.map { $0[4] } == entries.map { Hashing.hexadecimal(.sha256, of: $0.bytes) })
    #expect(lines.allSatisfy { $0[1] == "384" && $0[2] == "1795000000" })
  }

  @Test(arguments: ["/bin/tar", "/usr/bin/bsdtar"]) func stockToolsUnpackWhatIsWritten(_ tool: String) async throws {
    try #require(Files.kind(of: tool) != nil, "\(tool) is missing; .ci/test installs it")
    let folder = try TemporaryFolder()
    let entries = Self.entries(seed: 3)
    let path = try await ArchiveTests.write(entries, in: folder)
    let run = try await Invocation(
      [tool, "-xzf", path, "-C", folder.path], environment: ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"]
    ).run(within: .seconds(60))
    #expect(run.succeeded && run.errorText.isEmpty, "\(run.errorText)")
    for entry in entries { #expect(try Files.read(folder.file(entry.path), limit: 1 << 22) == entry.bytes) }
  }
}
