import Cutover
import Vocabulary

/// One seeded history: a world, the sources that look at it, and what they answer at each poll.
struct History: Sendable {
  let seed: UInt64
  let world: World
  let sources: [SimulatedSource]
  /// The polls, by when each begins.
  let polls: [Int]
  private let dice: Dice

  /// The history of a seed.
  init(seed: UInt64) {
    var dice = Dice(seed: seed)
    let world = WorldMaker.world(dice: dice.split(), trouble: seed % 40 == 17 ? .serverRestarts : nil)
    var choice = dice.split()
    self.init(seed: seed, world: world, sources: History.sources(&choice, of: world), dice: dice)
  }

  /// A history of a given world and sources.
  init(seed: UInt64, world: World, sources: [SimulatedSource], dice: Dice) {
    var dice = dice
    self.seed = seed
    self.world = world
    self.sources = sources
    let interval = Int(world.policy.interval.seconds * 1_000)
    var polls: [Int] = []
    var moment = world.firstPoll
    while moment <= world.lastPoll {
      polls.append(moment)
      moment += max(400, interval + dice.number(-interval / 12, interval / 12))
    }
    self.polls = polls
    self.dice = dice
  }

  /// The same polls and answers' delays over another world or other sources.
  func with(_ world: World, _ sources: [SimulatedSource]) -> History {
    History(seed: seed, world: world, sources: sources, polls: polls, dice: dice)
  }

  private init(seed: UInt64, world: World, sources: [SimulatedSource], polls: [Int], dice: Dice) {
    self.seed = seed
    self.world = world
    self.sources = sources
    self.polls = polls
    self.dice = dice
  }

  /// The samples, one after the other, as the poller would take them.
  func samples() -> some Sequence<Sample> {
    var dice = dice
    return polls.enumerated().lazy.map { index, poll in
      let readings = sources.map { $0.reading(of: world, at: poll, dice: &dice) }
      return Sample(
        sequence: index + 1, at: max(World.timestamp(poll), readings.map(\.takenAt).max() ?? World.timestamp(poll)),
        readings: readings)
    }
  }

  func verifier() -> CutoverVerifier {
    CutoverVerifier(rollout: world.rollout, sources: sources.map(\.traits), policy: world.policy)
  }

  // MARK: Sources

  private static func sources(_ dice: inout Dice, of world: World) -> [SimulatedSource] {
    let rooms = SimulatedSource.Kind.rooms(stamps: true, namesWorkers: false)
    let named = SimulatedSource.Kind.rooms(stamps: dice.chance(0.5), namesWorkers: true)
    let dispatch = SimulatedSource.Kind.dispatchServer(namesInstances: dice.chance(0.6))
    let poor = SimulatedSource.Kind.poorPlatform(saysDrainRequest: dice.chance(0.6))
    let kinds: [SimulatedSource.Kind] = dice.one(of: [
      (6, [.exactPlatform, dispatch]), (4, [.exactPlatform, .workerHTTP, dispatch]),
      (4, [.exactPlatform, rooms]), (3, [.exactPlatform, named]), (3, [.exactPlatform, rooms, .workerLogs]),
      (3, [.exactPlatform, .workerLogs]), (5, [rooms, .workerHTTP]), (2, [rooms]),
      (1, [.dispatchServer(namesInstances: true)]), (2, [poor, rooms]), (2, [poor, dispatch]),
      (2, [poor, rooms, .workerHTTP]), (2, [.workerHTTP]), (2, [poor, .workerHTTP]),
      (2, [.exactPlatform, .workerHTTP]),
      (1, [.exactPlatform]), (1, [poor]), (1, [.workerLogs]), (1, [poor, .workerLogs]),
      (2, [.exactPlatform, .workerHTTP, dispatch, rooms, .workerLogs]),
    ])
    var sources = kinds.map(SimulatedSource.init)
    guard dice.chance(0.5) else { return sources }
    for index in sources.indices where dice.chance(0.6) { sources[index].faults = faults(&dice, of: world) }
    return sources
  }

  private static func faults(_ dice: inout Dice, of world: World) -> SimulatedSource.Faults {
    var faults = SimulatedSource.Faults()
    let from = dice.number(world.firstPoll, world.lastPoll)
    switch dice.number(0, 7) {
    case 0: faults.failureShare = Double(dice.number(2, 25)) / 100
    case 1: faults.outage = from..<(from + dice.number(5_000, 60_000))
    case 2: faults.outage = from..<10_000_000
    case 3: faults.frozen = from..<(from + dice.number(5_000, 80_000))
    case 4: faults.staleness = dice.number(1_000, 20_000)
    case 5: faults.keepsGhosts = true
    default: faults.skew = dice.number(-5_000, 5_000)
    }
    if dice.chance(0.2) { faults.skew = dice.number(-5_000, 5_000) }
    return faults
  }
}
