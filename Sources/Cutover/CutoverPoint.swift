import Vocabulary

/// The later of two moments: the incoming generation serves, and the outgoing one has been told to drain.
struct CutoverPoint: Sendable {
  /// When the incoming generation was first seen to serve.
  private(set) var servingAt: Timestamp?
  /// When the last outgoing instance was told to drain.
  private(set) var toldAt: Timestamp?
  /// When the first was.
  private(set) var firstToldAt: Timestamp?
  /// The cutover point; nil: not reached.
  private(set) var at: Timestamp?
  /// Whether nobody tells when the old ones were told to drain, so that `at` is only the earliest it can be.
  private(set) var isProvisional = false
  /// Whether anything ever told that an outgoing instance was told to drain.
  private(set) var isToldKnown = false
  /// Whether an outgoing instance runs the incoming generation's release.
  var sawIncomingVersionGoing = false
  private var lastIncomingDeparture: Timestamp?
  private var lastOutgoingDeparture: Timestamp?

  /// The moment after which nothing may start on an outgoing instance.
  func deadline(_ policy: Policy) -> Timestamp? { at.map { $0 + policy.grace } }

  mutating func serves(at moment: Timestamp) { servingAt = servingAt ?? moment }

  mutating func told(at moment: Timestamp) {
    isToldKnown = true
    toldAt = max(toldAt, moment)
    firstToldAt = firstToldAt.map { min($0, moment) } ?? moment
  }

  mutating func departed(_ role: InstanceRecord.Role, by moment: Timestamp) {
    if role == .incoming { lastIncomingDeparture = max(lastIncomingDeparture, moment) }
    if role == .outgoing { lastOutgoingDeparture = max(lastOutgoingDeparture, moment) }
  }

  func lastDeparture(of role: InstanceRecord.Role) -> Timestamp? {
    role == .incoming ? lastIncomingDeparture : role == .outgoing ? lastOutgoingDeparture : nil
  }

  /// Whether the cutover has been reached for good.
  var isReached: Bool { at != nil && !isProvisional }

  /// Reaches the point, or moves a provisional one; returns whether it changed.
  mutating func reach(_ moment: Timestamp, isProvisional: Bool) -> Bool {
    guard !isReached, at != moment || self.isProvisional != isProvisional else { return false }
    at = moment
    self.isProvisional = isProvisional
    return true
  }
}

extension CutoverVerifier {
  /// Notes when an incoming instance serves and an outgoing one was told to drain.
  mutating func noteServing(_ marks: InstanceMarks, of record: InstanceRecord) {
    if marks.contains(.incomingServing), cutover.servingAt == nil {
      let view = record.views.first { $0.isListed && $0.observation.phase == .serving }
      let earliest = view.flatMap { states[$0.source].describedBefore }
      let bounds = MomentBounds(earliest: earliest, latest: view?.since ?? now)
      cutover.serves(at: max(rollout.began, bounds.estimate(view?.observation.servingAt)))
    }
    guard record.role == .outgoing else { return }
    if record.facts.version == rollout.incoming.version { cutover.sawIncomingVersionGoing = true }
    if let told = record.toldAt, !cutover.isReached { cutover.told(at: max(rollout.began, told)) }
  }

  /// Whether an outgoing instance that was there when the others were told has not been.
  ///
  /// One that started later came back: its generation had been told, and what lands on it is late.
  private var isSomebodyUntold: Bool {
    guard tallies.whole[InstanceMarks.untold] > 0 else { return false }
    guard let told = cutover.toldAt else { return true }
    return work.unconfirmed.contains { index in
      guard let record = fleet[index], record.told == nil else { return false }
      return record.facts.startedAt.map { $0 <= told } ?? true
    }
  }

  /// The moment that whoever asked has given for the cutover, where nobody sees it.
  var saidToBelongSince: Timestamp? {
    guard !cutover.isToldKnown, !sources.contains(where: { $0.sees.contains(.drains) }) else { return nil }
    return rollout.belongsSince
  }

  /// Finds the cutover point once both of its moments are known.
  mutating func findCutover() {
    if cutover.servingAt == nil, tallies.whole[SessionMarks.liveIncoming] > 0,
      tallies.whole[InstanceMarks.incomingAlive] == 0,
      let started = tallies.whole.lastStart
    {
      cutover.serves(at: max(rollout.began, started))
    }
    guard !cutover.isReached else { return }
    if let since = saidToBelongSince {
      if cutover.reach(since, isProvisional: false) { recountAll() }
      return
    }
    guard let serving = cutover.servingAt else { return }
    let isSomebodyUntold = self.isSomebodyUntold
    let seesInstances = states.indices.contains { states[$0].sees(.instances) && isFresh[$0] }
    let changed: Bool
    if let told = cutover.toldAt, !isSomebodyUntold {
      changed = cutover.reach(max(serving, told), isProvisional: false)
    } else if seesInstances, !isSomebodyUntold, tallies.whole[InstanceMarks.lost] == 0,
      states.allSatisfy({ $0.advances > 0 })
    {
      // Nobody is left who could be told: whoever left unseen may have served until then.
      changed = cutover.reach(max(serving, cutover.lastDeparture(of: .outgoing) ?? serving), isProvisional: false)
    } else if !cutover.isToldKnown, !sources.contains(where: { $0.sees.contains(.drains) }) {
      changed = cutover.reach(serving, isProvisional: true)
    } else {
      changed = false
    }
    if changed { recountAll() }
  }
}
