import Vocabulary

extension InstanceRecord {
  /// What a change of one source's words brought about.
  struct Change {
    /// Whether a count is higher than it was.
    var isRising = false
  }

  /// Takes in what a source says of it.
  mutating func observe(_ observation: InstanceObservation, source: Int, state: SourceState) -> Change {
    let moment = state.describes ?? state.readAt ?? Timestamp(nanoseconds: 0)
    var change = Change()
    let place: Int
    if let known = views.firstIndex(where: { $0.source == source && $0.name == observation.id }) {
      place = known
      if views[place].observation.isAlive, !observation.isAlive { lastAlive = max(lastAlive, state.describedBefore) }
    } else {
      if state.advances <= 1 { firstLook = firstLook ?? moment }
      if state.advances <= 1 { wasThereFirst = observation.phase == .unreachable && wasThereFirst != true ? nil : true }
      place = insert(
        View(source: source, name: observation.id, observation: observation, isListed: true, since: moment))
    }
    // What a source says of the sessions of an instance that has ended is not a count.
    let count = observation.isAlive ? observation.sessions : nil
    if let count, let previous = views[place].counted, count > previous.count {
      let first = previous.until ?? state.describedBefore ?? previous.at
      views[place].risen = views[place].risen ?? Rise(from: previous.count, firstAt: previous.at, after: first)
    }
    if let count {
      views[place].counted = Count(count: count, at: moment, until: nil)
      lastCount = (count, moment)
    } else if views[place].counted?.until == nil {
      views[place].counted?.until = state.describedBefore ?? moment
    }
    // An end keeps the moment at which it was first said, whatever else is learned of it later.
    let isSame = views[place].isListed && views[place].observation.aliveness == observation.aliveness
    views[place].observation = observation
    views[place].isListed = true
    if !isSame { views[place].since = moment }
    if observation.isAlive { (wasEverAlive, isPast) = (true, false) }
    if observation.isAlive, observation.phase != .starting { hasServed = true }
    if state.sees(.instances) || views.count == 1 { id = state.sees(.instances) ? observation.id : id }
    change.isRising = views[place].risen != nil
    learn()
    notice(state)
    return change
  }

  /// Rises of its counts of which the last readings decide: a count may be late by its source's lag, so that one
  /// that is higher shows a new session only when it was read longer than that after the lower one.
  /// One that is over before that is told as uncertain: it may have been a session all the same.
  mutating func decidedRises(_ states: [SourceState]) -> [DecidedRise] {
    var rises: [DecidedRise] = []
    for place in views.indices {
      guard let rise = views[place].risen else { continue }
      let state = states[views[place].source]
      guard let counted = views[place].counted, counted.until == nil, counted.count > rise.from else {
        let until = state.readAt ?? state.describes ?? rise.after
        rises.append(DecidedRise(by: 1, after: rise.after - state.blindness, notAfter: until, isCertain: false))
        views[place].risen = nil
        continue
      }
      guard let moment = state.describes, moment - rise.firstAt >= state.blindness else { continue }
      rises.append(
        DecidedRise(
          by: counted.count - rise.from, after: rise.after - state.blindness, notAfter: state.readAt ?? moment))
      views[place].risen = nil
    }
    return rises
  }

  /// Whether a rise of one of its counts is not certain yet.
  var isRising: Bool { views.contains { $0.risen != nil } }

  /// Takes in that a source no longer lists one of its names.
  mutating func delist(_ name: InstanceID, source: Int, state: SourceState) {
    let moment = state.describes ?? Timestamp(nanoseconds: 0)
    guard let place = views.firstIndex(where: { $0.source == source && $0.name == name }) else { return }
    if views[place].observation.isAlive { lastAlive = max(lastAlive, state.describedBefore) }
    views[place].isListed = false
    views[place].since = moment
    if views[place].counted?.until == nil { views[place].counted?.until = state.describedBefore ?? moment }
  }

  /// Adds a view in the order of sources and returns its place; of names that a source has dropped, the last few stay.
  private mutating func insert(_ view: View) -> Int {
    let dropped = views.filter { $0.source == view.source && !$0.isListed }
    if dropped.count > 3, let oldest = dropped.min(by: { $0.since < $1.since }) {
      views.removeAll { $0.source == oldest.source && $0.name == oldest.name }
    }
    let place = views.firstIndex { ($0.source, $0.name) > (view.source, view.name) } ?? views.count
    views.insert(view, at: place)
    return place
  }

