import Vocabulary

/// Where each session counts: on which version, on which instance, and towards which condition.
extension CutoverVerifier {
  /// The part a session plays: by the strongest word on its version, else by its instance.
  func sessionRole(_ record: SessionRecord) -> InstanceRecord.Role {
    let byInstance = record.instance.flatMap { fleet[$0] }.map { role(of: $0) } ?? .unknown
    guard let claim = record.claim, claim.basis != .time else { return byInstance }
    let byClaim = versionRole(claim.version, record)
    guard byClaim != .unknown else {
      guard byInstance == .unknown, rollout.isOfOneVersion, claim.version == rollout.incoming.version else {
        return byInstance
      }
      return turn(of: record)
    }
    return claim.basis > .instance || byInstance == .unknown ? byClaim : byInstance
  }

  /// The part that a version plays; unknown where two turns of it take part.
  private func versionRole(_ version: VersionName, _ record: SessionRecord) -> InstanceRecord.Role {
    let isIncoming = version == rollout.incoming.version
    let isOutgoing = rollout.outgoing.contains { $0.version == version }
    if isIncoming, isOutgoing || cutover.sawIncomingVersionGoing {
      // What was served before the rollout began cannot be on the turn that came with it.
      return record.start.map { $0.latest < rollout.began } == true ? .outgoing : .unknown
    }
    if isIncoming { return .incoming }
    return isOutgoing || rollout.outgoing.isEmpty ? .outgoing : .other
  }

  /// The turn of a session whose release takes its own place: that of its worker, where that is known.
  private func turn(of record: SessionRecord) -> InstanceRecord.Role {
    if record.views.contains(where: { $0.observation.worker.map(work.earlyWorkers.contains) ?? false }) {
      return .outgoing
    }
    return record.instance.flatMap { fleet[$0] }.map { turn(of: $0) } ?? .unknown
  }

  /// Notes who served a session that began well before the rollout did: whatever else that worker serves is of the same turn.
  mutating func noteEarlyWorker(of record: SessionRecord) {
    guard rollout.isOfOneVersion, let start = record.start, start.latest < surelyBefore else { return }
    if let index = record.instance, fleet[index]?.servedBefore == false {
      _ = fleet.update(index) { $0.servedBefore = true }
      work.touchedInstances.insert(index)
    }
    for worker in record.views.compactMap(\.observation.worker) where work.earlyWorkers.insert(worker).inserted {
      // What is known of a worker tells of its other sessions too: they are looked at again.
      fleet.learnedNames = true
    }
  }

  /// The version under which a session is counted and named.
  func version(of record: SessionRecord) -> VersionName? {
    if let claim = record.claim, claim.basis > .instance { return claim.version }
    return record.instance.flatMap { fleet[$0]?.facts.version } ?? record.claim?.version
  }

  /// Counts a session where it belongs now, and no longer where it did.
  mutating func reconcile(_ id: SessionID) {
    guard var record = sessions[id] else { return }
    record.role = sessionRole(record)
    let old = record.contribution
    let next = SessionRecord.Contribution(
      instance: record.instance, region: record.region, version: version(of: record)?.rawValue, stage: stage(record),
      isStarted: isStarted(record), isProbe: record.isProbe)
    let marks = marks(of: record)
    let oldMarks = record.marks
    record.contribution = next
    record.marks = marks
    sessions[id] = record
    noteEarlyWorker(of: record)
    if old.region != next.region {
      tallies.update(old.region) { $0.change(oldMarks, to: []) }
      tallies.update(next.region) { $0.change([], to: marks) }
    } else if marks != oldMarks {
      tallies.update(next.region) { $0.change(oldMarks, to: marks) }
    }
    if old != next {
      count(old, by: -1)
      count(next, by: 1)
      moveOnInstances(id, old, next)
    }
    if marks.contains(.ambiguous) { work.ambiguous.insert(id) } else { work.ambiguous.remove(id) }
    noteStart(record)
    noteRoom(record)
    name(record, oldMarks)
    compare(record)
  }

  private func stage(_ record: SessionRecord) -> SessionRecord.Stage {
    switch record.life {
    case .waiting, .withdrawn: .none
    case .live: .live
    case .ending: .undecided
    case .ended(.normal, _): .normal
    case .ended(.cut, _): .cut
    case .ended(.unclear, _): .unclear
    }
  }

  private func isStarted(_ record: SessionRecord) -> Bool {
    switch record.life {
    case .waiting, .withdrawn: return false
    default: return (record.startedAt ?? rollout.began) >= rollout.began && record.start?.earliest != nil
    }
  }

