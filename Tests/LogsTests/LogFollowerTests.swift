import Machine
import TestSupport
import Testing

@testable import Logs

@Suite struct LogFollowerTests {
  /// A follower of a file in a scratch folder, and the shell that changes the file as others would.
  private final class Scene {
    let folder = "/tmp/sluice-follower-\(UInt64.random(in: 0 ... .max))"
    var path: String { folder + "/log" }
    var follower: LogFollower
    var restarts = 0

    init() throws {
      follower = LogFollower(folder + "/log")
      try Files.makeDirectory(folder)
    }

    deinit { try? Files.removeTree(folder) }

    func shell(_ line: String) async throws {
      #expect(try await Invocation(["sh", "-c", line], directory: folder).start().wait() == .exited(0))
    }

    func read(limit: Int = 8 << 20) throws -> String {
      var text: [UInt8] = []
      lastProgress = try follower.read(limit: limit, beginsAnew: { restarts += 1 }, { text += $0 })
      return String(decoding: text, as: UTF8.self)
    }

    var lastProgress = LogFollower.Progress()
  }

  @Test func readsOnlyWhatWasAdded() async throws {
    let scene = try Scene()
    #expect(try scene.read() == "")
    try await scene.shell("printf 'one\\ntw' >> log")
    #expect(try scene.read() == "one\ntw")
    #expect(try scene.read() == "")
    try await scene.shell("printf 'o\\n' >> log")
    #expect(try scene.read() == "o\n")
    #expect(scene.follower.isComplete)
    #expect(scene.restarts == 0)
  }

  @Test func aTruncatedFileIsReadFromItsBeginningAndSaysThatBytesMayBeLost() async throws {
    let scene = try Scene()
    try await scene.shell("printf 'a long line\\n' > log")
    #expect(try scene.read() == "a long line\n")
    try await scene.shell("printf 'new\\n' > log")
    #expect(try scene.read() == "new\n")
    #expect(scene.restarts == 1)
    #expect(!scene.follower.isComplete)
  }

  @Test func aRotatedFileIsReadToItsEndBeforeTheNewOne() async throws {
    let scene = try Scene()
    try await scene.shell("printf 'one\\n' > log")
    #expect(try scene.read() == "one\n")
    try await scene.shell("printf 'two\\n' >> log; mv log log.1; printf 'three\\n' > log")
    #expect(try scene.read() == "two\nthree\n")
    #expect(scene.lastProgress.beganAnew)
    #expect(scene.follower.isComplete)
  }

  @Test func aRotatedFileThatIsGoneIsSaidToBeMissing() async throws {
    let scene = try Scene()
    try await scene.shell("printf 'one\\n' > log")
    #expect(try scene.read() == "one\n")
    try await scene.shell("printf 'two\\n' >> log; mv log elsewhere; printf 'three\\n' > log")
    #expect(try scene.read() == "three\n")
    #expect(!scene.follower.isComplete)
  }

  @Test func aFileThatVanishesAndComesBackIsReadAnew() async throws {
    let scene = try Scene()
    try await scene.shell("printf 'one\\n' > log")
    #expect(try scene.read() == "one\n")
    try await scene.shell("mv log kept")
    #expect(try scene.read() == "")
    // The old file still exists, so its number is not given to the new one.
    try await scene.shell("printf 'two\\n' > log")
    #expect(try scene.read() == "two\n")
  }

  @Test func oneReadIsBoundedAndTheNextGoesOn() async throws {
    let scene = try Scene()
    try await scene.shell("head -c 200000 /dev/zero > log")
    #expect(try scene.read(limit: 150_000).utf8.count == 150_000)
    #expect(!scene.lastProgress.isAtEnd)
    #expect(try scene.read(limit: 150_000).utf8.count == 50_000)
    #expect(scene.lastProgress.isAtEnd)
  }

  @Test func aFolderInsteadOfAFileIsAnError() throws {
    var follower = LogFollower("/tmp")
    #expect(throws: MachineFailure.self) { _ = try follower.read { _ in } }
  }
}
