import Cutover
import Documents
import Journal
import Logs
import Triage
import Vocabulary

extension Dossier {
  /// The five numbered items of a bundle, in their order.
  package func items() throws -> [EvidenceItem] {
    [try deployEvents(), sessionsByVersion(), assignments(), try stops(), try drainEvidence()]
  }

  /// What of the run is missing as a whole.
  var runGaps: [String] {
    guard let run, run.damage != nil else { return [] }
    return ["the journal cannot be read beyond its record of \(run.lastRecordAt.timeOfDay)"]
  }

  /// Sources that see one thing and did not always answer, a sentence each.
  func gaps(ofSourcesThatSee sight: SourceTraits.Sight) -> [String] {
    (run?.sources ?? []).filter { $0.traits.sees.contains(sight) && $0.failures > 0 }.map {
      "\($0.traits.id) gave no answer in \($0.failures) of \($0.readings) polls".harmless
    }
  }

  /// Whether any source was declared that sees one thing.
  func isSeen(_ sight: SourceTraits.Sight) -> Bool {
    run?.sources.contains { $0.traits.sees.contains(sight) && $0.firstAnswer != nil } ?? false
  }
}

// MARK: 1. When the deploy or rollback started

/// `deploy-events.json`.
private struct DeployEvents: Encodable {
  let schema = "sluice.deploy-events/1"
  let completeness: Completeness
  var run: RunID?
  var target: TargetName?
  var kind: Rollout.Kind?
  var incoming: Generation?
  var outgoing: [Generation]?
  var began: Timestamp?
  var servingAt: Timestamp?
  var drainRequestedAt: Timestamp?
  var cutoverAt: Timestamp?
  var endedAt: Timestamp?
  var verdict: Assessment.Verdict?
  var events: [TimelineEvent] = []
}

extension Dossier {
  private func deployEvents() throws -> EvidenceItem {
    let kinds: Set<String> = [
      "run-started", "step-started", "step-finished", "action-intended", "action-done", "action-failed", "note",
      "lock-acquired", "lock-released", "lock-lost", "lock-taken-over", "signal", "rollout-began", "serving",
      "drain-requested", "cutover", "verdict", "run-finished",
    ]
    let rollout = run?.plan?.rollout
    let change = file?.fleet?.change
    var item = DeployEvents(completeness: deployCompleteness)
    (item.run, item.target, item.kind) = (run?.id, run?.started.target ?? file?.fleet?.target, rollout?.kind)
    (item.incoming, item.outgoing) = (rollout?.incoming ?? change?.incoming, rollout?.outgoing ?? change?.outgoing)
    item.began = rollout?.began ?? change?.began
    let window = run?.assessment?.window
    (item.servingAt, item.drainRequestedAt) = (window?.servingAt, window?.drainRequestedAt)
    (item.cutoverAt, item.endedAt) = (window?.cutoverAt, window?.endedAt)
    item.verdict = run?.assessment?.verdict
    item.events = timeline().filter { kinds.contains($0.kind) }
    return EvidenceItem(
      number: 1, name: "deploy-events.json", title: "when the deploy or rollback started",
      completeness: item.completeness, count: item.events.count, bytes: try CanonicalJSON.encodePretty(item) + [0x0A])
  }

  private var deployCompleteness: Completeness {
    guard let run else {
      return file?.fleet?.change == nil
        ? .absent("no run was journaled, and no platform told of a change")
        : .partial("no run was journaled: there is only the platform's own record of its last change")
    }
    guard let rollout = run.plan?.rollout else {
      return .partial((["the run ended before its rollout was known"] + runGaps).joined(separator: "; "))
    }
    let seen =
      rollout.kind == .observed
      ? ["somebody else rolled it out: when that began is what the platform or whoever asked said"] : []
    return Completeness(missing: seen + runGaps)
  }
}

// MARK: 2. Active sessions per version over time

extension Dossier {
  private func sessionsByVersion() -> EvidenceItem {
    var table = CSV(["time", "version", "active", "started", "ended", "cut", "unclear"])
    for point in run?.points ?? [] {
      for entry in point.versions {
        let counts = entry.counts
        table.add(
          [point.at.description, entry.version, counts.active.map(String.init)]
            + [counts.started, counts.ended, counts.cut, counts.unclear].map(String.init))
      }
    }
    return EvidenceItem(
      number: 2, name: "sessions-by-version.csv", title: "active sessions per version over time",
      completeness: countsCompleteness, count: table.rows, bytes: table.bytes)
  }

