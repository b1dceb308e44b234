import Vocabulary

/// How sessions ended: the signs of each are gathered, decided, and decided again while evidence still arrives.
extension CutoverVerifier {
  /// Looks at every session that waits, ends, or is listed on an instance that is gone.
  mutating func decideEnds() {
    noteGhosts()
    noteVersionGhosts()
    noteVanishing()
    if states.contains(where: { $0.sees(.instances) && $0.advanced }) {
      work.watched.formUnion(work.unseen)
      work.unseen.removeAll(keepingCapacity: true)
    }
    for id in work.watched.sorted() {
      guard let record = sessions[id] else {
        work.watched.remove(id)
        continue
      }
      switch record.life {
      case .waiting: decideWaiting(id, record)
      case .live: decideListed(id, record)
      case .ending(let ending): decide(id, record, ending)
      case .withdrawn, .ended: work.watched.remove(id)
      }
    }
    for id in named.unclear.ids { reconsider(id) }
    for id in work.ambiguous.sorted() { narrowAgain(id) }
  }

  /// An end that stayed unclear is decided when a word on it or on its worker arrives late.
  private mutating func reconsider(_ id: SessionID) {
    guard let record = sessions[id], case .ended(.unclear, let ending) = record.life else { return }
    guard let decision = signs(record, ending, isOver: true).decision else { return }
    if case .unclear = decision { return }
    close(id, decision, ending)
  }

  private mutating func decide(_ id: SessionID, _ record: SessionRecord, _ ending: SessionRecord.Ending) {
    let isOver = now - ending.by > decisionWindow
    let signs = signs(record, ending, isOver: isOver)
    if let decision = signs.decision {
      close(id, decision, ending)
    } else if isOver, !signs.isWorkerSeen {
      // Looked at again once whoever sees workers has answered: an hour without it costs nothing.
      work.watched.remove(id)
      work.unseen.insert(id)
    }
  }

  /// A session that is still listed although its worker is gone, or that sources differ about.
  private mutating func decideListed(_ id: SessionID, _ record: SessionRecord) {
    guard let served = servedAt(record) else {
      // Its sources are stale, or one dropped it and the others are: then the one that looks decides.
      if record.views.contains(where: { $0.goneBy != nil && isFresh[$0.source] }) {
        work.touchedSessions.insert(id)
        settleSessions()
      }
      return
    }
    let isContested = record.views.contains { $0.goneBy != nil && isFresh[$0.source] }
    if isContested || !isServedByTheLiving(record) {
      if let index = record.instance, case .ended = fleet[index]?.life {
        work.touchedSessions.insert(id)
        settleSessions()
        return
      }
      if isContested, let gone = record.views.compactMap(\.goneBy).min(), now - gone > decisionWindow {
        troubles.contradict(.listing, session: id, at: now)
      }
      return
    }
    guard let index = record.instance, let instance = fleet[index], case .ended(_, let by) = instance.life else {
      watch(id)
      return
    }
    let listedOn = served - by
    let most = record.views.map { states[$0.source].traits.lingering }.max() ?? .zero
    if listedOn > most + policy.interval * 2, listedOn > EndSigns.patience {
      // No dead agent is listed for so long: it is the listing that is stale.
      troubles.contradict(.staleListing, session: id, at: now)
      return
    }
    guard listedOn > EndSigns.patience, !instance.isKnownDrained else { return }
    let ending = SessionRecord.Ending(after: served, by: served, sample: sequence, lingering: most)
    if let decision = signs(record, ending, isOver: false).decision { close(id, decision, ending) }
  }

  /// Ends a session with a decision.
  private mutating func close(_ id: SessionID, _ decision: EndDecision, _ ending: SessionRecord.Ending) {
    guard var record = sessions[id] else { return }
    record.life = .ended(decision, ending)
    sessions[id] = record
    if let start = record.startedAt, case .normal = decision, record.role == .outgoing {
      durations.add(ending.by - start)
    }
    reconcile(id)
    work.watched.remove(id)
    retire(id)
  }