  /// Facts from all sources, the earlier source first; what was known once stays known.
  private mutating func learn() {
    func first<Value>(_ known: Value?, _ path: KeyPath<InstanceObservation, Value?>) -> Value? {
      for view in views where view.isListed {
        if let value = view.observation[keyPath: path] { return value }
      }
      return known
    }
    facts.version = first(facts.version, \.version)
    facts.generation = first(facts.generation, \.generation)
    facts.region = first(facts.region, \.region)
    facts.sdk = first(facts.sdk, \.sdk)
    facts.startedAt = first(facts.startedAt, \.startedAt)
    facts.registeredAt = first(facts.registeredAt, \.registeredAt)
    facts.servingAt = first(facts.servingAt, \.servingAt)
    for view in views {
      for worker in view.observation.workers where !facts.workers.contains(worker) { facts.workers.append(worker) }
      if let drain = view.observation.drain {
        facts.drain.requestedAt = facts.drain.requestedAt ?? drain.requestedAt
        facts.drain.confirmedAt = facts.drain.confirmedAt ?? drain.confirmedAt
        facts.drain.confirmedBy = facts.drain.confirmedBy ?? drain.confirmedBy
        facts.drain.timedOutAt = facts.drain.timedOutAt ?? drain.timedOutAt
        facts.drain.finishedAt = facts.drain.finishedAt ?? drain.finishedAt
        facts.drain.forcedAt = facts.drain.forcedAt ?? drain.forcedAt
      }
      if let end = view.observation.end {
        var merged = facts.end ?? end
        merged.exitCode = merged.exitCode ?? end.exitCode
        merged.signal = merged.signal ?? end.signal
        merged.cause = merged.cause ?? end.cause
        facts.end = merged
      }
    }
  }

  /// Notes when it was first seen to have been told to drain, and to have taken it.
  private mutating func notice(_ state: SourceState) {
    let moment = state.describes ?? Timestamp(nanoseconds: 0)
    let drain = facts.drain
    let isConfirmed =
      drain.confirmedBy != nil || drain.confirmedAt != nil || drain.finishedAt != nil || drain.timedOutAt != nil
    let isTold =
      isConfirmed || drain.requestedAt != nil || views.contains { $0.isListed && $0.observation.phase == .draining }
    if isTold, told == nil { told = MomentBounds(earliest: state.describedBefore, latest: moment) }
    if isConfirmed, confirmedSeenAt == nil { confirmedSeenAt = moment }
  }

  /// When it was told to drain, as well as that is known.
  var toldAt: Timestamp? { told?.estimate(facts.drain.requestedAt) }

  /// Whether it lives, from what all sources say; `isContested` when one says it ended and another goes on seeing it.
  ///
  /// What says that it ended is outweighed only by a sight of it alive that is later by every clock.
  func lifeNow(_ states: [SourceState], slack: Duration) -> (life: Life, isContested: Bool) {
    var endedBy: Timestamp?
    var endedAfter: Timestamp?
    var unreachableSince: Timestamp?
    var aliveAt: Timestamp?
    var isWritten = false
    for source in Set(views.map(\.source)).sorted() {
      let own = views.filter { $0.source == source }
      let state = states[source]
      if own.contains(where: { $0.isListed && $0.observation.isAlive }) {
        if state.asksTheLiving { aliveAt = max(aliveAt, state.describes) } else { isWritten = true }
      } else if let view = own.first(where: { $0.observation.hasEnded || (!$0.isListed && state.sees(.instances)) }) {
        if endedBy == nil || view.since < endedBy ?? view.since { endedBy = view.since }
      } else if let view = own.first(where: { $0.isListed && $0.observation.phase == .unreachable }) {
        unreachableSince = min(unreachableSince ?? view.since, view.since)
      }
    }
    if let endedBy {
      if let aliveAt, aliveAt > endedBy + slack { return (.alive, true) }
      endedAfter = lastAlive.flatMap { $0 < endedBy ? $0 : nil }
      return (.ended(after: endedAfter, by: endedBy), aliveAt != nil)
    }
    if aliveAt != nil { return (.alive, false) }
    if isWritten, unreachableSince == nil { return (.alive, false) }
    if let unreachableSince { return (.unreachable(since: unreachableSince), false) }
    return (life, false)
  }

  /// The last moment at which a source that is still fresh saw it alive.
  func aliveAt(_ states: [SourceState]) -> Timestamp? {
    views.filter { $0.isListed && $0.observation.isAlive }.compactMap { states[$0.source].describes }.max()
  }

  /// What sources that still count say of how many sessions it serves: the greatest; nil when none says.
  func countNow(_ isFresh: [Bool]) -> Int? {
    views.lazy.filter { $0.isListed && isFresh[$0.source] && $0.observation.phase != .unreachable }
      .compactMap(\.observation.sessions).max()
  }
}

func max(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
  guard let left, let right else { return left ?? right }
  return Swift.max(left, right)
}