  private mutating func count(_ contribution: SessionRecord.Contribution, by sign: Int) {
    guard contribution.stage != .none else { return }
    let key = contribution.version ?? CutoverVerifier.unattributed
    var counts = versions[key] ?? Assessment.Sessions.Counts()
    if contribution.isStarted {
      counts.started += sign
      if contribution.isProbe { counts.probes += sign }
    }
    switch contribution.stage {
    case .live: counts.active = (counts.active ?? 0) + sign
    case .normal: counts.ended += sign
    case .cut: counts.cut += sign
    case .unclear: counts.unclear += sign
    case .undecided, .none: break
    }
    versions[key] = counts
  }

  /// The name under which sessions of unknown version are counted.
  static let unattributed = "unattributed"

  private mutating func moveOnInstances(
    _ id: SessionID, _ old: SessionRecord.Contribution, _ next: SessionRecord.Contribution
  ) {
    if let index = old.instance.map({ fleet.canonical($0) }) {
      _ = fleet.update(index) { $0.count(id, old.stage, by: -1) }
      if old.instance != next.instance { remark(index) }
    }
    if let index = next.instance {
      _ = fleet.update(index) { $0.count(id, next.stage, by: 1) }
      remark(index)
    }
  }

  /// What a session adds to the tallies.
  private func marks(of record: SessionRecord) -> SessionMarks {
    var marks: SessionMarks = []
    let role = record.role
    switch record.life {
    case .waiting, .withdrawn:
      if record.isUnserved, isAfterCutover(record) { marks.insert(.unserved) }
      if case .waiting = record.life, record.isWaitingLong, isAfterCutover(record) { marks.insert(.waiting) }
      return marks
    case .live:
      switch role {
      case .incoming:
        marks.insert(.liveIncoming)
        // Listed on an instance that is gone, or ended by another source: it is not known yet what that means.
        let isOnTheGone = record.instance.map { fleet[$0]?.life != .alive } ?? false
        if isOnTheGone || record.views.contains(where: \.hasEnded) { marks.insert(.undecidedIncoming) }
        if record.instance == nil { marks.insert(.homelessIncoming) }
      case .outgoing: marks.formUnion(record.instance == nil ? [.liveOutgoing, .homelessOutgoing] : .liveOutgoing)
      case .unknown: marks.insert(.liveUnattributed)
      case .other: break
      }
    case .ending:
      if role == .incoming {
        marks.insert(.undecidedIncoming)
      } else if role != .other {
        marks.insert(.undecidedOutgoing)
      }
    case .ended(.normal, _):
      if role == .outgoing, record.instance == nil { marks.insert(.endedOutgoing) }
    case .ended(.cut, _):
      if role == .incoming { marks.insert(.cutIncoming) } else if role != .other { marks.insert(.cutOutgoing) }
    case .ended(.unclear, _):
      if record.stated?.sign == .serverRestarted {
        marks.insert(role == .incoming ? .brokenIncoming : role == .other ? [] : .brokenOutgoing)
      }
      if role == .incoming {
        marks.formUnion(isSuspect(record) ? [.unclearIncoming, .suspectIncoming] : .unclearIncoming)
      } else if role != .other {
        marks.insert(.unclearOutgoing)
      }
    }
    if role == .outgoing, !endedBefore(record) { marks.insert(.onOutgoing) }
    if record.isUnserved, isAfterCutover(record) { marks.insert(.unserved) }
    marks.formUnion(startMarks(record))
    return marks
  }

  /// Whether it had ended before the rollout began.
  private func endedBefore(_ record: SessionRecord) -> Bool {
    record.views.contains { view in view.observation.end.map { $0.at < rollout.began } ?? false }
  }

  /// Whether an end that is unclear fits a cut better: its worker is gone, or its agent was listed on after it should be.
  private func isSuspect(_ record: SessionRecord) -> Bool {
    guard let ending = record.ending else { return false }
    let signs = signs(record, ending, isOver: true)
    if signs.sign == .workerGone || signs.sign == .serverRestarted || signs.worker == .ended
      || signs.worker == .unreachable || signs.isPerhapsKilled
    {
      return true
    }
    let longest = [signs.outlived, signs.ghostFor, signs.versionGhostFor].compactMap { $0 }.max() ?? .zero
    return longest > EndSigns.patience
  }

  /// What the moment of a session's start adds.
  private func startMarks(_ record: SessionRecord) -> SessionMarks {
    guard let start = record.start else { return [] }
    guard let deadline = cutover.deadline(policy) else { return [] }
    return startMarks(record, start, deadline)
  }

