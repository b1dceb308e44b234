import Vocabulary

/// Instances: what sources say of them becomes one record each, its life, its role and what it adds to the tallies.
extension CutoverVerifier {
  mutating func takeInstances(_ changes: ObservationChanges, from source: Int) {
    for observation in changes.instances {
      if observation.initializedAt != nil { states[source].tellsInitialization = true }
      let attribution = fleet.attribute(observation, source: source)
      for lost in attribution.absorbed { forgetMarks(of: lost, keepingSessionsAt: attribution.index) }
      if let old = attribution.replaced { retire(old, for: attribution.index, observation, source: source) }
      let state = states[source]
      let began = rollout.began
      let wasVersionKnown = fleet[attribution.index]?.facts.version != nil
      let change = fleet.update(attribution.index) { record in
        // What had ended before the rollout began is not charged to it.
        if let end = observation.end, end.at < began, !record.wasEverAlive { record.isPast = true }
        return record.observe(observation, source: source, state: state)
      }
      if !wasVersionKnown, fleet[attribution.index]?.facts.version != nil { fleet.learnedNames = true }
      work.touchedInstances.insert(attribution.index)
      measureStartUp(observation, instance: attribution.index)
      if change?.isRising == true { work.rising.insert(attribution.index) }
    }
    for name in changes.instancesGone {
      guard let index = fleet.index(named: name) else { continue }
      let state = states[source]
      fleet.update(index) { $0.delist(name, source: source, state: state) }
      work.touchedInstances.insert(index)
    }
  }

  /// Ends the life of an instance whose name has started again.
  private mutating func retire(_ old: Int, for new: Int, _ observation: InstanceObservation, source: Int) {
    let state = states[source]
    let moment = state.describes ?? now
    let kept: [InstanceRecord.View]? = fleet.update(old) { record in
      let own = record.views.filter { $0.source == source }
      let others = record.views.filter { $0.source != source }
      record.views = own.map {
        var view = $0
        view.isListed = false
        return view
      }
      if case .ended = record.life { return others }
      record.lastAlive = max(record.lastAlive, state.describedBefore)
      record.life = .ended(after: record.lastAlive, by: moment)
      record.isReplaced = true
      return others
    }
    _ = fleet.update(new) { record in
      record.views = (kept ?? []).map {
        var view = $0
        view.counted = nil
        return view
      }
    }
    troubles.note(.restarted, instance: fleet[old]?.id ?? observation.id, at: moment)
    work.touchedInstances.insert(old)
  }

  /// Takes the marks of a record out of the tallies that has become part of another.
  private mutating func forgetMarks(of lost: InstanceRecord, keepingSessionsAt index: Int) {
    tallies.update(lost.countedRegion) { $0.change(lost.marks, to: []) }
    if let counted = lost.countedAs { countedSessions[counted.version, default: 0] -= counted.count }
    outgoing.remove(lost.index)
    work.forget(lost.index)
    for id in lost.live { work.touchedSessions.insert(id) }
  }

  /// Takes in the rises of counts that have been decided.
  mutating func takeRises() {
    for index in work.rising.sorted() {
      let states = states
      for rise in fleet.update(index, { $0.decidedRises(states) }) ?? [] {
        take(rise, on: index)
        remark(index)
      }
      if fleet[index]?.isRising != true { work.rising.remove(index) }
    }
  }

  /// A count that rose is a session that started, by number only.
  private mutating func take(_ rise: InstanceRecord.DecidedRise, on index: Int) {
    guard let record = fleet[index] else { return }
    let region = record.facts.region
    switch role(of: record) {
    case .incoming:
      guard rise.isCertain else { return }
      let isNew = cutover.deadline(policy).map { rise.after >= $0 } ?? false
      tallies.update(region) { tally in
        if isNew { tally.risesOnIncoming += rise.by }
        tally.lastStart = max(tally.lastStart, rise.after)
      }
    case .outgoing:
      if rise.isCertain {
        tallies.update(region) { $0.lastStartOnOutgoing = max($0.lastStartOnOutgoing, rise.notAfter) }
      }
      guard let deadline = cutover.deadline(policy), rise.notAfter > deadline else { return }
      _ = fleet.update(index) { record in
        if rise.isCertain, rise.after >= deadline {
          record.rises += rise.by
        } else {
          record.roseAmbiguously = true
        }
      }
    case .other, .unknown: break
    }
  }