  /// Everything that was seen of a session's end.
  func signs(_ record: SessionRecord, _ ending: SessionRecord.Ending, isOver: Bool) -> EndSigns {
    var signs = EndSigns()
    let end = record.stated
    signs.sign = end?.sign
    signs.order = order(record, ending, end)
    signs.lingering = ending.lingering
    signs.clockSlack = clockSlack
    signs.isWorkerSeen = isSeen(ending.after ?? ending.by)
    signs.agentHangsUp = policy.agentHangsUp
    signs.isOver = isOver
    signs.vanishedTogether = record.vanishedTogether
    signs.isAwaitingWord = record.views.contains {
      $0.isListed && $0.observation.end == nil && $0.observation.agent == .absent && states[$0.source].sees(.endings)
    }
    if let end, let left = end.personLeftAt {
      signs.outlived = end.at - left
    } else if let left = record.personGoneBy, let after = ending.after, after > left {
      signs.outlived = after - left
    }
    guard let index = record.instance, let instance = fleet[index] else {
      workerOfVersion(record, ending, &signs)
      if let version = version(of: record), let ghosts = work.versionGhosts[version], let after = ending.after,
        ghosts.until >= after - policy.interval * 2
      {
        signs.versionGhostFor = min(ghosts.until, after) - ghosts.since
      }
      return signs
    }
    signs.isWorkerDrained = instance.isKnownDrained
    signs.pastWindow = pastWindow(instance, ending, end)
    let hasTimedOut = instance.facts.drain.timedOutAt != nil
    // A worker whose drain timed out after the session's end lived on until then.
    signs.worker = hasTimedOut && signs.pastWindow == .no ? .aliveAfter : worker(instance, ending)
    // Its own connection to the session closed: no clock makes it one that lived on.
    if signs.sign == .workerGone, case .ended = instance.life { signs.worker = .ended }
    if signs.worker == .ended || hasTimedOut { signs.workerKill = instance.knownKill }
    signs.isKillSudden = !hasTimedOut && instance.facts.drain.forcedAt == nil
    signs.hasExited = instance.facts.end?.exitCode != nil
    switch instance.life {
    case .ended(_, let by):
      signs.listedAfterDeath = ending.after.map { $0 - endedAt(instance, by) }
      signs.isPerhapsOfTheDead =
        ending.after.map { after in
          endedAfter(instance).map { after - $0 > EndSigns.patience } ?? true
        } ?? false
      signs.isGoneAtOnce = instance.lastAlive.map { ending.by - $0 < ending.lingering - EndSigns.patience } ?? false
      signs.isListingOlder = record.views.contains { view in
        view.isListed && view.goneBy == nil && (states[view.source].describes ?? by) < by + states[view.source].slack
      }
    case .unreachable(let since):
      let listedOn = ending.after.map { $0 - since }
      if let listedOn, listedOn <= ending.lingering + policy.interval { signs.listedAfterDeath = listedOn }
    case .alive: break
    }
    if let ghosts = instance.ghosts ?? instance.lastGhosts, let after = ending.after,
      ghosts.until >= after - policy.interval * 2
    {
      signs.ghostFor = min(ghosts.until, after) - ghosts.since
    }
    return signs
  }

  /// Whether a source that lists instances has looked at a moment or since, where there is one.
  private func isSeen(_ moment: Timestamp) -> Bool {
    let able = states.lazy.filter { $0.sees(.instances) }
    return able.isEmpty || able.contains { $0.describes.map { $0 >= moment } ?? false }
  }

  /// Who left first.
  private func order(
    _ record: SessionRecord, _ ending: SessionRecord.Ending, _ end: SessionObservation.End?
  ) -> EndSigns.Order {
    switch end?.sign {
    case .personLeft: return .personFirst
    case .agentLeft: return .agentFirst
    default: break
    }
    if let end, let left = end.personLeftAt { return left <= end.at ? .personFirst : .agentFirst }
    if record.isPersonLeftBehind { return .agentFirst }
    if let room = record.room, let waiting = work.waitingRooms[room], let other = sessions[waiting],
      other.isAfterService,
      let since = other.waitingSince, since >= (ending.after ?? ending.by)
    {
      return .agentFirst
    }
    if let left = record.personGoneBy { return left < ending.by ? .personFirst : .together }
    // A source that lists people who wait alone, and lists nobody, has seen both leave.
    let tells = record.views.contains {
      !$0.isListed && $0.observation.person != .unknown && states[$0.source].sees(.unserved)
    }
    return tells ? .together : .unknown
  }

