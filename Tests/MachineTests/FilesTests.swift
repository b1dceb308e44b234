import Machine
import TestSupport
import Testing
import Vocabulary

@Suite struct FilesTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func aFileIsReplacedWholeWithItsModeAndNothingBesideIt() throws {
    let path = folder.file("a")
    for size in [0, 1, 200_000, 3] {
      let bytes = [UInt8](repeating: 7, count: size)
      try Files.write(bytes, to: path, mode: 0o644)
      #expect(try Files.read(path, limit: 200_000) == bytes)
    }
    #expect(try Files.list(folder.path) == ["a"])
  }

  @Test func aFileLargerThanTheLimitIsAnErrorNotCut() throws {
    let path = try folder.write("12345", to: "a")
    #expect(try Files.read(path, limit: 5).count == 5)
    let failure = #expect(throws: MachineFailure.self) { try Files.read(path, limit: 4) }
    #expect(failure?.what == "'\(path)' is larger than 4 bytes")
    #expect(failure?.exitStatus == .badInput)
  }

  @Test func everyErrorNamesThePathAndTheReason() throws {
    let missing = #expect(throws: MachineFailure.self) { try Files.read("/no/such", limit: 1) }
    #expect(
      missing?.description == """
        error: cannot read '/no/such'
        because: no such file or directory
        try: check the path; relative ones start at the working directory
        """)
    #expect(missing?.exitStatus == .missingInput)
    let unwritable = #expect(throws: MachineFailure.self) { try Files.write([1], to: "/proc/sluice") }
    #expect(unwritable?.exitStatus == .cannotCreate)
    #expect(throws: MachineFailure.self) { try Files.list(folder.file("none")) }
    let path = try folder.write("", to: "file")
    #expect(throws: MachineFailure.self) { try Files.makeDirectory(path + "/below") }
    #expect(throws: MachineFailure.self) { try Files.makeDirectory(path) }
  }

  @Test func foldersAreMadeWithThoseAboveAndRemovedWithThoseBelow() throws {
    let deep = folder.file("a/b/c")
    try Files.makeDirectory(deep)
    try Files.makeDirectory(deep)
    #expect(try Files.makeNewDirectory(deep) == false)
    #expect(try Files.makeNewDirectory(deep + "/d"))
    _ = try folder.write("x", to: "a/b/c/file")
    try Files.removeTree(folder.file("a"))
    #expect(try Files.list(folder.path).isEmpty)
    try Files.removeTree(folder.file("a"))
  }

  @Test func aFolderOfAPathIsNamed() {
    #expect(
      ["a/b", "b", "/b", "/", "a/b/", "/a/b"].map(Files.folder(of:)) == ["a", ".", "/", "/", "a", "/a"])
  }

  @Test func recordsAreAppendedWholeByManyAtOnce() async throws {
    let path = folder.file("log")
    let record = [UInt8](repeating: 65, count: 999) + [10]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let file = try AppendFile(path)
          for _ in 0..<50 { try file.append(record) }
          try file.synchronize()
        }
      }
      try await group.waitForAll()
    }
    let lines = try Files.read(path, limit: 1 << 20).split(separator: 10)
    #expect(lines.count == 400 && lines.allSatisfy { $0.count == 999 })
  }

  @Test func aLockIsHeldByOneAndFreeAfterItsEnd() async throws {
    let path = folder.file("lock")
    var first = try FileLock.acquire(path)
    #expect(first != nil)
    #expect(try FileLock.acquire(path) == nil)
    let failure = await #expect(throws: MachineFailure.self) {
      _ = try await FileLock.acquire(path, within: .milliseconds(30))
    }
    #expect(failure?.exitStatus == .locked)
    first = nil
    #expect(first == nil)
    #expect(try FileLock.acquire(path) != nil)
  }

  @Test func aChildDoesNotInheritALock() async throws {
    let path = folder.file("lock")
    var lock = try FileLock.acquire(path)
    #expect(lock != nil)
    let child = try Invocation(["sleep", "300"]).start()
    lock = nil
    #expect(lock == nil)
    #expect(try FileLock.acquire(path) != nil)
    child.send(.kill)
    _ = try await child.wait()
  }

  @Test func aLockIsFreeAtOnceWhileOtherThreadsFork() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<40 { _ = try await Invocation(["true"]).run(within: .seconds(60)) }
        }
      }
      let path = folder.file("lock")
      for _ in 0..<2_000 { _ = try #require(try FileLock.acquire(path)) }
      try await group.waitForAll()
    }
  }
}