  /// The part an instance plays: by its generation where both have one, else by its version.
  func role(of record: InstanceRecord) -> InstanceRecord.Role {
    let facts = record.facts
    if let generation = facts.generation, let incoming = rollout.incoming.id {
      if generation == incoming { return .incoming }
      if rollout.outgoing.isEmpty || rollout.outgoing.contains(where: { $0.id == generation }) { return .outgoing }
      if rollout.outgoing.allSatisfy({ $0.id != nil }) { return .other }
    }
    guard let version = facts.version else { return .unknown }
    let isIncoming = version == rollout.incoming.version
    let isOutgoing = rollout.outgoing.contains { $0.version == version }
    switch (isIncoming, isOutgoing) {
    case (true, true): return turn(of: record)
    case (true, false): return .incoming
    case (false, true): return .outgoing
    case (false, false): return rollout.outgoing.isEmpty ? .outgoing : .other
    }
  }

  /// The turn of a release that takes its own place: what was there before the rollout began is the one that goes.
  ///
  /// Whoever names the moment may name a late one, at which new workers were there already: one that only registered, or
  /// served, in the warm-up before it can be of either turn. What was already there at the first look says something only
  /// where that was when the rollout began.
  func turn(of record: InstanceRecord) -> InstanceRecord.Role {
    if let startedAt = record.facts.startedAt { return startedAt < rollout.began ? .outgoing : .incoming }
    if record.servedBefore { return .outgoing }
    if let known = record.facts.knownSince {
      if known < surelyBefore { return .outgoing }
      if let registeredAt = record.facts.registeredAt { return registeredAt < rollout.began ? .unknown : .incoming }
    }
    // A server names a worker that lost its connection anew.
    guard let wasThereFirst = record.wasThereFirst, !record.isNamedByServerOnly else { return .unknown }
    guard wasThereFirst else { return .incoming }
    return record.firstLook.map { $0 <= rollout.began + policy.interval * 2 } == true ? .outgoing : .unknown
  }

  /// The moment before which nothing that came with the rollout can have been there.
  var surelyBefore: Timestamp { rollout.began - policy.warmUp }

  /// Brings the lives, roles and marks of all instances up to date that changed, or about which sources differ.
  mutating func refreshInstances() {
    for index in work.touchedInstances.union(work.contested).sorted() { refresh(index) }
    work.touchedInstances.removeAll(keepingCapacity: true)
  }

  mutating func refresh(_ index: Int) {
    guard let record = fleet[index] else { return }
    let (life, isContested) = record.isReplaced ? (record.life, false) : record.lifeNow(states, slack: clockSlack)
    let newRole = role(of: record)
    let roleChanged = newRole != record.role
    if isContested { work.contested.insert(index) } else { work.contested.remove(index) }
    troubles.contest(record.id, isContested && life == .alive, at: now)
    let freshness = policy.interval * 3
    let sequence = sequence
    var hasJustEnded = false
    _ = fleet.update(index) { record in
      if case .ended(let after, let by) = life {
        if record.endedInSample == nil {
          hasJustEnded = true
          record.endedInSample = sequence
          record.vanishedUnseen = record.facts.end == nil && after.map { by - $0 > freshness + freshness } ?? true
          record.leftAtZero = record.lastCount.map { $0.count == 0 } ?? (record.zero != nil)
          if !record.live.isEmpty { record.leftAtZero = false }
        }
      } else if record.endedInSample != nil {
        record.endedInSample = nil
      }
      record.life = life
      record.role = newRole
    }
    if hasJustEnded {
      work.retiredInstances.add(index, due: now + retention)
      if case .ended(_, let by) = life, !record.isPast, record.hasServed || record.views.allSatisfy({ !$0.isListed }) {
        work.note(departure: index, newRole, by: by)
      }
    }
    if roleChanged || life != record.life {
      for id in record.live { work.touchedSessions.insert(id) }
    }
    if case .ended(_, let by) = life, !record.isPast, newRole == .incoming || newRole == .outgoing {
      cutover.departed(newRole, by: by)
    }
    remark(index)
  }

