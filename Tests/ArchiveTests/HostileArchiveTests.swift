import Archive
import Libraries
import Machine
import TestSupport
import Testing

/// Archives that Python's tarfile wrote with what no bundle holds.
struct HostileArchiveTests {
  private static func read(_ bytes: [UInt8], _ limits: ArchiveLimits = ArchiveLimits()) throws -> [String] {
    var reader = ArchiveReader(limits: limits) { count, offset in Array(bytes.dropFirst(offset).prefix(count)) }
    var paths: [String] = []
    while let entry = try reader.next() {
      paths.append(entry.path)
      while try reader.read() != nil {}
    }
    return paths
  }

  private static func refusal(_ bytes: [UInt8], _ limits: ArchiveLimits = ArchiveLimits()) -> ArchiveFailure? {
    do {
      _ = try read(bytes, limits)
      return nil
    } catch { return error as? ArchiveFailure }
  }

  /// What `judges/tar.py` makes of one recipe.
  private static func made(_ recipe: String, _ arguments: [String] = []) async throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let run = try await Python.run("judges/tar.py", ["make", recipe, folder.file("a.tar.gz")] + arguments)
    #expect(run.succeeded, "\(run.errorText)")
    return try Files.read(folder.file("a.tar.gz"), limit: 1 << 26)
  }

  @Test(
    .enabled(if: Python.isThere, "\(Python.isMissing)"),
    arguments: [
      "absolute", "parent", "parent-inside", "symlink", "hardlink", "fifo", "device", "duplicate", "backslash",
      "newline",
      "dot", "long-traversal", "pax-traversal", "sparse",
    ])
  func isRefused(_ recipe: String) async throws {
    #expect(Self.refusal(try await Self.made(recipe)) != nil)
  }

  @Test(.enabled(if: Python.isThere, "\(Python.isMissing)"), arguments: ["ustar", "gnu", "pax"])
  func archivesOfOthersAreRead(_ format: String) async throws {
    let bytes = try await Self.made("good", [format])
    #expect(
      try Self.read(bytes) == [
        "top", "top/a.log", "top/\(String(repeating: "d", count: 60))/\(String(repeating: "n", count: 60)).log",
      ])
  }

  @Test func everyCutIsFound() async throws {
    let folder = try TemporaryFolder()
    let path = try await ArchiveTests.write([("top/a", Array("text\n".utf8)), ("top/b", [])], in: folder)
    let bytes = try Files.read(path, limit: 1 << 20)
    for end in bytes.indices { #expect(Self.refusal(Array(bytes[..<end])) != nil, "cut at \(end)") }
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 0x10
      // Header fields of gzip that say nothing of the data may differ; nothing else may.
      if Self.refusal(changed) == nil { #expect(try Self.read(changed) == ["top", "top/a", "top/b"]) }
    }
    #expect(Self.refusal(bytes + bytes) != nil)
    #expect(Self.refusal(bytes + Array("rest".utf8)) != nil)
  }

  @Test func bombsAreRefused() async throws {
    let folder = try TemporaryFolder()
    let path = try await ArchiveTests.write([("top/a", [UInt8](repeating: 0, count: 20 << 20))], in: folder)
    let bytes = try Files.read(path, limit: 1 << 20)
    var limits = ArchiveLimits()
    #expect(try Self.read(bytes, limits).count == 2)
    (limits.free, limits.ratio) = (4 << 20, 100)
    #expect(Self.refusal(bytes, limits) == .tooLarge("it unpacks to more than 100 times its own size"))
    limits = ArchiveLimits()
    limits.size = 1 << 20
    #expect(Self.refusal(bytes, limits) != nil)
    limits = ArchiveLimits()
    limits.entries = 1
    #expect(Self.refusal(bytes, limits) == .tooLarge("it has more than 1 entries"))
  }
}
