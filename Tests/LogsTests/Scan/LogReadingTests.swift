import LogScan
import Logs
import Machine
import TestSupport
import Testing

struct LogReadingTests {
  private static let scanner = LiteralScanner(["draining worker", "exit"])

  /// Each hit's line number with its text, and what was read.
  private static func read(_ path: String, tasks: Int = 3) async throws -> ([String], LogReading.Summary) {
    let found = Locked<[String]>([])
    let summary = try await LogReading.read(
      LogInput(try ByteStream(path), name: path), for: scanner, tasks: tasks,
      decode: { String(decoding: $0.prefix(60), as: UTF8.self) },
      deliver: { number, text in found.withLock { $0.append("\(number) \(text)") } })
    return (found.withLock { $0 }, summary)
  }

  /// Lines of any length, some of which hold a literal; with what is to be found in them.
  private static func log(seed: UInt64, lines: Int, lastHasEnd: Bool) -> (bytes: [UInt8], found: [String]) {
    var random = SeededGenerator(seed: seed)
    var bytes: [UInt8] = []
    var found: [String] = []
    for number in 1...lines {
      var line = String(repeating: "x", count: Int.random(in: 0...900, using: &random))
      if random.next() % 7 == 0 { line = "exit" + line }
      if line.hasPrefix("exit") { found.append("\(number) \(line.prefix(60))") }
      bytes += Array(line.utf8)
      if number < lines || lastHasEnd { bytes.append(0x0A) }
    }
    return (bytes, found)
  }

  @Test(arguments: [(1, true, 1), (2, false, 3), (3, true, 8)])
  func linesOfManyPiecesComeInOrderWithTheirNumbers(seed: UInt64, lastHasEnd: Bool, tasks: Int) async throws {
    let folder = try TemporaryFolder()
    let log = Self.log(seed: seed, lines: 9_000, lastHasEnd: lastHasEnd)
    try Files.write(log.bytes, to: folder.file("log"), mode: 0o600)
    let (found, summary) = try await Self.read(folder.file("log"), tasks: tasks)
    #expect(found == log.found)
    #expect(summary.bytes == log.bytes.count)
    #expect(summary.lines == 9_000)
    #expect(summary.hits == log.found.count)
    #expect(summary.cutLines == 0 && summary.fault == nil)
  }

  @Test func aPackedLogIsReadLikeAPlainOne() async throws {
    let folder = try TemporaryFolder()
    let log = Self.log(seed: 4, lines: 9_000, lastHasEnd: true)
    try Files.write(log.bytes, to: folder.file("log"), mode: 0o600)
    #expect(try await Invocation(["/bin/gzip", folder.file("log")]).run(within: .seconds(30)).succeeded)
    let (found, summary) = try await Self.read(folder.file("log.gz"))
    #expect(found == log.found)
    #expect(summary.bytes == log.bytes.count)
  }

  @Test func aPackedLogThatIsCutGivesWhatIsThereAndSaysThatItIsCut() async throws {
    let folder = try TemporaryFolder()
    let log = Self.log(seed: 5, lines: 3_000, lastHasEnd: true)
    try Files.write(log.bytes, to: folder.file("log"), mode: 0o600)
    #expect(try await Invocation(["/bin/gzip", folder.file("log")]).run(within: .seconds(30)).succeeded)
    let packed = try Files.read(folder.file("log.gz"), limit: 1 << 24)
    try Files.write(Array(packed.dropLast(100)), to: folder.file("cut.gz"), mode: 0o600)
    let (found, summary) = try await Self.read(folder.file("cut.gz"))
    #expect(summary.fault != nil)
    #expect(!found.isEmpty && log.found.starts(with: found))
  }

  @Test func aLineOfManyMebibytesIsCutAndTheNextOneIsWhole() async throws {
    let folder = try TemporaryFolder()
    let long = "exit" + String(repeating: "y", count: 5 << 20)
    _ = try folder.write("first exit\n\(long)\nlast exit\nnone", to: "log")
    let (found, summary) = try await Self.read(folder.file("log"))
    #expect(found == ["1 first exit", "2 " + long.prefix(60), "3 last exit"])
    #expect(summary.lines == 4)
    #expect(summary.cutLines == 1)
  }

  @Test(arguments: ["", "\n", "exit", "\n\nexit\n"])
  func smallLogsAreCountedRight(text: String) async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write(text, to: "log")
    let (found, summary) = try await Self.read(folder.file("log"))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(found == lines.enumerated().filter { $0.element == "exit" }.map { "\($0.offset + 1) exit" })
    #expect(summary.lines == (text.hasSuffix("\n") || text.isEmpty ? lines.count - 1 : lines.count))
    #expect(summary.bytes == text.utf8.count)
  }
}
