import Vocabulary

/// Sessions: what sources say of them becomes one record each, and their comings and goings become starts and ends.
extension CutoverVerifier {
  mutating func takeSessions(_ changes: ObservationChanges, from source: Int) {
    let state = states[source]
    let moment = state.lacksSince ?? now
    for observation in changes.sessions {
      let isKnown = sessions[observation.id] != nil
      // What had ended before the rollout began is not charged to it.
      if !isKnown, let end = observation.end, end.at < rollout.began { continue }
      sessions[observation.id, default: SessionRecord(id: observation.id)]
        .take(observation, source: source, at: moment, after: state.describedBefore)
      work.touchedSessions.insert(observation.id)
    }
    for id in changes.sessionsGone where sessions[id] != nil {
      sessions[id]?.delist(source, at: moment, after: state.describedBefore)
      work.touchedSessions.insert(id)
    }
  }

  /// Looks again at sessions that named an instance nobody knew, once a name was learned.
  mutating func attributeWaiting() {
    guard fleet.learnedNames else { return }
    fleet.learnedNames = false
    work.touchedSessions.formUnion(work.unresolved)
  }

  /// Moves every session that changed from waiting to live to ending, and counts it where it belongs.
  mutating func settleSessions() {
    for id in work.touchedSessions.sorted() { settle(id) }
    work.touchedSessions.removeAll(keepingCapacity: true)
  }

  mutating func settle(_ id: SessionID) {
    guard var record = sessions[id] else { return }
    learn(&record)
    let served = servedAt(record)
    let end = record.stated
    let hasSurelyEnded = (end?.sign.weight ?? 0) >= 2
    switch record.life {
    case .waiting:
      // The first sight of an agent counts even where its source is late: what was served is not unserved.
      let wasServed = record.views.contains { $0.observation.agent == .absent && $0.observation.startedAt != nil }
      let hasEnded = end != nil && !hasEndedUnserved(record)
      // Its agent was gone before anybody looked and before anything was rolled: that is not charged to the rollout.
      let hasEndedBefore =
        wasServed && end == nil && cutover.servingAt == nil && !isAnywhereServed(record)
        && record.views.allSatisfy { states[$0.source].advances <= 1 }
      if !hasEndedBefore, isAnywhereServed(record) || hasEnded || wasServed {
        begin(&record)
        if hasEnded && hasSurelyEnded || (hasEnded || wasServed) && !isAnywhereServed(record) { beginEnding(&record) }
      } else if end != nil || !record.isListed || hasEndedBefore {
        record.life = .withdrawn
        retire(record.id)
      } else {
        wait(&record)
      }
    case .withdrawn:
      if served != nil { begin(&record) }
    case .live:
      narrowStart(&record)
      let isOnlyWritten = isDropped(record) || !isServedByTheLiving(record)
      if hasSurelyEnded || (served == nil && isDropped(record)) || (isOnlyWritten && isOnEndedInstance(record)) {
        beginEnding(&record)
      }
    case .ending(let ending):
      if let served, served > ending.by, !hasSurelyEnded, !isOnEndedInstance(record) { record.life = .live }
    case .ended(.unclear, let ending):
      if let served, served > ending.by, !hasSurelyEnded, !isOnEndedInstance(record) { record.life = .live }
    case .ended(.normal, let ending):
      // A word that no end was its own outweighs what was read from listings before it came.
      if (end?.sign.weight ?? 0) >= 4 { record.life = .ending(ending) }
    case .ended(.cut, _): break
    }
    sessions[id] = record
    reconcile(id)
    watch(id)
  }

  /// The latest moment at which a source that still counts listed it with its agent; nil: none does.
  func servedAt(_ record: SessionRecord) -> Timestamp? {
    var latest: Timestamp?
    for view in record.views where view.isListed && isFresh[view.source] {
      let observation = view.observation
      guard observation.end == nil, isServed(observation, by: view.source) else { continue }
      latest = max(latest, states[view.source].describes)
    }
    return latest
  }

  /// Whether it ended without ever having had an agent, by sources that tell those apart.
  private func hasEndedUnserved(_ record: SessionRecord) -> Bool {
    record.views.allSatisfy { view in
      let observation = view.observation
      guard states[view.source].sees(.unserved), observation.agent == .absent, observation.startedAt == nil else {
        return false
      }
      return observation.end.map { [.personLeft, .roomClosed, .terminated].contains($0.sign) } ?? true
    }
  }

  /// Whether a source that still counts has dropped it, or says that it ended.
  private func isDropped(_ record: SessionRecord) -> Bool {
    record.views.contains { $0.hasEnded && isFresh[$0.source] }
  }

