import Cutover
import Documents
import Evidence
import Journal
import Machine
import Terminal
import TestSupport
import Testing
import Vocabulary

@testable import Commands

/// What pipelines read of a run, when everything in it wants to be more than text.
struct PipelineTests {
  private static let evil =
    "x\n::set-output name=verdict::passed\r\n##[group]y\r::error::z\nverdict=passed\nEOF\nverdict<<EOF\n%0A::stop-commands::t \u{1B}[31m \u{202E}"

  /// A failed run in which every word comes from outside.
  private static func journal(in folder: TemporaryFolder) async throws -> RunFolder {
    let began = Timestamp(milliseconds: 1_795_000_000_000)
    let run = try RunStore(home: folder.path).create(at: began)
    let writer = try await JournalWriter(run, clock: WallClock { began })
    let started = RunStarted(run: run.id, target: TargetName(evil), command: ["deploy", evil], host: evil)
    try await writer.append(.runStarted(started))
    let rollout = Rollout(
      target: TargetName(evil), run: run.id, kind: .deploy, began: began,
      incoming: Generation(version: VersionName("v2\nverdict=passed\n" + evil)),
      outgoing: [Generation(version: VersionName(evil))], window: DrainWindow(clocks: []))
    let source = SourceTraits(id: "s", kind: "livekit-rooms", sees: [.sessions])
    try await writer.append(.plan(WatchPlan(rollout: rollout, policy: Policy(), sources: [source])))
    try await writer.append(.stepStarted(StepStarted(name: evil, timeout: nil)))
    try await writer.append(.stepFinished(StepFinished(name: evil, outcome: .failed, detail: evil)))
    var assessment = Assessment(of: rollout, timesOutAt: began + .seconds(60))
    assessment.verdict = .failed
    assessment.isFinal = true
    assessment.reason = evil
    assessment.recommendedAction = Assessment.RecommendedAction(summary: evil, command: evil)
    assessment.conditions = Assessment.Condition.Kind.allCases.map {
      Assessment.Condition(
        id: $0, title: evil, state: $0 == .oldDrains ? .inconclusive : .failed, basis: .counts, reason: evil,
        evidence: [Evidence(source: SourceID(evil), locator: evil, at: nil, excerpt: evil)])
    }
    assessment.findings = [
      Finding(
        code: "SES-001", status: .confirmed, severity: .critical, summary: evil,
        evidence: [Evidence(source: SourceID(evil), locator: "\(evil):7", at: nil, excerpt: evil)],
        remedy: Finding.Remedy(evil, commands: [evil]))
    ]
    try await writer.append(.verdict(VerdictRecord(assessment: assessment)))
    try await writer.append(.runFinished(RunFinished(verdict: .failed, exitStatus: .failed, at: began)))
    return run
  }

  private struct Command: Decodable, Equatable {
    let name: String
    let title: String?
    let data: String?
  }

  private static func commands(_ log: String) async throws -> [Command] {
    try await Python.judge("github_log.py", lines: [log]).map {
      try CanonicalJSON.decode(Command.self, from: Array($0.utf8))
    }
  }

  @Test func theOnlyCommandsOfALogAreTheProgramsOwn() async throws {
    let folder = try TemporaryFolder()
    let run = try await Self.journal(in: folder)
    func sluice(_ arguments: String...) async throws -> CompletedRun {
      let environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SLUICE_HOME": folder.path]
      return try await Invocation(
        ["\(Products.folder)/sluice"] + arguments, environment: environment, directory: folder.path
      ).run(within: .seconds(60) * Patience.factor)
    }
    for command in ["show", "export", "verify"] {
      let page = try await sluice("runs", command, run.id.rawValue)
      #expect(try await Self.commands(page.text + page.errorText) == [], "\(page.text)\(page.errorText)")
    }
    let replay = try await sluice("verify-cutover", "--replay", run.journal, "--format", "github")
    let commands = try await Self.commands(replay.text + replay.errorText)
    #expect(!commands.isEmpty, "\(replay.text)\(replay.errorText)")
    #expect(commands.allSatisfy { ["error", "warning"].contains($0.name) && $0.title != nil }, "\(commands)")
    #expect(commands.first?.title?.contains("deploy of") == true)
  }

