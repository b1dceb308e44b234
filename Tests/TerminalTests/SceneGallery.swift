import Cutover
import Terminal
import Vocabulary

extension Scene {
  static let gallery: [Scene] = [
    pendingStart, warmUp, draining, passed, failed, inconclusive, timedOut, regions, thirtyInstances, hostile,
  ]

  static let pendingStart: Scene = {
    Scene("pending-start", assessment(), after: steps(0))
  }()

  static let warmUp: Scene = {
    var warm = assessment(sample: 4, at: 22)
    warm.reason = "v20260224201212 does not serve yet: 1 of 2 instances registered"
    warm.conditions = conditions([
      (.pending, .none, "no instance of v20260224201212 serves yet", []),
      (.pending, .none, "v20260131090000 may take sessions until the new version serves", []),
      (.pending, .identities, "not told to drain yet; 7 sessions on 2 instances", []),
    ])
    warm.sessions.byVersion = ["v20260131090000": counts(active: 7, started: 1, ended: 1)]
    warm.instances = [
      instance("v20260131090000-1", sessions: 4, told: nil, confirmed: nil),
      instance("v20260131090000-2", sessions: 3, told: nil, confirmed: nil),
    ]
    return Scene("warm-up", warm, after: steps(3), then: [.hinted(["Ctrl-C saves the run and says how to resume it"])])
  }()

  static func drainingAssessment(_ sample: Int, at second: Int, old: Int, new: Int) -> Assessment {
    var next = assessment(sample: sample, at: second)
    next.window.servingAt = at(33)
    next.window.drainRequestedAt = at(34)
    next.window.cutoverAt = at(34)
    next.reason = "C is pending: \(old) sessions are left on 2 old instances"
    next.conditions = conditions([
      (.holds, .identities, "12 of 12 sessions that started after 14:06:15 run on v20260224201212", []),
      (
        .pending, .identities, "no session has started on an old instance for 35s of 60s",
        [Evidence(source: "dispatch-server", at: at(64), excerpt: "last session on v20260131090000-2 began (AJ_8fK2)")]
      ),
      (
        .pending, .identities, "\(old) sessions are left on 2 instances",
        [Evidence(source: "worker-http", at: at(second), excerpt: "v20260131090000-1 serves 2, -2 serves 1")]
      ),
    ])
    next.sessions.byVersion = [
      "v20260224201212": counts(active: new, started: 12, ended: 12 - new, probes: 2),
      "v20260131090000": counts(active: old, started: 1, ended: 8 - old),
    ]
    next.instances = [
      instance("v20260131090000-1", sessions: 2), instance("v20260131090000-2", sessions: 1, confirmed: .workerStatus),
    ]
    next.exposure = Assessment.Exposure(sessions: 12, onIncoming: 12, excludedShare: 0.2209)
    next.forecast = Assessment.Forecast(
      remaining: old, zeroExpectedAt: at(second + 270), windowEndsAt: at(3_634), expectedCuts: 0,
      ground: "sessions of this fleet last 6m in the median")
    return next
  }

  static let draining: Scene = {
    let history: [ProgressEvent] = (0..<30).map { step in
      .assessed(drainingAssessment(step + 5, at: 40 + 5 * step, old: 8 - step / 6, new: min(9, step / 3)))
    }
    return Scene(
      "draining", drainingAssessment(35, at: 190, old: 3, new: 9), after: steps(4) + history,
      then: [.hinted(["Ctrl-C saves the run and says how to resume it"])])
  }()

  static func passedAssessment() -> Assessment {
    var next = drainingAssessment(52, at: 259, old: 0, new: 9)
    next.verdict = .passed
    next.isFinal = true
    next.reason = "all three conditions hold, by identities, in 3 fresh samples"
    next.conditions = conditions([
      (.holds, .identities, "12 of 12 sessions that started after 14:06:15 run on v20260224201212", []),
      (.holds, .identities, "no session has started on an old instance for 60s, while 5 started on the new one", []),
      (.holds, .identities, "both old instances were seen at zero in 3 fresh samples and left by themselves", []),
    ])
    next.instances = [
      instance("v20260131090000-1", sessions: 0, ended: 240, end: "exit 0"),
      instance("v20260131090000-2", sessions: 0, confirmed: .workerStatus, ended: 222, end: "exit 0"),
    ]
    next.latency = [
      "v20260131090000": Assessment.Latency(
        assignment: .init(count: 9, p50Seconds: 0.21, p95Seconds: 0.44, maxSeconds: 0.47),
        startUp: .init(count: 2, p50Seconds: 8.1, p95Seconds: 8.4, maxSeconds: 8.4)),
      "v20260224201212": Assessment.Latency(
        assignment: .init(count: 12, p50Seconds: 0.24, p95Seconds: 0.52, maxSeconds: 1.31),
        startUp: .init(count: 2, p50Seconds: 9.2, p95Seconds: 11.8, maxSeconds: 11.8)),
    ]
    next.forecast = nil
    next.window.endedAt = at(259)
    return next
  }

