import Cutover
import Documents
import Triage
import Vocabulary

// MARK: 4. Worker and container stops with exit reasons

/// `stops.json`.
private struct Stops: Encodable {
  let schema = "sluice.stops/1"
  let completeness: Completeness
  let stops: [Stop]
  /// Instances that had not ended when the last sample was taken; nil: nobody saw instances.
  let stillRunning: Int?
  /// What logs and notes tell of ends.
  let signs: [TimelineEvent]

  struct Stop: Encodable {
    let instance: InstanceID
    let version: VersionName?
    let role: RolloutRole
    let region: RegionName?
    let sdk: String?
    let at: Timestamp
    let notBefore: Timestamp?
    let notAfter: Timestamp
    let exitCode: Int32?
    let signal: Int32?
    let cause: String?
    let how: String
    let isExitKnown: Bool
    let drainToldAt: Timestamp?
    let lastCount: Int?
    let lastCountedAt: Timestamp?

    init?(_ story: InstanceStory) {
      guard let end = story.end, !story.isPast else { return nil }
      (instance, version, role, region, sdk) = (story.id, story.version, story.role, story.region, story.sdk)
      (at, notBefore, notAfter) = (end.at, end.notBefore, end.notAfter)
      (exitCode, signal, cause) = (story.exit?.exitCode, story.exit?.signal, story.exit?.cause?.word)
      how = story.endPhrase?.harmless ?? "gone, how is not known"
      isExitKnown = story.isExitKnown
      (drainToldAt, lastCount, lastCountedAt) = (story.told?.at, story.sessions, story.countedAt)
    }
  }
}

extension InstanceStory {
  /// Whether some source told how it ended.
  var isExitKnown: Bool { exit?.exitCode != nil || exit?.signal != nil || exit?.cause != nil }
}

extension Dossier {
  func stops() throws -> EvidenceItem {
    let lives = (run?.instances ?? []).filter { !$0.isPast }
    let stops = lives.compactMap(Stops.Stop.init).sorted { ($0.at, $0.instance) < ($1.at, $1.instance) }
    let kinds: Set<String> = [
      "worker-shutting-down", "worker-failed", "worker-forced", "worker-drain-timed-out", "worker-process-ended",
      "worker-memory-killed", "worker-shutdown-failed", "server-finished", "livekit-worker-closed", "note-ended",
      "traceback",
    ]
    let signs = (file?.events ?? []).filter { kinds.contains($0.kind) }
    let seesInstances = isSeen(.instances)
    let completeness: Completeness
    if seesInstances {
      let unknown = stops.count { !$0.isExitKnown }
      let exits =
        unknown > 0 ? ["of \(unknown) of \(stops.count) stops no source told the exit status or its reason"] : []
      completeness = Completeness(missing: runGaps + exits + gaps(ofSourcesThatSee: .instances))
    } else if !stops.isEmpty || !signs.isEmpty {
      completeness = .partial("no source lists every instance: others may have stopped as well")
    } else {
      completeness = .absent(
        lives.isEmpty
          ? "no source saw instances, and no log tells of an end"
          : "no source that sees instances tells how they end, and no log does")
    }
    let item = Stops(
      completeness: completeness, stops: stops,
      stillRunning: seesInstances ? lives.count { $0.end == nil } : nil, signs: signs)
    return EvidenceItem(
      number: 4, name: "stops.json", title: "worker and container stops with exit reasons",
      completeness: completeness, count: stops.count + signs.count, bytes: try CanonicalJSON.encodePretty(item) + [0x0A]
    )
  }
}

// MARK: 5. Proof that SIGTERM was received

/// The first line of `drain-evidence.ndjson`.
private struct DrainEvidenceHead: Encodable {
  let schema = "sluice.drain-evidence/1"
  let completeness: Completeness
  /// Outgoing instances, those of them that were told to drain, and those whose drain something confirmed.
  let outgoing: Int
  let told: Int
  let confirmed: Int
}

extension Dossier {
  func drainEvidence() throws -> EvidenceItem {
    let outgoing = (run?.instances ?? []).filter { $0.role == .outgoing && !$0.isPast }
    let kinds: Set<String> = [
      "worker-draining", "worker-drain-timed-out", "worker-shutting-down", "worker-forced", "worker-full",
      "worker-pool-draining", "worker-job-refused-while-draining", "worker-stop-signal-swallowed", "server-stopping",
      "livekit-worker-full", "note-signalled",
    ]
    let events = (outgoing.flatMap(\.drainEvents) + (file?.events ?? []).filter { kinds.contains($0.kind) })
      .enumerated().sorted {
        (($0.element.at ?? Timestamp(nanoseconds: .max)), $0.offset)
          < (($1.element.at ?? Timestamp(nanoseconds: .max)), $1.offset)
      }.map(\.element)
    let head = DrainEvidenceHead(
      completeness: drainCompleteness(outgoing, isInLogs: events.contains { $0.source == "log" }),
      outgoing: outgoing.count, told: outgoing.count { $0.told != nil }, confirmed: outgoing.count { $0.isConfirmed })
    return EvidenceItem(
      number: 5, name: "drain-evidence.ndjson", title: "proof that the stop signal was received",
      completeness: head.completeness, count: events.count,
      bytes: try CanonicalJSON.encode(head) + [0x0A] + ndjson(events))
  }

  private func drainCompleteness(_ outgoing: [InstanceStory], isInLogs: Bool) -> Completeness {
    guard !outgoing.isEmpty else {
      if isInLogs { return .partial("there are only logs: which instances should have drained is not known") }
      return .absent(run == nil ? "no run was journaled, and no log tells of a drain" : "no outgoing instance was seen")
    }
    let unconfirmed = outgoing.filter { !$0.isConfirmed }
    if unconfirmed.count == outgoing.count {
      let why =
        outgoing.contains { $0.told != nil }
        ? "nothing confirmed the drain of any of \(outgoing.count) outgoing instances"
        : "none of \(outgoing.count) outgoing instances was seen to be told to drain"
      return isInLogs ? .partial("\(why), but logs tell of drains") : .absent(why)
    }
    var missing = runGaps
    if !unconfirmed.isEmpty {
      let names = unconfirmed.prefix(5).map(\.id.rawValue.harmless).joined(separator: ", ")
      let more = unconfirmed.count > 5 ? " and \(unconfirmed.count - 5) more" : ""
      missing.append(
        "the drain of \(unconfirmed.count) of \(outgoing.count) outgoing instances was not confirmed: \(names)\(more)")
    }
    let byPlatform = outgoing.count { $0.drain.confirmedBy == .platform }
    if byPlatform > 0 {
      missing.append(
        "\(byPlatform) of \(outgoing.count) are confirmed by the platform's word alone, not by the process")
    }
    return Completeness(missing: missing)
  }
}

extension InstanceStory {
  /// Whether something showed that it took the request to drain.
  var isConfirmed: Bool { drain.confirmedBy != nil || drain.confirmedAt != nil || confirmedSeenAt != nil }
}
