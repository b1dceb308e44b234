import Cutover
import Vocabulary

/// What is true of a history, where the design's words leave no room; what they leave open is in neither of two sets.
struct Truth: Sendable {
  /// Sessions that were cut after the watch began, on either version.
  private(set) var cut: Set<Int> = []
  /// Sessions that a severe judge may call cut: their worker had closed its connection, their end was their own.
  private(set) var perhapsCut: Set<Int> = []
  /// Sessions that landed on an outgoing instance after the latest cutover point plus grace that anyone can mean.
  private(set) var late: Set<Int> = []
  /// The same after the earliest cutover point that anyone can mean.
  private(set) var perhapsLate: Set<Int> = []
  /// Sessions on outgoing instances that began shortly before that and were first listed after it.
  private(set) var closeCalls: Set<Int> = []
  /// Sessions that their server has lost.
  private(set) var lost: Set<Int> = []
  /// Sessions that no agent took.
  private(set) var unserved: Set<Int> = []
  /// Of these, the ones that were asked for after the cutover and waited past the limit.
  private(set) var surelyUnserved: Set<Int> = []
  /// The latest cutover point that anyone can mean; nil: it never comes.
  let cutover: Int?
  /// When the last outgoing instance was gone after a drain of its own; nil: never.
  private(set) var drainedAt: Int?
  /// Nothing bad happens: no call cut, late or unserved, no instance killed, frozen or deaf.
  private(set) var isInnocent = true
  /// The same, but that the server lost calls: nobody failed, and nothing is proved.
  private(set) var isOnlyStruck = false

  /// Regions with outgoing instances into which the incoming version never comes.
  private(set) var emptied: [RegionName] = []

  /// How far two clocks of a history can differ.
  let clockSpread: Int

  init(of history: History) {
    let world = history.world
    let sources = history.sources
    let interval = Int(world.policy.interval.seconds * 1_000)
    let grace = Int(world.policy.grace.seconds * 1_000)
    let skews = sources.map(\.faults.skew) + [0]
    clockSpread = (skews.max() ?? 0) - (skews.min() ?? 0)

    let outgoing = world.instances.indices.filter { !world.instances[$0].isIncoming }
    let incoming = world.instances.filter { $0.isIncoming && $0.servingAt < 5_000_000 }
    let isEveryoneTold = outgoing.allSatisfy { world.instances[$0].told != nil || world.instances[$0].startedAt > 0 }
    let told = isEveryoneTold ? outgoing.compactMap { world.instances[$0].told }.max() : nil
    let serving = incoming.map(\.servingAt)

    // Some sources say when an instance was told and served; the others are asked at polls, or show the first session.
    let isExact = sources.contains { $0.kind == .exactPlatform }
    let saysRequest = sources.contains {
      $0.kind == .exactPlatform || $0.kind == .poorPlatform(saysDrainRequest: true)
    }
    let firstOnIncoming = world.sessions.filter { session in
      session.instance.map { world.instances[$0].isIncoming } == true
    }.compactMap(\.startedAt).min()
    if let told, let lastServing = serving.max() {
      cutover = max(told, lastServing, isExact ? 0 : (firstOnIncoming ?? .max / 2) + interval)
    } else {
      cutover = nil
    }
    let isBlind = !isExact && sources.contains { !$0.faults.isNone }
    let latest = cutover.flatMap { isBlind ? nil : $0 + grace + clockSpread + (isExact ? 0 : 2 * interval) }

    // A worker's HTTP answers before it can serve.
    let starting = world.instances.filter(\.isIncoming).map(\.startedAt)
    let firstServing = (isExact ? serving : starting).min() ?? .max / 2
    for number in world.sessions.indices {
      let session = world.sessions[number]
      guard let started = session.startedAt, let index = session.instance else {
        unserved.insert(number)
        if let cutover, session.createdAt > cutover + grace + clockSpread + 2 * interval {
          surelyUnserved.insert(number)
        }
        continue
      }
      let instance = world.instances[index]
      if session.isDropped { unserved.insert(number) }
      if session.ending == .lost, session.endedAt > world.firstPoll { lost.insert(number) }
      if case .cut = session.ending {
        if session.endedAt > world.firstPoll { cut.insert(number) } else { perhapsCut.insert(number) }
      } else if let doom = instance.timedOutAt ?? instance.killing?.at, session.endedAt > doom - 1_000,
        started < doom
      {
        // Its own end came with its worker's, or in the seconds that a worker whose drain timed out leaves it.
        perhapsCut.insert(number)
      }
      guard !instance.isIncoming else { continue }
      let earliest = max(firstServing, saysRequest ? instance.told ?? told ?? .max / 2 : .min / 2)
      if started > earliest + grace - clockSpread { perhapsLate.insert(number) }
      if let latest, session.createdAt > latest { late.insert(number) }
      let lag = sources.contains { $0.traits.arrivalLag > .seconds(5) } ? session.arrivalLag : 0
      let firstListed = history.polls.first { $0 >= started + lag } ?? .max
      // Two sources' clocks may differ by ten seconds.
      if started > earliest + grace - 12_000, firstListed > earliest + grace { closeCalls.insert(number) }
    }

    emptied = Truth.regionsWithoutServing(in: world, at: .max)
    drainedAt = outgoing.compactMap { world.instances[$0].exit?.at }.max()
    for index in outgoing {
      let instance = world.instances[index]
      if instance.exit == nil || instance.killing != nil { drainedAt = nil }
      if instance.killing != nil || instance.frozenAt != nil || instance.launcherDiesOnTold { isInnocent = false }
      if instance.told != nil, instance.takes == nil { isInnocent = false }
      if instance.told == nil, world.trouble != .incomingNeverServes { isInnocent = false }
    }
    for instance in world.instances where instance.isIncoming {
      if instance.frozenAt != nil || (instance.killing != nil && world.trouble != .idleRestart) { isInnocent = false }
    }
    if !cut.isEmpty || !perhapsCut.isEmpty || !perhapsLate.isEmpty || !unserved.isEmpty { isInnocent = false }
    if outgoing.contains(where: { world.instances[$0].timedOutAt != nil }) { isInnocent = false }
    let isStruck = world.sessions.contains { $0.ending == .lost }
    isOnlyStruck = isInnocent && isStruck
    if isStruck { isInnocent = false }
  }

  /// The regions with outgoing instances in which no instance of the incoming version has served by a moment.
  static func regionsWithoutServing(in world: World, at moment: Int) -> [RegionName] {
    let old = Set(world.instances.filter { !$0.isIncoming }.compactMap(\.region))
    let served = world.instances.filter { $0.isIncoming && $0.servingAt <= min(moment, 5_000_000) }
    return old.subtracting(served.compactMap(\.region)).sorted()
  }
}