  /// Sets an instance's marks anew and changes the tallies by what differs.
  mutating func remark(_ index: Int) {
    guard let record = fleet[index] else { return }
    var marks: InstanceMarks = []
    switch record.role {
    case _ where record.isPast: break
    case .outgoing: marks = outgoingMarks(of: record)
    case .incoming: marks = incomingMarks(of: record)
    case .other: if case .alive = record.life { marks.insert(.other) }
    // A worker that only a server names adds nothing but its sessions, each of which is judged by its own version.
    case .unknown: if !record.isNamedByServerOnly { marks.insert(.unknownRole) }
    }
    let (old, oldRegion, region) = (record.marks, record.countedRegion, record.facts.region)
    if oldRegion != region {
      tallies.update(oldRegion) { $0.change(old, to: []) }
      tallies.update(region) { $0.change([], to: marks) }
      work.touchedSessions.formUnion(record.live)
    } else if marks != old {
      tallies.update(region) { $0.change(old, to: marks) }
    }
    if record.role == .outgoing, record.facts.drain.timedOutAt != nil { work.timedOut.insert(index) }
    let isHolding = !marks.isDisjoint(with: [.holding, .uncounted, .lost])
    _ = fleet.update(index) { record in
      (record.marks, record.countedRegion) = (marks, region)
      if marks.contains(.busy) { (record.zero, record.heldZero) = (nil, false) }
    }
    work.set(index, isHolding: isHolding, isLeaving: marks.contains(.leaving))
    work.set(index, isUnclear: marks.contains(.leftUnclear))
    let isUnreachable = if case .unreachable = record.life { true } else { false }
    work.set(index, isUnreachableIncoming: isUnreachable && record.role == .incoming && !record.isPast)
    work.set(index, isUnconfirmed: !marks.isDisjoint(with: [.untold, .unconfirmed]))
    work.set(index, isIdle: marks.contains(.outgoingAlive) && marks.contains(.drained) && record.told != nil)
    if !record.isPast { noteServing(marks, of: record) }
    countVersion(index)
    if record.role == .outgoing, !record.isPast { outgoing.put(record, now: now) } else { outgoing.remove(index) }
  }

  private func incomingMarks(of record: InstanceRecord) -> InstanceMarks {
    switch record.life {
    case .alive: return isServing(record) ? [.incomingAlive, .incomingServing] : [.incomingAlive]
    case .unreachable: return []
    case .ended:
      // Sessions that are known by name are charged by name.
      let hadSessions = (record.lastCount?.count ?? 0) > 0 && record.endings == InstanceRecord.Endings()
      return hadSessions && record.knownKill != nil && record.live.isEmpty ? [.incomingKilled] : []
    }
  }

  /// Whether it can be given sessions; up is not serving where its source tells initialization and it has none (PLT-005).
  private func isServing(_ record: InstanceRecord) -> Bool {
    record.views.contains { view in
      guard view.isListed, view.observation.phase == .serving else { return false }
      return !states[view.source].tellsInitialization || view.observation.initializedAt != nil
    }
  }

  private func outgoingMarks(of record: InstanceRecord) -> InstanceMarks {
    var marks: InstanceMarks = [.outgoing]
    if record.rises > 0 { marks.insert(.rose) }
    if record.roseAmbiguously { marks.insert(.roseAmbiguously) }
    switch record.life {
    case .ended: marks.formUnion(standingAfterEnd(record))
    case .unreachable:
      // A session of which nobody says where it is may be on it.
      let isEmpty = record.heldZero && tallies.whole[SessionMarks.homelessOutgoing] == 0
      marks.insert(isEmpty ? .drained : !record.live.isEmpty ? .busy : .lost)
    case .alive:
      marks.insert(.outgoingAlive)
      if record.told == nil {
        marks.insert(.untold)
      } else if record.confirmedSeenAt == nil {
        marks.insert(.unconfirmed)
      }
      let count = record.countNow(everySource)
      if (count ?? 0) > 0 || !record.live.isEmpty {
        marks.insert(.busy)
      } else if record.heldZero {
        marks.insert(.drained)
      } else {
        marks.insert(count == 0 ? .holding : .uncounted)
      }
    }
    return marks
  }

  private var everySource: [Bool] { states.map { _ in true } }
}