  private func startMarks(_ record: SessionRecord, _ start: MomentBounds, _ deadline: Timestamp) -> SessionMarks {
    switch record.role {
    case .incoming:
      guard let startedAt = start.earliest.map({ max($0, record.startedAt ?? $0) }) else { return [] }
      return startedAt >= deadline ? .newIncoming : []
    case .other: return start.earliest.map { $0 >= deadline } == true ? .newOther : []
    case .unknown: return start.latest > deadline ? .newUnattributed : []
    case .outgoing:
      if start.latest <= deadline || isBeforeDrain(record) { return [] }
      if start.earliest.map({ $0 >= deadline }) == true { return .late }
      // A stated time is trusted in favour of a session, never against it: the grace is longer than kept clocks differ.
      return record.startedAt.map { $0 <= deadline } == true ? [] : .ambiguous
    }
  }

  /// Whether it started before its instance was told to drain, or in the grace after, by the clock of one source.
  private func isBeforeDrain(_ record: SessionRecord) -> Bool {
    guard let index = record.instance, let instance = fleet[index] else { return false }
    return record.views.contains { view in
      guard let started = view.observation.startedAt else { return false }
      return instance.views.contains { other in
        guard other.source == view.source, let drain = other.observation.drain else { return false }
        return (drain.requestedAt ?? drain.confirmedAt).map { started <= $0 + policy.grace } ?? false
      }
    }
  }

  /// Whether a person has waited only since after the cutover point.
  private func isAfterCutover(_ record: SessionRecord) -> Bool {
    guard let at = cutover.at else { return false }
    if let after = record.waitingAfter { return after >= at }
    return record.views.contains { view in
      view.observation.createdAt.map { states[view.source].clock.bounds(of: $0).earliest >= at } ?? false
    }
  }

  private mutating func noteStart(_ record: SessionRecord) {
    guard let start = record.start else { return }
    // A session that was there at the first look started at a time that nobody saw.
    guard let earliest = start.earliest else { return }
    if record.role == .outgoing {
      tallies.update(record.region) { $0.lastStartOnOutgoing = max($0.lastStartOnOutgoing, start.latest) }
    }
    if record.role != .unknown {
      let startedAt = max(earliest, record.startedAt ?? earliest)
      tallies.update(record.region) { $0.lastStart = max($0.lastStart, startedAt) }
    }
  }

  private mutating func noteRoom(_ record: SessionRecord) {
    guard let room = record.room else { return }
    if case .waiting = record.life {
      work.waitingRooms[room] = record.id
    } else if work.waitingRooms[room] == record.id {
      work.waitingRooms[room] = nil
    }
  }

  /// Notes where a session's instance is of another version than its own word says.
  private mutating func compare(_ record: SessionRecord) {
    guard let claim = record.claim, claim.basis > .instance, let index = record.instance, let instance = fleet[index],
      let version = instance.facts.version, version != claim.version
    else { return }
    troubles.contradict(.version, session: record.id, at: now)
  }

  /// Counts sessions by number of each version, for fleets in which nobody sees them by name.
  mutating func countVersion(_ index: Int) {
    guard let record = fleet[index] else { return }
    var next: (version: String, count: Int)?
    if record.life == .alive, let count = record.countNow(isFresh.map { _ in true }) {
      next = (record.facts.version?.rawValue ?? CutoverVerifier.unattributed, count)
    }
    if next?.version == record.countedAs?.version, next?.count == record.countedAs?.count { return }
    if let old = record.countedAs { countedSessions[old.version, default: 0] -= old.count }
    if let next { countedSessions[next.version, default: 0] += next.count }
    _ = fleet.update(index) { $0.countedAs = next }
  }

  /// Counts all sessions anew after the cutover point has become known or moved.
  mutating func recountAll() {
    tallies.updateAll { $0.clear(.deadlineBound) }
    for id in sessions.keys.sorted() {
      guard var record = sessions[id] else { continue }
      record.marks.subtract(.deadlineBound)
      sessions[id] = record
      reconcile(id)
    }
  }
}

extension InstanceRecord {
  /// Counts a session of its own at a stage, or no longer.
  mutating func count(_ id: SessionID, _ stage: SessionRecord.Stage, by sign: Int) {
    switch stage {
    case .none: break
    case .live: if sign > 0 { live.insert(id) } else { live.remove(id) }
    case .undecided: endings.undecided += sign
    case .normal: endings.normal += sign
    case .cut: endings.cut += sign
    case .unclear: endings.unclear += sign
    }
  }
}
