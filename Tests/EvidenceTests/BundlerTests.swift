import Archive
import Documents
import Evidence
import Machine
import TestSupport
import Testing
import Vocabulary

struct BundlerTests {
  /// Makes a bundle of collectors in a folder.
  static func bundle(
    _ collectors: [any Collector], in folder: TemporaryFolder, limit: Int? = nil,
    detector: any BundleDetector = TestDetector()
  ) async throws -> WrittenBundle {
    let manifest = BundleManifest(
      bundle: "logs-20261121T000000Z", tool: "test", asOf: Timestamp(milliseconds: 1_795_000_000_000))
    var bundler = Bundler(
      manifest, collectors, to: BundlePlace(folder.file("out"), bundle: manifest.bundle), filter: TestFilter(),
      detector: detector)
    bundler.limit = limit
    return try await bundler.run()
  }

  /// What stock tar makes of a bundle.
  static func unpack(_ bundle: WrittenBundle, in folder: TemporaryFolder) async throws -> String {
    try Files.makeDirectory(folder.file("unpacked"))
    let run = try await Invocation(["/bin/tar", "-xzf", bundle.path, "-C", folder.file("unpacked")]).run(
      within: .seconds(60))
    #expect(run.succeeded && run.errorText.isEmpty)
    return folder.file("unpacked/logs-20261121T000000Z")
  }

  static func leftovers(_ folder: TemporaryFolder) throws -> [String] {
    Files.kind(of: folder.file("out")) == nil ? [] : try Files.list(folder.file("out"))
  }

  @Test func stockToolsUnpackABundleAndFindItWhole() async throws {
    let folder = try TemporaryFolder()
    let plain = try folder.write("one\nclassified two\n", to: "a.log")
    try Files.makeDirectory(folder.file("more"))
    let gzipped = try folder.write("three classified\n", to: "more/b.log")
    _ = try await Invocation(["/bin/gzip", gzipped]).run(within: .seconds(10))
    let bundle = try await Self.bundle([LogCollector([plain, folder.file("more")], in: folder.path)], in: folder)
    let top = try await Self.unpack(bundle, in: folder)
    let sums = try await Invocation(["/usr/bin/sha256sum", "-c", "--strict", "SHA256SUMS"], directory: top)
      .run(within: .seconds(10))
    #expect(sums.succeeded, "\(sums.errorText)")
    #expect(sums.text.contains("logs/more/b.log: OK"))
    #expect(try Files.read("\(top)/logs/a.log", limit: 100) == Array("one\n---------- two\n".utf8))
    #expect(Files.permissions(of: bundle.path) == 0o600)
    #expect(try Self.leftovers(folder) == ["logs-20261121T000000Z.tar.gz"])
    for path in [bundle.path, top] {
      let check = try await BundleCheck(path, detector: TestDetector())
      #expect(check.problems.isEmpty && check.leaks.isEmpty && check.count == 4)
      #expect(check.manifest?.redaction.hidden.map(\.count) == [2])
    }
  }