  static let passed = Scene("passed", passedAssessment(), after: steps(5))

  static let failed: Scene = {
    var next = drainingAssessment(61, at: 305, old: 0, new: 8)
    next.verdict = .failed
    next.isFinal = true
    next.reason = "C failed: 2 sessions were cut when v20260131090000-1 was killed; B failed: 1 session landed late"
    next.conditions = conditions([
      (.holds, .identities, "11 of 12 sessions that started after 14:06:15 run on v20260224201212", []),
      (
        .failed, .identities, "AJ_late01 started on v20260131090000-2 12s after the grace ended",
        [
          Evidence(
            source: "dispatch-server", at: at(76),
            excerpt: "AJ_late01 assigned to v20260131090000-2, which reported full")
        ]
      ),
      (
        .failed, .identities, "2 sessions were cut: v20260131090000-1 was killed under them",
        [
          Evidence(source: "platform", at: at(270), excerpt: "v20260131090000-1 ended by signal 9 while it served 2"),
          Evidence(
            source: "dispatch-server", at: at(270), excerpt: "worker AW_1 gone with AJ_8fK2 and AJ_9xZ7 running"),
        ]
      ),
    ])
    next.sessions.byVersion["v20260131090000"] = counts(active: 0, started: 2, ended: 6, cut: 2)
    next.sessions.cut = ["AJ_8fK2", "AJ_9xZ7"].map {
      Assessment.Sessions.Named(
        id: SessionID($0), room: "call-\($0.suffix(4))", version: "v20260131090000", instance: "v20260131090000-1",
        region: "eu-central", sdk: "livekit-agents 1.8.9", at: at(270),
        detail: "its worker was killed by signal 9 while a person was in the call")
    }
    next.sessions.cutCount = 14
    next.sessions.late = [
      Assessment.Sessions.Named(
        id: "AJ_late01", room: "call-late", version: "v20260131090000", instance: "v20260131090000-2",
        sdk: "livekit-agents 1.3.12", at: at(76), detail: "started 12s after the grace ended, on a worker that was full"
      )
    ]
    next.sessions.lateCount = 1
    next.instances = [
      instance("v20260131090000-1", sessions: 2, ended: 270, end: "killed by signal 9"),
      instance("v20260131090000-2", sessions: 0, confirmed: nil, ended: 290, end: "exit 0"),
    ]
    next.exposure = Assessment.Exposure(sessions: 12, onIncoming: 11, excludedShare: 1)
    next.findings = [
      Finding(
        code: "DRN-003", status: .confirmed, severity: .critical,
        summary: "v20260131090000-1 was killed with 2 sessions in it",
        evidence: [Evidence(source: "platform", at: at(270), excerpt: "exit by signal 9")],
        remedy: "find who sent the signal; the platform's stop deadline had 54m left"),
      Finding(
        code: "SIG-001", status: .suspected, severity: .warning,
        summary: "v20260131090000-2 never confirmed its drain", evidence: [],
        remedy: "look at how its entrypoint passes signals on"),
    ]
    next.recommendedAction = Assessment.RecommendedAction(
      summary: "rolling back will not help, no old instance is left; find who killed v20260131090000-1",
      command:
        "sluice triage --run 20261121-140511-123-k3v9q2 --target kitchen --format text --logs .sluice/runs/20261121-140511-123-k3v9q2/logs"
    )
    next.window.endedAt = at(305)
    return Scene("failed", next, after: steps(4))
  }()