  @Test(arguments: LogSections.allCases)
  func noNameOfAStepEndsItsSectionOrBeginsAnother(_ sections: LogSections) async throws {
    let lines = Locked<[String]>([])
    let progress = PlainProgress(
      output: ProgressOutput(now: WallClock { Timestamp(milliseconds: 0) }) { text in lines.withLock { $0.append(text) }
      },
      style: .plain, sections: sections)
    let at = Timestamp(milliseconds: 0)
    progress.show(.step(StepProgress(name: Self.evil, state: .running, startedAt: at)))
    progress.show(.noted(ProgressNote(at: at, text: "::error::\(Self.evil.harmless)")))
    progress.show(.step(StepProgress(name: Self.evil, state: .failed, startedAt: at, endedAt: at, outcome: "no")))
    progress.show(.step(StepProgress(name: "next", state: .running, startedAt: at)))
    progress.finish()
    let text = lines.withLock { $0.joined() }
    switch sections {
    case .github:
      #expect(try await Self.commands(text).map(\.name) == ["group", "endgroup", "group", "endgroup"], "\(text)")
    case .gitlab:
      // Ansi2json: section_(start|end):TIME:NAME, a carriage return, and the sequence that clears the line.
      let marker = /\u{1B}\[0Ksection_(start|end):([0-9]+):([a-zA-Z0-9_.-]+)\r\u{1B}\[0K/
      let found = text.matches(of: marker).map { "\($0.1) \($0.3)" }
      try #require(found.count == 4, "\(text)")
      #expect(found[0].hasPrefix("start ") && found[1] == found[0].replacing("start", with: "end"))
      #expect(found[2...] == ["start next", "end next"])
      #expect(text.unicodeScalars.count { $0 == "\u{1B}" } == 8)
    }
  }

  @Test func theOutputsAreReadBackAsTheyAreWhateverTheyHold() async throws {
    let folder = try TemporaryFolder()
    let run = try await Self.journal(in: folder)
    let history = try RunHistory(JournalReader(run.journal), path: run.journal)
    let path = folder.file("outputs")
    try Files.write(PipelineReport.outputs(of: history, run), to: path)
    let lines = try await Python.judge("github_file.py", [path])
    let outputs = try CanonicalJSON.decode([String: String].self, from: Array(lines.joined().utf8))
    #expect(
      outputs == [
        "verdict": "failed", "run-id": run.id.rawValue, "version": "v2\nverdict=passed\n" + Self.evil, "bundle": "",
      ])
  }

  @Test func aRunWithoutAVerdictHasTheOutputNone() async throws {
    let folder = try TemporaryFolder()
    let run = try RunStore(home: folder.path).create(at: Timestamp(milliseconds: 0))
    let writer = try await JournalWriter(run)
    try await writer.append(.runStarted(RunStarted(run: run.id, target: "t", command: ["deploy"], host: "h")))
    let history = try RunHistory(JournalReader(run.journal), path: run.journal)
    let path = folder.file("outputs")
    try Files.write(PipelineReport.outputs(of: history, run), to: path)
    #expect(try await Python.judge("github_file.py", [path]).joined().contains(#""verdict": "none""#))
    let xml = try folder.write(String(decoding: history.junit, as: UTF8.self), to: "junit.xml")
    #expect(
      try await Python.judge("junit.py", [xml]) == [
        "suites 1 0 1 0", "cutover: verdict error the run ended before anything was watched",
      ])
  }

  @Test func junitHasACaseForEachConditionStepAndFinding() async throws {
    let folder = try TemporaryFolder()
    let run = try await Self.journal(in: folder)
    let history = try RunHistory(JournalReader(run.journal), path: run.journal)
    let xml = try folder.write(String(decoding: history.junit, as: UTF8.self), to: "junit.xml")
    let lines = try await Python.judge("junit.py", [xml])
    #expect(lines.first == "suites 6 5 1 0", "\(lines)")
    #expect(
      lines.dropFirst().map { $0.prefix { $0 != ":" } } == [
        "cutover", "cutover", "cutover", "cutover", "steps", "findings",
      ])
    #expect(lines[1].hasPrefix("cutover: A ") && lines[1].contains(" failure "))
    #expect(lines[3].hasPrefix("cutover: C ") && lines[3].contains(" error "))
  }
}