  @Test func theSameInputGivesTheSameBytes() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(String(repeating: "a line of text\n", count: 300_000), to: "a.log")
    let first = try Files.read(
      try await Self.bundle([LogCollector([log], in: folder.path)], in: folder).path, limit: 1 << 24)
    let second = try Files.read(
      try await Self.bundle([LogCollector([log], in: folder.path)], in: folder).path, limit: 1 << 24)
    #expect(first == second)
  }

  @Test func whatCannotBeRedactedReleasesNothing() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("fine\nunredactable\n", to: "a.log")
    await #expect { try await Self.bundle([LogCollector([log], in: folder.path)], in: folder) } throws: {
      ($0 as? EvidenceFailure)?.exitStatus == .redactionRefused
    }
    #expect(try Self.leftovers(folder).isEmpty)
  }

  @Test func whatIsFoundAfterwardsReleasesNothing() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("fine\na leak\n", to: "a.log")
    await #expect { try await Self.bundle([LogCollector([log], in: folder.path)], in: folder) } throws: { error in
      guard case .leaks(let leaks)? = error as? EvidenceFailure else { return false }
      return leaks == [BundleLeak(file: "logs/a.log", offset: 7, kind: "a word")]
    }
    #expect(try Self.leftovers(folder).isEmpty)
  }

  @Test func aSmallLimitKeepsTheEndsOfLogsAndSaysSo() async throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 3)
    let text = (0..<120_000).map { "\($0) \(UInt64.random(in: 0 ... .max, using: &random))\n" }.joined()
    let log = try folder.write(text, to: "a.log")
    let bundle = try await Self.bundle([LogCollector([log], in: folder.path)], in: folder, limit: 900_000)
    #expect(bundle.size <= 900_000)
    let top = try await Self.unpack(bundle, in: folder)
    let kept = try Files.read("\(top)/logs/a.log", limit: 1 << 26)
    #expect(kept.count > 1 << 19 && text.utf8.reversed().starts(with: kept.reversed()))
    #expect(bundle.manifest.files.first?.truncated?.contains("did not fit the limit") == true)
    let check = try await BundleCheck(bundle.path, detector: TestDetector())
    #expect(check.problems.isEmpty)
  }

  @Test func aFailingCollectorIsAnErrorFileAndAHangingOneIsLeftAlone() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("fine\n", to: "a.log")
    struct Failing: Collector {
      let name = "failing"
      let budget = CollectorBudget()
      func plan() async -> [PlannedFile] { [] }
      func collect(into sink: CollectorSink) async throws { throw DeadlineExceeded(limit: .seconds(1)) }
    }
    struct Hanging: Collector {
      let name = "hanging"
      let budget = CollectorBudget(time: .milliseconds(10))
      func plan() async -> [PlannedFile] { [] }
      func collect(into sink: CollectorSink) async throws {
        let (never, source) = AsyncStream.makeStream(of: Void.self)
        if !sink.isLearning { for await _ in never {} }
        source.finish()
      }
    }
    let bundle = try await Self.bundle([LogCollector([log], in: folder.path), Failing(), Hanging()], in: folder)
    #expect(bundle.manifest.files.map(\.path) == ["errors/failing.json", "errors/hanging.json", "logs/a.log"])
  }

  @Test func anEndlessSourceEndsAtItsBudgetAndSaysSo() async throws {
    let folder = try TemporaryFolder()
    let run = try await Invocation(["/usr/bin/mkfifo", folder.file("endless"), folder.file("silent")]).run(
      within: .seconds(5))
    #expect(run.succeeded)
    let log = LogCollector(
      [folder.file("endless"), folder.file("silent")], in: folder.path,
      budget: CollectorBudget(time: .seconds(120), size: 8 << 20))
    async let writer = Invocation(["/bin/sh", "-c", "yes 'a line of a log' > \"$0\"", folder.file("endless")]).run(
      within: .seconds(60))
    let bundle = try await Self.bundle([log], in: folder)
    #expect(bundle.manifest.files.first?.truncated == "the 8 MiB for its collector were full")
    #expect(try await !writer.succeeded)
  }

  @Test func aBundleThatWasChangedIsFound() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("fine\n", to: "a.log")
    let bundle = try await Self.bundle([LogCollector([log], in: folder.path)], in: folder)
    let top = try await Self.unpack(bundle, in: folder)
    try Files.write(Array("other\n".utf8), to: "\(top)/logs/a.log")
    try Files.write(Array("new\n".utf8), to: "\(top)/logs/b.log")
    let check = try await BundleCheck(top, detector: TestDetector())
    #expect(
      check.problems == [
        "'logs/a.log' was changed: its hash differs", "'logs/b.log' was added: SHA256SUMS does not name it",
        "'logs/a.log' is not as manifest.json says", "manifest.json does not name 'logs/b.log'",
      ])
  }

  @Test func aCancelledBundleLeavesNothing() async throws {
    let folder = try TemporaryFolder()
    let log = try folder.write(String(repeating: "a line of text\n", count: 2_000_000), to: "a.log")
    let collector = LogCollector([log], in: folder.path)
    for delay in [0, 1, 20, 100, 300] {
      let task = Task { try await Self.bundle([collector], in: folder) }
      Patience.pause(.milliseconds(delay))
      task.cancel()
      if case .failure = await task.result { #expect(try Self.leftovers(folder).isEmpty) }
      try Files.removeTree(folder.file("out"))
    }
  }
}
