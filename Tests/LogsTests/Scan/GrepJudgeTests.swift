import LogScan
import Logs
import Machine
import TestSupport
import Testing

/// grep and ripgrep judge which lines hold a literal, and what their numbers are.
struct GrepJudgeTests {
  private static let literals = WorkerEvent.literals + ["\"ERROR\"", "TimeoutError", "exit"]

  /// Lines of literals, of almost-literals, of noise and of bytes that are no text.
  private static func log(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < 1_500_000 {
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        switch Int.random(in: 0...11, using: &random) {
        case 0: bytes += Array((literals.randomElement(using: &random) ?? "").utf8)
        case 1:
          var word = Array((literals.randomElement(using: &random) ?? "").utf8)
          word[Int.random(in: word.indices, using: &random)] ^= 1
          bytes += word.filter { $0 != 0x0A }
        case 2: bytes += [0xFF, 0x00, 0x80, 0x0D]
        case 3 where random.next() % 50 == 0: bytes += [UInt8](repeating: 0x20, count: 200_000)
        default: bytes += Array(repeating: UInt8.random(in: 0x20...0x7E, using: &random), count: 30)
        }
      }
      bytes.append(0x0A)
    }
    if random.next() % 2 == 0 { bytes += Array("draining worker".utf8) }
    return bytes
  }

  @Test(arguments: 1...4 as ClosedRange<UInt64>)
  func theSameLinesAreFoundAsByGrepInWhateverPiecesThePipeGivesThem(seed: UInt64) async throws {
    try await compare(seed, with: ["grep", "-a", "-n", "-F"])
  }

  @Test(.enabled(if: Program.find("rg") != nil, "ripgrep is not installed"), arguments: 5...7 as ClosedRange<UInt64>)
  func theSameLinesAreFoundAsByRipgrep(seed: UInt64) async throws {
    try await compare(seed, with: ["rg", "--no-config", "-a", "-n", "-F"])
  }

  private func compare(_ seed: UInt64, with judge: [String]) async throws {
    var random = SeededGenerator(seed: seed)
    let folder = try TemporaryFolder()
    let bytes = Self.log(&random)
    let log = folder.file("log")
    try Files.write(bytes, to: log, mode: 0o600)
    _ = try folder.write(Self.literals.joined(separator: "\n") + "\n", to: "literals")

    // Parts of any size reach the reader one after the other.
    var parts: [String] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 1...400_000, using: &random))
      parts.append(folder.file("part-\(parts.count)"))
      try Files.write(Array(bytes[start..<end]), to: parts[parts.count - 1], mode: 0o600)
      start = end
    }
    let pipe = folder.file("pipe")
    #expect(try await Invocation(["mkfifo", pipe]).run(within: .seconds(30)).succeeded)
    let writing = ["/bin/sh", "-c", #"pipe=$1; shift; for part; do cat "$part"; done > "$pipe""#, "sh", pipe] + parts
    // It must be there before the pipe is opened, which blocks until it is.
    let writer = try Invocation(writing).start()
    let found = Locked<[Int]>([])
    let summary = try await LogReading.read(
      LogInput(try ByteStream(pipe), name: "pipe"), for: LiteralScanner(Self.literals),
      tasks: Int.random(in: 1...4, using: &random), decode: { $0.count },
      deliver: { number, _ in found.withLock { $0.append(number) } })
    #expect(try await writer.wait() == .exited(0))
    let ours = found.withLock { $0 }
    #expect(summary.bytes == bytes.count && !ours.isEmpty)

    #expect(try await Self.numbers(judge + ["-f", folder.file("literals"), log]) == ours)
  }

  /// The line numbers that a program writes before its lines.
  private static func numbers(_ arguments: [String]) async throws -> [Int] {
    let environment = ["LC_ALL": "C", "PATH": ProcessEnvironment.current["PATH"] ?? ""]
    let command = ["/bin/sh", "-c", #""$@" | cut -d: -f1"#, "sh"] + arguments
    let run = try await Invocation(command, environment: environment).run(within: .seconds(120))
    #expect(!run.isOutputCut)
    return run.text.split(separator: "\n").compactMap { Int($0) }
  }
}