  /// Whether a source that asks what runs lists it with its agent.
  func isServedByTheLiving(_ record: SessionRecord) -> Bool {
    record.views.contains {
      $0.isListed && $0.observation.end == nil && states[$0.source].asksTheLiving
        && isServed($0.observation, by: $0.source)
    }
  }

  private func isAnywhereServed(_ record: SessionRecord) -> Bool {
    record.views.contains { $0.isListed && $0.observation.end == nil && isServed($0.observation, by: $0.source) }
  }

  private func isOnEndedInstance(_ record: SessionRecord) -> Bool {
    guard let index = record.instance, case .ended = fleet[index]?.life else { return false }
    return true
  }

  func isServed(_ observation: SessionObservation, by source: Int) -> Bool {
    switch observation.agent {
    case .present: true
    case .absent: false
    case .unknown: observation.startedAt != nil || states[source].sees(.sessions)
    }
  }

  /// Facts from all sources, the earlier source first.
  private mutating func learn(_ record: inout SessionRecord) {
    var claim: SessionRecord.Claim?
    var instance: Int?
    var isNamed = false
    var isPersonPresent = false
    var isPersonAbsent = false
    for view in record.views {
      let observation = view.observation
      record.room = record.room ?? observation.room
      record.region = record.region ?? observation.region
      record.isProbe = record.isProbe || observation.isProbe
      if let version = observation.version, let basis = observation.basis, claim.map({ basis > $0.basis }) ?? true {
        claim = SessionRecord.Claim(version: version, basis: basis, source: view.source)
      }
      if observation.instance != nil || observation.worker != nil {
        isNamed = true
        let named =
          observation.instance.flatMap { fleet.index(named: $0) } ?? observation.worker.flatMap { fleet.index(of: $0) }
        if let named {
          states[view.source].namesInstances = true
          instance = instance ?? named
        }
      }
      if view.isListed {
        isPersonPresent = isPersonPresent || observation.person == .present
        isPersonAbsent = isPersonAbsent || observation.person == .absent
      }
    }
    record.claim = claim ?? record.claim
    // A worker's old ids stay its own; a session keeps the life that it began on.
    if record.instance == nil || record.decision == nil { record.instance = record.instance ?? instance }
    if let known = record.instance { record.instance = fleet.canonical(known) }
    let isResolved = record.instance.flatMap { fleet[$0]?.facts.version } != nil
    if isNamed, !isResolved { work.unresolved.insert(record.id) } else { work.unresolved.remove(record.id) }
    // A server's names for places need not be those of the platform.
    if let index = record.instance { record.region = fleet[index]?.facts.region ?? record.region }
    if isPersonPresent {
      if record.ending != nil { record.isPersonLeftBehind = true } else { record.personGoneBy = nil }
      record.personSeenAt = now
    } else if isPersonAbsent, record.personGoneBy == nil {
      record.personGoneBy = latestReading(record)
    }
    record.role = sessionRole(record)
  }

  private func latestReading(_ record: SessionRecord) -> Timestamp {
    record.views.filter(\.isListed).compactMap { states[$0.source].describes }.max() ?? now
  }

  /// Its agent took it: when, as well as that can be known.
  private mutating func begin(_ record: inout SessionRecord) {
    let waited = record.waitingSince != nil
    record.life = .live
    for place in record.views.indices { narrowStart(&record, place, waited: waited) }
    let start = record.start?.latest ?? now
    record.startedAt = record.startedAt ?? start
    if let room = record.room { work.servedRooms[room] = record.id }
    measureAssignment(&record)
  }

  private mutating func narrowStart(_ record: inout SessionRecord) {
    for place in record.views.indices where !record.views[place].hasTimedStart {
      narrowStart(&record, place, waited: false)
    }
  }

  /// Narrows the bounds of a start by one source's first sight of it, and by what it says of the time.
  private mutating func narrowStart(_ record: inout SessionRecord, _ place: Int, waited: Bool) {
    let view = record.views[place]
    let source = view.source
    let observation = view.observation
    guard isServed(observation, by: source) || observation.end != nil || observation.startedAt != nil else { return }
    guard !view.hasTimedStart else { return }
    record.views[place].hasTimedStart = true
    let state = states[source]
    let latest = state.readAt ?? now
    let earliest = state.describedBefore.map { waited ? $0 : $0 - state.blindness }
    var bounds = MomentBounds(earliest: earliest, latest: latest)
    if let stated = observation.startedAt {
      states[source].clock.narrow(
        stated, after: earliest, notAfter: latest, isExact: states[source].isDatedByAsking)
      let byClock = states[source].clock.bounds(of: stated)
      bounds.narrow(earliest: byClock.earliest, latest: byClock.latest)
      record.startedAt = record.startedAt ?? bounds.estimate(stated)
    }
    if record.start == nil {
      record.start = bounds
    } else {
      record.start?.narrow(earliest: bounds.earliest, latest: bounds.latest)
    }
  }