  /// What is known of a session's worker around its end.
  private func worker(_ instance: InstanceRecord, _ ending: SessionRecord.Ending) -> EndSigns.Worker {
    switch instance.life {
    case .alive:
      guard let aliveAt = instance.aliveAt(states) else { return .unknown }
      return isAliveAfter(ending, aliveAt) ? .aliveAfter : .aliveBefore
    case .ended(let after, _):
      if let after, isAliveAfter(ending, after) { return .aliveAfter }
      // By one clock it lived on, by another it may not have.
      if let after, after >= ending.by + EndSigns.afterlife { return .unknown }
      return .ended
    case .unreachable:
      if let after = instance.lastAlive, isAliveAfter(ending, after) { return .aliveAfter }
      return .unreachable
    }
  }

  /// Where a session's own worker is not known, all workers of its version answer for it, or none does.
  private func workerOfVersion(_ record: SessionRecord, _ ending: SessionRecord.Ending, _ signs: inout EndSigns) {
    let alive: Int
    switch record.role {
    case .incoming: alive = tallies.whole[InstanceMarks.incomingAlive]
    case .outgoing: alive = tallies.whole[InstanceMarks.outgoingAlive]
    case .other, .unknown: return
    }
    if record.role == .outgoing, let since = saidToBelongSince {
      signs.pastWindow = pastWindow(endingAt: ending, told: since)
    }
    guard tallies.whole[InstanceMarks.lost] == 0 else {
      // One that could not be reached while this was listed on may have had it: an agent that hangs up leaves no such trace.
      signs.isPerhapsLost = record.role == .outgoing && wasListedBeyondReach(ending)
      signs.hasOutlastedWorkers = record.role == .outgoing && hasOutlastedWorkers(ending)
      return
    }
    let begins = (ending.after ?? ending.by) - ending.lingering - policy.interval
    let departed = work.departures.filter { $0.role == record.role && $0.by >= begins }
    // What was seen of workers stays true while nobody can look again.
    let seen = states.filter { $0.sees(.instances) }.compactMap(\.describes).max()
    guard let seen else { return }
    if record.role == .outgoing, let told = cutover.firstToldAt, let window = rollout.window.effective,
      ending.by >= told + window
    {
      signs.pastWindow = .maybe
    }
    if record.role == .outgoing, !work.timedOut.isEmpty { signs.pastWindow = .maybe }
    guard departed.allSatisfy({ fleet[$0.index]?.isKnownDrained == true }) else {
      signs.isPerhapsKilled = departed.contains { fleet[$0.index]?.knownKill != nil } || alive == 0
      if alive == 0 { endWorker() }
      return
    }
    // Whichever of them had it has finished its drain, or lives on.
    if alive > 0 {
      signs.worker = isAliveAfter(ending, seen) ? .aliveAfter : .aliveBefore
    } else if !departed.isEmpty {
      endWorker()
      signs.isWorkerDrained = true
    }
    func endWorker() {
      signs.worker = .ended
      if let after = ending.after, let last = departed.map(\.by).max() { signs.listedAfterDeath = after - last }
    }
  }

  /// Whether an outgoing instance could not be reached while a session was listed on for longer than an agent follows.
  private func wasListedBeyondReach(_ ending: SessionRecord.Ending) -> Bool {
    guard let after = ending.after else { return false }
    return work.holding.contains { index in
      guard let instance = fleet[index], case .unreachable(let since) = instance.life else { return false }
      return instance.marks.contains(.lost) && after - since > EndSigns.patience && instance.wasEverAlive
    }
  }

