import Vocabulary

/// How each outgoing instance drains: at zero for long enough, gone after zero, or gone with sessions under it.
extension CutoverVerifier {
  /// How an outgoing instance that is gone stands.
  func standingAfterEnd(_ record: InstanceRecord) -> InstanceMarks {
    guard case .ended(_, let by) = record.life else { return [] }
    let endings = record.endings
    if endings.cut > 0 { return .killed }
    if endings.undecided > 0 || !record.live.isEmpty { return .leaving }
    if endings.unclear > 0 { return .leftUnclear }
    if record.heldZero { return .drained }
    // Every session on it is known by name, and how each ended has been decided.
    if isEverySessionNamed, endings.normal > 0 || record.lastCount == nil || record.lastCount?.count == 0 {
      return now - by >= longestArrivalLag ? .drained : .leaving
    }
    if record.leftAtZero, !record.vanishedUnseen { return .drained }
    if record.isKnownDrained, !record.drainedSuspiciously { return .drained }
    if record.knownKill != nil {
      if record.facts.end?.cause == .deadline || (record.lastCount?.count ?? 0) > 0 { return .killed }
    }
    return now - by > decisionWindow ? .leftUnclear : .leaving
  }

  /// Whether a source names all sessions, and none is live of which it is not known where.
  var isEverySessionNamed: Bool {
    identityIsFresh && tallies.whole[SessionMarks.homelessOutgoing] == 0
      && tallies.whole[SessionMarks.liveUnattributed] == 0 && tallies.whole[SessionMarks.newUnattributed] == 0
  }

  /// Whether a source that sees sessions by name still counts.
  var identityIsFresh: Bool { states.indices.contains { isFresh[$0] && states[$0].sees(.sessions) } }

  /// How far moments may be off that different sources give.
  var clockSlack: Duration { states.reduce(.zero) { max($0, $1.slack) } }

  /// Whether a source that counts sessions by instance still counts.
  var countsAreFresh: Bool { states.indices.contains { isFresh[$0] && states[$0].sees(.counts) } }

  private var longestArrivalLag: Duration {
    states.indices.reduce(Duration.zero) {
      isFresh[$1] && states[$1].sees(.sessions) ? max($0, states[$1].traits.arrivalLag) : $0
    }
  }

  /// Looks at the instances that are at zero or gone: they move on by time, not by what a source says anew.
  mutating func watchInstances() {
    let identity = isEverySessionNamed && states.contains { $0.sees(.sessions) && $0.advanced }
    let isOpen = tallies.whole[SessionMarks.undecidedOutgoing] > 0
    for index in work.holding.sorted() {
      guard let record = fleet[index] else { continue }
      let counted = record.views.contains {
        $0.isListed && states[$0.source].advanced && $0.observation.isAlive && $0.observation.sessions == 0
      }
      // Nobody can reach it: only sessions that are all known by name, and how they ended, show that it is empty.
      let isEmpty =
        record.marks.contains(.lost) ? identity && !isOpen && record.endings.unclear == 0 : counted || identity
      guard isEmpty else {
        if !record.marks.contains(.holding), record.zero != nil { _ = fleet.update(index) { $0.zero = nil } }
        continue
      }
      let (now, hold) = (now, policy.hold)
      let isHeld =
        fleet.update(index) { record in
          record.zero = (record.zero?.since ?? now, (record.zero?.samples ?? 0) + 1)
          record.heldZero = (record.zero?.samples ?? 0) >= hold
          return record.heldZero
        } ?? false
      if isHeld { remark(index) }
    }
    for index in work.leaving.sorted() { remark(index) }
    let isNamed = isEverySessionNamed
    if isNamed, !work.wasEverySessionNamed { for index in work.unclear.sorted() { remark(index) } }
    work.wasEverySessionNamed = isNamed
    watchVersions()
  }

  /// Where no instance is known, zero is of the version as a whole.
  private mutating func watchVersions() {
    guard states.contains(where: { $0.sees(.sessions) && $0.advanced }) else { return }
    tallies.updateAll { tally in
      let isZero = tally[SessionMarks.liveOutgoing] == 0 && tally[SessionMarks.liveUnattributed] == 0
      tally.samplesAtZero = isZero ? tally.samplesAtZero + 1 : 0
    }
  }

  /// Forgets lives of instances that have ended, are listed no more and are settled.
  mutating func foldInstances() {
    while let index = work.retiredInstances.next(at: now) {
      guard let record = fleet[index], case .ended = record.life else { continue }
      let isOpen =
        !record.marks.isDisjoint(with: [.leaving, .leftUnclear]) || record.endings.undecided > 0 || !record.live.isEmpty
      if isOpen || record.views.contains(where: { $0.isListed }) {
        work.retiredInstances.add(index, due: now + retention)
        continue
      }
      if let counted = record.countedAs { countedSessions[counted.version, default: 0] -= counted.count }
      fleet.forget(index)
      work.forget(index)
    }
  }

  /// Notes for how long nobody saw where sessions landed while an outgoing instance could have taken one.
  mutating func watchCoverage() {
    guard let deadline = cutover.deadline(policy), now >= deadline else { return }
    let couldTake = tallies.whole[InstanceMarks.outgoingAlive] + tallies.whole[InstanceMarks.lost] > 0
    let byCounts =
      countsAreFresh && tallies.whole[InstanceMarks.uncounted] == 0 && tallies.whole[InstanceMarks.unconfirmed] == 0
      && tallies.whole[InstanceMarks.untold] == 0
    let isCovered = identityIsFresh || byCounts
    let remembers = states.indices.contains {
      isFresh[$0] && states[$0].sees(.sessions) && states[$0].sees(.endings)
    }
    coverage.look(at: now, isCovered: isCovered, couldTake: couldTake, remembers: remembers)
  }
}

/// For how long nobody saw where sessions landed, after the cutover.
struct Coverage: Sendable {
  /// Since when nobody sees; nil: somebody does.
  private(set) var blindSince: Timestamp?
  /// The longest time in which nobody saw and that no later listing made up for.
  private(set) var gap: (from: Timestamp, to: Timestamp)?
  private var lastCovered: Timestamp?

  mutating func look(at now: Timestamp, isCovered: Bool, couldTake: Bool, remembers: Bool) {
    if isCovered {
      if let since = blindSince, !remembers {
        if gap.map({ $0.to - $0.from < now - since }) ?? true { gap = (since, now) }
      }
      blindSince = nil
      lastCovered = now
    } else if couldTake, blindSince == nil {
      blindSince = lastCovered ?? now
    }
  }
}