  /// Looks again at when a session started, now that more is known of how far clocks are off.
  mutating func narrowAgain(_ id: SessionID) {
    guard var record = sessions[id] else {
      work.ambiguous.remove(id)
      return
    }
    let before = record.start
    for view in record.views {
      guard let stated = view.observation.startedAt else { continue }
      let byClock = states[view.source].clock.bounds(of: stated)
      record.start?.narrow(earliest: byClock.earliest, latest: byClock.latest)
    }
    guard record.start != before else { return }
    sessions[id] = record
    reconcile(id)
  }

  private mutating func wait(_ record: inout SessionRecord) {
    guard record.waitingSince == nil, record.personSeenAt != nil else { return }
    let state = record.views.first.map { states[$0.source] }
    record.waitingSince = latestReading(record)
    record.waitingAfter = state?.describedBefore
    guard let room = record.room, let before = work.servedRooms[room], let served = sessions[before] else { return }
    let createdAt = record.views.first?.observation.createdAt
    if let ended = served.ending?.by, let createdAt, createdAt > ended { return }
    record.isAfterService = true
  }

  /// Its agent is gone: between which moments.
  private mutating func beginEnding(_ record: inout SessionRecord) {
    var after: Timestamp?
    var by: Timestamp?
    var lingering = Duration.zero
    for view in record.views {
      let state = states[view.source]
      lingering = max(lingering, state.traits.lingering)
      let observation = view.observation
      if view.isListed, observation.end == nil, isServed(observation, by: view.source) { continue }
      let gone = view.goneBy ?? state.describes ?? now
      by = by.map { min($0, gone) } ?? gone
      after = max(after, view.goneAfter ?? (view.isFirst ? nil : state.describedBefore))
    }
    if by == nil, let index = record.instance, case .ended(let last, let gone) = fleet[index]?.life {
      (after, by) = (last, gone)
    }
    let ending = SessionRecord.Ending(
      after: after.map { min($0, by ?? $0) } ?? record.start?.earliest, by: by ?? now, sample: sequence,
      lingering: lingering)
    record.life = .ending(ending)
    record.isPersonLeftBehind = record.views.contains {
      $0.isListed && $0.observation.person == .present && $0.observation.agent == .absent
    }
  }

  /// Puts a session on the list of what is looked at in every sample, or takes it off.
  func needsWatch(_ record: SessionRecord) -> Bool {
    switch record.life {
    case .ending: return true
    case .waiting: return record.waitingSince != nil && !record.isUnserved
    case .withdrawn, .ended: return false
    case .live:
      // Sources that differ, or a worker that is gone.
      if record.views.contains(where: { !$0.isListed || $0.observation.end != nil || !isFresh[$0.source] }) {
        return true
      }
      guard let index = record.instance, let instance = fleet[index] else { return false }
      return instance.life != .alive || instance.ghosts != nil
    }
  }

  mutating func watch(_ id: SessionID) {
    guard let record = sessions[id] else { return }
    if needsWatch(record) { work.watched.insert(id) } else { work.watched.remove(id) }
  }

  mutating func retire(_ id: SessionID) {
    work.retired.add(id, due: now + retention)
  }

  /// How long evidence on an end may still arrive.
  var decisionWindow: Duration {
    sources.reduce(.zero) { max($0, max($1.lingering, $1.arrivalLag)) } + policy.interval * 2
  }

  /// How long an ended session is kept that nobody lists any more, so that late words find it.
  var retention: Duration { decisionWindow * 2 + .seconds(60) }

  /// Forgets what has ended and is no longer listed.
  mutating func fold() {
    while let id = work.retired.next(at: now) {
      guard let record = sessions[id] else { continue }
      switch record.life {
      case .waiting, .live, .ending: continue
      case .withdrawn, .ended: break
      }
      guard !record.isListed, !work.ambiguous.contains(id) || work.ambiguous.count > 1_000 else {
        retire(id)
        continue
      }
      if let room = record.room, work.servedRooms[room] == id { work.servedRooms[room] = nil }
      work.unresolved.remove(id)
      work.ambiguous.remove(id)
      sessions[id] = nil
    }
    foldInstances()
  }
}
