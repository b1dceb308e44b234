import Cutover
import TestSupport
import Terminal
import Vocabulary

/// Assessments and states that a seed decides: any mix of states, counts, names (hostile ones too) and lengths.
struct RandomScenes {
  var random: SeededGenerator
  private static let names = [
    "v1", "v20260224201212", "版本一二三四五六七八九十", "a-very-long-name-of-a-release-that-nobody-would-type-twice-in-a-row-2026",
    "e\u{301}\u{302}\u{303}\u{304}\u{305}", "🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", "\u{1B}[2J\u{1B}[31m", "x\u{202E}y\u{2066}z", "a b c", "",
    " ",
    "❤️❤️❤️", "🇩🇪🇫🇷", "tab\tand\r\nline", "\u{9B}1A", "한국어", "नमस्ते", "ᄒ\u{1161}\u{11AB}", "👩‍👩‍👧‍👦", "passed",
  ]

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }
  mutating func name() -> String {
    let base = Self.names[number(0...Self.names.count - 1)]
    return chance(0.3) ? base + "-" + String(number(0...9_999)) + Self.names[number(0...Self.names.count - 1)] : base
  }
  mutating func sentence() -> String { (0..<number(0...12)).map { _ in name() }.joined(separator: " ") }
  mutating func at() -> Timestamp { Scene.at(number(0...5_000)) }
  mutating func maybe<Value>(_ value: Value) -> Value? { chance(0.7) ? value : nil }

  mutating func conditions() -> [Assessment.Condition] {
    let states: [Assessment.Condition.State] = [.pending, .holds, .failed, .inconclusive, .timedOut]
    let bases: [Assessment.Condition.EvidenceBasis] = [.identities, .counts, .none]
    return Assessment.Condition.Kind.allCases.map { kind in
      Assessment.Condition(
        id: kind, title: sentence(), state: states[number(0...4)], basis: bases[number(0...2)], reason: sentence(),
        evidence: (0..<number(0...5)).map { _ in
          Evidence(source: SourceID(name()), at: maybe(at()), excerpt: sentence())
        }, evidenceOmitted: number(0...3))
    }
  }

  mutating func named() -> [Assessment.Sessions.Named] {
    (0..<number(0...20)).map { _ in
      Assessment.Sessions.Named(
        id: SessionID(name()), room: maybe(name()), version: maybe(VersionName(name())),
        instance: maybe(InstanceID(name())), region: maybe(RegionName(name())), sdk: maybe(name()), at: at(),
        detail: sentence())
    }
  }

  mutating func assessment() -> Assessment {
    var next = Scene.assessment(sample: number(0...10_000), at: number(0...5_000))
    next.target = TargetName(name())
    next.incoming = VersionName(name())
    next.outgoing = (0..<number(0...5)).map { _ in VersionName(name()) }
    next.verdict = Assessment.Verdict.allCases[number(0...Assessment.Verdict.allCases.count - 1)]
    next.isFinal = chance(0.5)
    next.reason = sentence()
    next.conditions = chance(0.9) ? conditions() : []
    next.regions = (0..<number(0...9)).map { _ in
      Assessment.Region(name: RegionName(name()), verdict: .pending, conditions: conditions())
    }
    for _ in 0..<number(0...12) {
      next.sessions.byVersion[name()] = Scene.counts(
        active: maybe(number(0...100_000)), started: number(0...1_000_000), ended: number(0...9), cut: number(0...2),
        unclear: number(0...2), probes: number(0...3))
    }
    next.sessions.cut = named()
    next.sessions.cutCount = next.sessions.cut.count + number(0...2)
    next.sessions.unserved = named()
    next.instances = (0..<number(0...40)).map { _ in
      let isEnded = chance(0.4)
      return Scene.instance(
        InstanceID(name()), sessions: maybe(number(0...90)), told: maybe(number(0...99)),
        confirmed: maybe(.workerStatus), ended: isEnded ? maybe(number(100...999)) : nil, end: isEnded ? name() : nil,
        region: maybe(RegionName(name())))
    }
    next.exposure = maybe(Assessment.Exposure(sessions: 3, onIncoming: number(0...3), excludedShare: 0.63))
    next.forecast = maybe(
      Assessment.Forecast(
        remaining: maybe(3), zeroExpectedAt: maybe(at()), windowEndsAt: maybe(at()), expectedCuts: maybe(number(0...3)),
        ground: sentence()))
    next.findings = (0..<number(0...14)).map { _ in
      Finding(
        code: FindingCode(name()), status: .suspected, severity: .warning, summary: sentence(), evidence: [],
        remedy: Finding.Remedy(sentence(), commands: (0..<number(0...2)).map { _ in sentence() }))
    }
    next.recommendedAction = maybe(Assessment.RecommendedAction(summary: sentence(), command: nil))
    next.window.drainRequestedAt = maybe(at())
    return next
  }

  mutating func state() -> LiveState {
    var state = LiveState()
    if chance(0.9) {
      state.apply(
        .titled(
          RunTitle(
            kind: "deploy", target: TargetName(name()), outgoing: [VersionName(name()), VersionName(name())],
            incoming: maybe(VersionName(name())), run: "20261121-140511-123-k3v9q2", began: at())))
    }
    state.apply(
      .planned(
        (0..<number(0...12)).map { number in
          let step = StepProgress.State.allCases[self.number(0...StepProgress.State.allCases.count - 1)]
          return StepProgress(name: "\(number)\(name())", state: step, startedAt: maybe(at()), endedAt: maybe(at()))
        }))
    for _ in 0..<number(0...4) { state.apply(.assessed(assessment())) }
    for _ in 0..<number(0...20) { state.apply(.noted(ProgressNote(at: at(), tone: .warn, text: sentence()))) }
    state.apply(.hinted((0..<number(0...3)).map { _ in sentence() }))
    return state
  }
}
