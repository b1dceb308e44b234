import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Terminal

/// A terminal's memory of what was written to it, with a size and a time that a test sets.
final class Recorder: Sendable {
  private let state = Locked((written: [String](), size: ScreenSize(columns: 100, rows: 30), seconds: 0))

  var written: [String] { state.withLock { $0.written } }
  var text: String { written.joined() }
  func resize(_ columns: Int, _ rows: Int) { state.withLock { $0.size = ScreenSize(columns: columns, rows: rows) } }
  func tick(_ seconds: Int) { state.withLock { $0.seconds += seconds } }

  var output: ProgressOutput {
    ProgressOutput(
      now: WallClock { Scene.at(self.state.withLock { $0.seconds }) }, size: { self.state.withLock { $0.size } },
      write: { text in self.state.withLock { $0.written.append(text) } })
  }
}

struct LiveScreenTests {
  let style = TextStyle(color: .none, characters: .unicode)
  let title = ProgressEvent.titled(
    RunTitle(kind: "deploy", target: "kitchen", incoming: "v2", run: "20261121-140511-123-k3v9q2", began: Scene.began))

  @Test func finishDrawsTheLastStateAndGivesTheCursorBackOnce() {
    let recorder = Recorder()
    let screen = LiveScreen(output: recorder.output, style: style)
    screen.show(title)
    screen.show(.noted(ProgressNote(at: Scene.began, text: "the very last event")))
    screen.finish()
    screen.finish()
    screen.show(.noted(ProgressNote(at: Scene.began, text: "too late")))
    screen.finish()
    #expect(recorder.text.contains("the very last event"))
    #expect(!recorder.text.contains("too late"))
    #expect(recorder.text.split(separator: "\u{1B}[?25l", omittingEmptySubsequences: false).count == 2)
    #expect(recorder.text.hasSuffix("\u{1B}[?25h\r\n"))
    #expect(recorder.text.split(separator: "\u{1B}[?25h", omittingEmptySubsequences: false).count == 2)
  }

  @Test func showNeverWrites() {
    let recorder = Recorder()
    let screen = LiveScreen(output: recorder.output, style: style)
    for _ in 0..<100 { screen.show(title) }
    #expect(recorder.written.isEmpty)
  }

  @Test func picturesAreAtLeastATenthOfASecondApart() async throws {
    let recorder = Recorder()
    let clock = StepClock()
    let screen = LiveScreen(output: recorder.output, style: style, clock: clock)
    let running = Task { await screen.run() }
    for step in 0..<20 {
      try #require(await Patience.until { clock.sleepers == 1 })
      #expect(recorder.written.count <= step + 1)
      screen.show(.noted(ProgressNote(at: Scene.began, text: "event \(step)")))
      clock.advance(by: LiveScreen.shortestPause)
    }
    screen.finish()
    clock.advance(by: LiveScreen.shortestPause)
    await running.value
    #expect(recorder.text.contains("event 19"))
  }

  @Test func theClockTicksWithoutEvents() async throws {
    let recorder = Recorder()
    let clock = StepClock()
    let screen = LiveScreen(output: recorder.output, style: style, clock: clock)
    screen.show(title)
    let running = Task { await screen.run() }
    for _ in 0..<10 {
      try #require(await Patience.until { clock.sleepers == 1 })
      #expect(recorder.written.count == 1)
      recorder.tick(1)
      clock.advance(by: LiveScreen.shortestPause)
    }
    try #require(await Patience.until { recorder.written.count == 2 })
    #expect(recorder.text.contains("10s"))
    running.cancel()
    clock.advance(by: LiveScreen.shortestPause)
    await running.value
  }

  @Test func linesThatStayArePrintedAboveThePicture() {
    let recorder = Recorder()
    let screen = LiveScreen(output: recorder.output, style: style)
    screen.show(title)
    screen.show(.noted(ProgressNote(at: Scene.began, text: "log kept in /tmp/x", stay: .lasting)))
    screen.finish()
    let above = recorder.text.prefix { $0 != "\r\n" }
    #expect(above.hasSuffix("14:05:11 log kept in /tmp/x"))
  }

  @Test func aNarrowTerminalGetsPlainLines() {
    let recorder = Recorder()
    recorder.resize(39, 30)
    let screen = LiveScreen(output: recorder.output, style: style)
    screen.show(title)
    screen.finish()
    #expect(recorder.text.contains("14:05:11 deploy kitchen: v2, run 20261121-140511-123-k3v9q2\r\n"))
    #expect(!recorder.text.contains("\u{1B}[?25l"))
  }

  @Test(arguments: [(0, 0), (1, 1), (40, 1), (1, 40), (200, 3)])
  func anySizeIsSurvived(columns: Int, rows: Int) {
    let recorder = Recorder()
    recorder.resize(columns, rows)
    let screen = LiveScreen(output: recorder.output, style: style)
    screen.show(title)
    screen.show(.assessed(Scene.failed.assessment))
    screen.finish()
    #expect(!recorder.text.isEmpty)
  }
}