  static let inconclusive: Scene = {
    var next = drainingAssessment(788, at: 3_925, old: 0, new: 0)
    next.verdict = .inconclusive
    next.isFinal = true
    next.reason = "no new session started, so nobody can say where they land"
    next.conditions = conditions([
      (.inconclusive, .none, "0 of 3 new sessions started since 14:06:15", []),
      (.inconclusive, .counts, "no exposure: old instances were offered nothing", []),
      (.holds, .counts, "both old instances were seen at zero in 3 fresh samples", []),
    ])
    next.sessions.byVersion = ["v20260224201212": counts(active: 0), "v20260131090000": counts(active: nil, ended: 2)]
    next.exposure = nil
    next.forecast = nil
    next.instances = [instance("v20260131090000-1", sessions: nil), instance("v20260131090000-2", sessions: 0)]
    next.recommendedAction = Assessment.RecommendedAction(
      summary: "make sessions of your own and watch where they land",
      command: "sluice verify-cutover --target kitchen --probe")
    return Scene("inconclusive", next, after: steps(4))
  }()

  static let timedOut: Scene = {
    var next = drainingAssessment(788, at: 3_925, old: 3, new: 9)
    next.verdict = .timedOut
    next.isFinal = true
    next.reason = "3 sessions are still on 2 old instances 1h5m after the rollout began"
    next.conditions[2].state = .timedOut
    next.conditions[1].state = .holds
    next.forecast?.expectedCuts = 3
    next.recommendedAction = Assessment.RecommendedAction(
      summary: "the old instances do not drain; rolling back will not help", command: "sluice triage --target kitchen")
    return Scene("timed-out", next, after: steps(4))
  }()

  static let regions: Scene = {
    var next = drainingAssessment(35, at: 190, old: 3, new: 9)
    next.regions = [
      Assessment.Region(name: "ap-south", verdict: .pending, conditions: next.conditions),
      Assessment.Region(name: "eu-central", verdict: .passed, conditions: passedAssessment().conditions),
      Assessment.Region(name: "us-east", verdict: .failed, conditions: failed.assessment.conditions),
    ]
    next.instances = ["eu-central", "us-east", "ap-south"].enumerated().map {
      instance(InstanceID("CAW_\($0.offset)x81"), sessions: $0.offset, region: RegionName($0.element))
    }
    return Scene("regions", next, after: steps(4))
  }()

  static let thirtyInstances: Scene = {
    var next = drainingAssessment(35, at: 190, old: 41, new: 212)
    next.sessions.byVersion = [
      "v20260224201212": counts(active: 212, started: 240, ended: 28),
      "v20260131090000": counts(active: 41, started: 3, ended: 160),
    ]
    next.instances = (1...30).map { number in
      let name = InstanceID("agent-worker-7d9f8b6c5d-\(["x2kqp", "m8zvw", "r4tjl"][number % 3])-\(number)")
      switch number % 5 {
      case 0: return instance(name, sessions: 0, ended: 100 + number, end: "exit 0")
      case 1 where number < 10: return instance(name, sessions: 4, confirmed: nil)
      default: return instance(name, sessions: number % 4)
      }
    }
    return Scene("thirty-instances", next, after: steps(4))
  }()

  static let hostile: Scene = {
    var next = drainingAssessment(35, at: 190, old: 3, new: 9)
    next.target = "küche\u{202E}nehctik"
    next.incoming = "v2\u{1B}[2J\u{1B}[Hpassed"
    next.outgoing = ["版本一二三四五六七八九十", "v1\r\nverdict: passed"]
    next.sessions.byVersion = [
      "v2\u{1B}[2J\u{1B}[Hpassed": counts(active: 9, started: 12), "版本一二三四五六七八九十": counts(active: 3),
      "v1\r\nverdict: passed": counts(active: 0), "unattributed": counts(active: 1),
    ]
    next.instances = [
      instance("工人-一号-非常长的名字-非常长的名字-非常长的名字", sessions: 2),
      instance("🚀🚀🚀-worker-👩‍👩‍👧", sessions: 1), instance("e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}llo", sessions: 0),
      instance("\u{9B}31m\u{7}bell", sessions: nil, confirmed: nil),
    ]
    next.sessions.unclear = [
      Assessment.Sessions.Named(
        id: "AJ_\u{1B}]0;owned\u{7}", room: "комната ❤️ 部屋", at: at(120),
        detail: "its instance vanished\nwhile it served 1; the log of 工人-一号 would settle it")
    ]
    next.sessions.unclearCount = 1
    next.recommendedAction = Assessment.RecommendedAction(
      summary: "look\u{1B}[31m", command: "sluice triage --target 'k\u{202E}x'")
    return Scene("hostile", next, after: steps(4))
  }()
}