  private var countsCompleteness: Completeness {
    guard let run, let plan = run.plan, let first = run.points.first else {
      return .absent(run == nil ? "no run sampled the fleet" : "the run ended before its first sample")
    }
    var missing = runGaps
    let unknown = run.points.count { $0.isUnknown }
    if unknown == run.points.count { return .absent("no source told how many sessions are active") }
    if unknown > 0 {
      missing.append("in \(unknown) of \(run.points.count) samples nobody told how many sessions are active")
    }
    let limit = plan.policy.interval * 3
    let gaps = zip(run.points, run.points.dropFirst()).map { $1.at - $0.at }.filter { $0 > limit }
    if let longest = gaps.max() {
      missing.append(
        "\(gaps.count) of the times between two samples \(gaps.count == 1 ? "is" : "are") longer than \(limit.text), the longest \(longest.text)"
      )
    }
    // The start of a version takes a moment in which nothing is sampled.
    if first.at - plan.rollout.began > max(limit, .seconds(5)) {
      missing.append("the first sample is \((first.at - plan.rollout.began).text) after the rollout began")
    }
    return Completeness(missing: missing)
  }
}

extension FleetPoint {
  /// Whether some version's active sessions are not known.
  var isUnknown: Bool { versions.isEmpty || versions.contains { $0.counts.active == nil } }
}

// MARK: 3. Each new session and the version it landed on

extension Dossier {
  private func assignments() -> EvidenceItem {
    var table = CSV([
      "session", "room", "new", "version", "role", "basis", "instance", "region", "probe", "late", "unserved",
      "asked-at", "started-at", "started-not-before", "started-not-after", "ended-at", "ended-not-before",
      "ended-not-after", "ending", "why",
    ])
    func yes(_ value: Bool) -> String { value ? "yes" : "no" }
    for session in run?.sessions ?? [] {
      table.add([
        session.id.rawValue, session.room, run?.isNew(session).map(yes) ?? "unknown", session.version?.rawValue,
        session.role.rawValue, session.basis?.rawValue, session.instance?.rawValue, session.region?.rawValue,
        yes(session.isProbe), yes(session.isLate), yes(session.isUnserved), session.askedAt?.description,
        session.start?.at.description, session.start?.notBefore?.description, session.start?.notAfter.description,
        session.end?.at.description, session.end?.notBefore?.description, session.end?.notAfter.description,
        session.ending?.rawValue ?? (session.end == nil ? nil : "undecided"), session.why,
      ])
    }
    if run == nil {
      for worker in file?.workers ?? [] {
        for job in worker.jobs {
          let start = job.offered?.at?.description
          table.add(
            [job.id.rawValue, job.room, "unknown", nil, "unknown", nil, worker.origin] + [nil, nil]
              + [yes(job.isLate), nil, start, nil, start, nil, job.ended?.at?.description] + [
                nil, nil, nil, job.reason,
              ])
        }
      }
      let told = Set((file?.workers ?? []).flatMap { $0.jobs.map(\.id.rawValue) })
      for (id, job) in (file?.liveKit?.jobs ?? [:]).sorted(by: { $0.key < $1.key }) where !told.contains(id) {
        let start = job.assigned?.at?.description
        table.add(
          [id, job.room, "unknown", nil, "unknown", nil, job.worker] + [nil, nil]
            + [nil, nil, nil, start, nil, start, job.ended?.at?.description] + [nil, nil, nil, job.status])
      }
    }
    return EvidenceItem(
      number: 3, name: "assignments.csv", title: "each new session and the version it landed on",
      completeness: assignmentCompleteness(rows: table.rows), count: table.rows, bytes: table.bytes)
  }

  private func assignmentCompleteness(rows: Int) -> Completeness {
    guard let run else {
      return rows == 0
        ? .absent("no run was journaled, and no log tells of sessions")
        : .partial("there are only logs: which version a worker ran is not in them")
    }
    guard isSeen(.sessions) else {
      return .absent(
        "no source saw sessions one by one: \(isSeen(.counts) ? "only their numbers are known" : "none answered")")
    }
    let new = run.sessions.filter { run.isNew($0) ?? true && $0.start != nil }
    let unattributed = new.count { $0.version == nil }
    let byTime = new.count { $0.basis == .time }
    var missing = runGaps + gaps(ofSourcesThatSee: .sessions)
    if unattributed > 0 { missing.append("the version of \(unattributed) of \(new.count) new sessions is not known") }
    if byTime > 0 { missing.append("\(byTime) of \(new.count) are attributed by time alone, which proves nothing") }
    return Completeness(missing: missing)
  }
}

extension RunHistory {
  /// Whether a session started after the rollout began; nil: the bounds of its start lie on both sides, or are not known.
  func isNew(_ session: SessionStory) -> Bool? {
    guard let began = plan?.rollout.began, let start = session.start ?? session.askedAt.map({ MomentRange($0) }) else {
      return nil
    }
    // A moment before the latest possible one is one that a source stated.
    if start.at < start.notAfter || start.notBefore == start.at { return start.at >= began }
    if start.notAfter < began { return false }
    return start.notBefore.flatMap { $0 >= began ? true : nil }
  }
}