struct ScreenRegionTests {
  let size = ScreenSize(columns: 80, rows: 24)

  @Test func aPictureReplacesTheOneBefore() {
    var region = ScreenRegion()
    #expect(
      region.replace(with: ["a", "b", "c"], above: [], size: size)
        == "\u{1B}[?25l\r\u{1B}[?7l\u{1B}[2Ka\r\n\u{1B}[2Kb\r\n\u{1B}[Jc\u{1B}[?7h")
    #expect(region.replace(with: ["d"], above: [], size: size) == "\r\u{1B}[2A\u{1B}[?7l\u{1B}[Jd\u{1B}[?7h")
    #expect(region.replace(with: ["e"], above: [], size: size).hasPrefix("\r\u{1B}[?7l\u{1B}[Je"))
  }

  @Test func linesThatANarrowerTerminalFoldedAreCounted() {
    var region = ScreenRegion()
    _ = region.replace(with: [String(repeating: "x", count: 80), "\u{1B}[31mshort\u{1B}[0m"], above: [], size: size)
    #expect(
      region.replace(with: ["e"], above: [], size: ScreenSize(columns: 50, rows: 24)).hasPrefix("\r\u{1B}[2A"))
  }

  @Test func nothingIsWrittenForNothing() {
    var region = ScreenRegion()
    #expect(region.replace(with: [], above: [], size: size).isEmpty)
    #expect(region.close().isEmpty)
  }
}

struct PlainProgressTests {
  @Test func aRunIsToldLineByLine() throws {
    let recorder = Recorder()
    let progress = PlainProgress(output: recorder.output, style: .plain)
    let run = RunTitle(
      kind: "deploy", target: "kitchen", outgoing: ["v20260131090000"], incoming: "v20260224201212",
      run: "20261121-140511-123-k3v9q2", began: Scene.began)
    progress.show(.titled(run))
    progress.show(.titled(run))
    for step in [
      StepProgress(name: "preflight", state: .running, startedAt: Scene.at(0)),
      StepProgress(name: "preflight", state: .done, startedAt: Scene.at(0), endedAt: Scene.at(2)),
    ] { progress.show(.step(step)) }
    for sample in 0..<8 {
      progress.show(.assessed(Scene.drainingAssessment(sample, at: 40 + sample / 4, old: 8 - sample, new: sample)))
    }
    progress.show(.assessed(Scene.failed.assessment))
    progress.show(.assessed(Scene.failed.assessment))
    progress.finish()
    try expectGolden("plain-progress.txt", recorder.text)
    #expect(!recorder.text.contains("\u{1B}"))
  }

  @Test func betweenChangesThereIsAtMostOneLineASecond() {
    var narrator = PlainNarrator()
    var seconds: [Timestamp] = []
    for sample in 0..<200 {
      let moment = Scene.began + .milliseconds(100 * sample)
      var assessment = Scene.drainingAssessment(sample, at: 0, old: sample % 9, new: sample)
      assessment.at = moment
      assessment.conditions = []
      seconds += narrator.lines(for: .assessed(assessment)).map(\.at)
    }
    #expect(seconds.count == 20)
    #expect(zip(seconds, seconds.dropFirst()).allSatisfy { $1 - $0 >= .seconds(1) })
  }

  @Test func aFleetThatStandsStillIsMentionedEveryHalfMinute() {
    var narrator = PlainNarrator()
    let counts = (0..<60).map { sample in
      var assessment = Scene.drainingAssessment(1, at: 5 * sample, old: 3, new: 3)
      assessment.conditions = []
      return narrator.lines(for: .assessed(assessment)).count
    }
    #expect(counts.reduce(0, +) == 10)
  }

  @Test func aRunThatSaysNothingForAMinuteSaysThatItGoesOn() {
    var log = PlainLog(style: .plain, sections: nil)
    #expect(log.heartbeat(at: Scene.at(500)) == nil, "nothing has begun")
    _ = log.lines(for: .step(StepProgress(name: "start", state: .running, startedAt: Scene.at(0))), at: Scene.at(0))
    #expect(log.heartbeat(at: Scene.at(59)) == nil)
    #expect(log.heartbeat(at: Scene.at(60))?.hasSuffix("still at step start, for 1m") == true)
    #expect(log.heartbeat(at: Scene.at(61)) == nil)
    #expect(log.heartbeat(at: Scene.at(120))?.hasSuffix("still at step start, for 2m") == true)
  }

  @Test func linesThatNobodyReadsAreBoundedAndCounted() {
    var queue = LineQueue()
    for number in 0..<10_005 { queue.append("\(number)") }
    let lines = queue.drain()
    #expect(lines.count == 10_001)
    #expect(lines.last?.contains("5 lines left out") == true)
    #expect(queue.drain().isEmpty)
  }
}