  /// Whether a session was listed on when no outgoing instance could be reached any more.
  private func hasOutlastedWorkers(_ ending: SessionRecord.Ending) -> Bool {
    guard let after = ending.after, tallies.whole[InstanceMarks.outgoingAlive] == 0 else { return false }
    let lost = work.holding.compactMap { index -> Timestamp? in
      guard case .unreachable(let since) = fleet[index]?.life else { return nil }
      return since
    }
    let departed = work.departures.filter { $0.role == .outgoing }.map(\.by)
    guard let last = (lost + departed).max() else { return false }
    return after - last > EndSigns.afterlife + clockSlack
  }

  /// Whether a worker that was seen alive at a moment outlived a session by more than a worker outlives its last one.
  private func isAliveAfter(_ ending: SessionRecord.Ending, _ seen: Timestamp) -> Bool {
    seen >= ending.by + EndSigns.afterlife + clockSlack
  }

  /// When an instance had ended at the latest: seen late, its own word counts, by as much as clocks may differ.
  private func endedAt(_ instance: InstanceRecord, _ by: Timestamp) -> Timestamp {
    guard let end = instance.facts.end else { return by }
    return min(by, MomentBounds(earliest: instance.lastAlive, latest: by).estimate(end.at) + clockSlack)
  }

  /// Since when an instance may have been dead; nil: since any time.
  private func endedAfter(_ instance: InstanceRecord) -> Timestamp? {
    max(instance.lastAlive, instance.facts.end.map { $0.at - clockSlack })
  }

  /// Whether the drain window of a session's worker was over when it ended.
  private func pastWindow(
    _ instance: InstanceRecord, _ ending: SessionRecord.Ending, _ end: SessionObservation.End?
  ) -> EndSigns.Certainty {
    // An agent goes 15 s after its worker's drain has timed out: clocks do not differ by so much.
    if let timedOut = instance.facts.drain.timedOutAt {
      if (end?.at ?? ending.by) < timedOut { return .no }
      return (end?.at ?? ending.after).map { $0 < timedOut } == true ? .maybe : .yes
    }
    guard instance.role == .outgoing, let told = instance.toldAt ?? saidToBelongSince else { return .no }
    return pastWindow(endingAt: ending, told: told)
  }

  /// Whether the drain window of what was told to drain at a moment was over when a session ended.
  private func pastWindow(endingAt ending: SessionRecord.Ending, told: Timestamp) -> EndSigns.Certainty {
    guard let window = rollout.window.effective else { return .no }
    let over = told + window
    if let after = ending.after, after >= over { return .yes }
    return ending.by < over ? .no : .maybe
  }

  /// Counts the sessions that ended in the same poll as their worker with people left behind.
  private mutating func noteVanishing() {
    var together: [Int: [SessionID]] = [:]
    for id in work.watched {
      guard let record = sessions[id], case .ending(let ending) = record.life, ending.sample == sequence else {
        continue
      }
      guard let index = record.instance, let instance = fleet[index], instance.endedInSample == sequence else {
        continue
      }
      guard order(record, ending, record.stated) == .agentFirst else { continue }
      together[index, default: []].append(id)
    }
    for ids in together.values where ids.count >= 2 {
      for id in ids { sessions[id]?.vanishedTogether = ids.count }
    }
  }

  /// A person who waits longer than an agent may take is unserved.
  private mutating func decideWaiting(_ id: SessionID, _ record: SessionRecord) {
    guard let since = record.waitingSince, !record.isAfterService, record.isListed else { return }
    guard let seen = latestWaiting(record) else { return }
    let isLong = seen - since >= policy.joinTimeout / 3
    let isUnserved = seen - since >= policy.joinTimeout
    guard isUnserved != record.isUnserved || isLong != record.isWaitingLong else { return }
    sessions[id]?.isWaitingLong = isLong
    sessions[id]?.isUnserved = isUnserved
    reconcile(id)
    watch(id)
  }

  private func latestWaiting(_ record: SessionRecord) -> Timestamp? {
    record.views.filter { $0.isListed && isFresh[$0.source] }.compactMap { states[$0.source].describes }.max()
  }
}
