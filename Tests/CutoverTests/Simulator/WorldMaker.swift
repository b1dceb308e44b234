import Cutover
import Vocabulary

/// Makes a world from a seed: a rolling replacement under traffic, with at most one trouble.
struct WorldMaker {
  private var dice: Dice
  private var world: World
  /// How a call's length is drawn.
  private enum Law { case fixed(Int), exponential(Int), uniform(Int, Int), mixed(Int, Int) }
  private var law = Law.fixed(20_000)
  private var agentsHangUp = 0.0
  private var isNode = false
  private var regions: [RegionName] = []
  private var outgoing: [Int] = []
  private var incoming: [Int] = []
  private var killsLeft = 1
  /// From when a single job or instance of the trouble's side may be hit.
  private var hitsFrom = Int.max

  static func world(dice: Dice, trouble: World.Trouble? = nil) -> World {
    var maker = WorldMaker(dice: dice, trouble: trouble)
    maker.deploy()
    maker.serve()
    maker.finish()
    return maker.world
  }

  /// A world whose instances and calls are given: only what follows from them is worked out, the ends of its instances
  /// and of the calls that they take with them.
  static func finishing(_ world: World, dice: Dice) -> World {
    var maker = WorldMaker(world: world, dice: dice)
    for index in world.instances.indices { maker.finish(index) }
    return maker.world
  }

  private init(world: World, dice: Dice) {
    self.world = world
    self.dice = dice
  }

  private init(dice: Dice, trouble: World.Trouble?) {
    var dice = dice
    let trouble =
      trouble
      ?? (dice.chance(0.45)
        ? dice.one(of: [(8, .none), (1, .idleRestart), (1, .longSessions)])
        : dice.one(of: World.Trouble.drawn))
    world = World(policy: WorldMaker.policy(&dice), rollout: .simulated(&dice), trouble: trouble)
    self.dice = dice
  }

  private static func policy(_ dice: inout Dice) -> Policy {
    var policy = Policy()
    switch dice.number(0, 9) {
    case 0...3:
      policy.interval = .seconds(2)
      policy.timeout = .seconds(dice.number(130, 180))
    case 4:
      policy.interval = .seconds(1)
      policy.timeout = .seconds(dice.number(90, 120))
    case 5...8:
      policy.interval = .seconds(5)
      policy.timeout = .seconds(dice.number(200, 320))
    default:
      policy.timeout = .seconds(350)
    }
    if policy.timeout != .seconds(350) {
      policy.warmUp = .seconds(dice.number(40, 60))
      policy.grace = .seconds(dice.number(3, 10))
      policy.quiet = .seconds(dice.number(6, 25))
      policy.hold = dice.number(2, 3)
      policy.minimumNewSessions = dice.number(1, 4)
      policy.settle = .seconds(dice.number(5, 10))
      policy.drainConfirmation = .seconds(dice.number(8, 15))
    }
    return policy
  }

  // MARK: The rollout

  private mutating func deploy() {
    var count = dice.one(of: [(2, 1), (4, 2), (2, 3), (1, 4), (1, 6)])
    isNode = dice.chance(0.08) && ![.drainTimeoutCut, .deadlineCut].contains(world.trouble)
    if dice.chance(0.2) {
      regions = dice.chance(0.5) ? ["eu", "us"] : ["ap", "eu", "us"]
      let mayLag = [.none, .longSessions].contains(world.trouble) && world.rollout.outgoing.count == 1
      if mayLag, dice.chance(0.5), let last = regions.last { world.laggard = (last, dice.one(of: World.Lag.allCases)) }
    }
    count = max(count, regions.count)
    agentsHangUp = dice.one(of: [(5, 0.0), (2, 0.2), (1, 1.0)])
    if agentsHangUp > 0, dice.chance(0.6) { world.policy.agentHangsUp = .expected }
    let window = world.rollout.window.effective.map { Int($0.seconds * 1_000) }
    let drainTimeout = world.trouble == .drainTimeoutCut ? dice.number(8_000, 20_000) : window

    let incomingVersion = world.rollout.incoming.version
    let delay = dice.number(500, 6_000)
    let lag = world.laggard?.by == .late ? dice.number(10_000, 40_000) : 0
    for index in 0..<count {
      let behind = lags(region(index)) ? world.laggard?.by : nil
      if behind == .empties || behind == .keepsOld { continue }
      let started = delay + (behind == nil ? 0 : lag) + (dice.chance(0.5) ? 0 : index * dice.number(1_000, 12_000))
      let never = world.trouble == .incomingNeverServes
      let startUp = never ? 10_000_000 : dice.chance(0.15) ? dice.number(8_000, 30_000) : dice.number(2_500, 4_000)
      incoming.append(
        add(
          "\(incomingVersion)-\(index + 1)", version: incomingVersion, generation: world.rollout.incoming.id ?? "g?",
          incoming: true, in: region(index), started: started, startUp: startUp))
    }
    let isBlueGreen = dice.chance(0.5)
    let current = world.rollout.outgoing[0]
    for index in 0..<count {
      let old = add(
        "\(current.version)-old-\(index + 1)", version: current.version, generation: current.id ?? "g?",
        incoming: false, in: region(index), started: -900_000 + index * 1_000, startUp: 3_000)
      world.instances[old].drainTimeout = drainTimeout
      let behind = lags(region(index)) ? world.laggard?.by : nil
      if world.trouble != .incomingNeverServes, behind != .keepsOld, behind != .keepsBoth {
        let peers = incoming.filter { lags(world.instances[$0].region) == (behind == .late) }
        let serving = peers.map { world.instances[$0].servingAt }
        let ready = isBlueGreen ? serving.max() ?? 0 : serving.prefix(index + 1).max() ?? 0
        tell(old, at: ready + dice.number(200, 2_000))
      }
      outgoing.append(old)
    }
    if world.rollout.outgoing.count > 1 { addLeftover(drainTimeout: window) }
    addTrouble()
    for index in world.instances.indices where dice.chance(0.12) {
      let since = dice.number(0, 60_000)
      if since > world.instances[index].registeredAt {
        world.instances[index].workers.append((since, WorkerID("AW_\(world.instances[index].id)_again")))
      }
    }
    let timeout = Int((world.policy.timeout ?? .seconds(300)).seconds * 1_000)
    world.firstPoll = dice.chance(0.05) ? dice.number(10_000, 30_000) : dice.number(0, 1_000)
    world.lastPoll = timeout + 3 * Int(world.policy.interval.seconds * 1_000)
  }

  /// A generation before the outgoing one that still drains.
  private mutating func addLeftover(drainTimeout: Int?) {
    let generation = world.rollout.outgoing[1]
    for index in 0..<dice.number(1, 2) {
      let old = add(
        "\(generation.version)-older-\(index + 1)", version: generation.version, generation: generation.id ?? "g?",
        incoming: false, in: region(index), started: -2_000_000, startUp: 3_000)
      world.instances[old].drainTimeout = drainTimeout
      tell(old, at: -dice.number(20_000, 90_000))
      outgoing.append(old)
    }
    world.isVersionAmbiguous = generation.version == world.rollout.incoming.version
  }

  private mutating func add(
    _ name: String, version: VersionName, generation: GenerationID, incoming: Bool, in region: RegionName?,
    started: Int, startUp: Int
  ) -> Int {
    var instance = World.Instance(
      id: InstanceID(name), version: version, generation: generation, isIncoming: incoming,
      region: region, startedAt: started, registeredAt: started + startUp,
      initializedAt: started + startUp + dice.number(-1_500, 800))
    instance.workers = [(instance.registeredAt, WorkerID("AW_\(name)"))]
    instance.logsDrain = !isNode
    world.instances.append(instance)
    return world.instances.count - 1
  }

  /// The region of the nth instance of a version; each region has one.
  private func region(_ index: Int) -> RegionName? { regions.isEmpty ? nil : regions[index % regions.count] }

  private func lags(_ region: RegionName?) -> Bool { region != nil && region == world.laggard?.region }

  private mutating func tell(_ index: Int, at moment: Int) {
    world.instances[index].told = moment
    world.instances[index].takes = moment + dice.number(20, 120)
  }

  // MARK: Troubles that are known beforehand

  private mutating func addTrouble() {
    let told = outgoing.compactMap { world.instances[$0].told }.max() ?? 0
    let victim = outgoing[dice.number(0, max(0, world.rollout.outgoing.count > 1 ? 0 : outgoing.count - 1))]
    let serving = incoming.map { world.instances[$0].servingAt }.max() ?? 0
    switch world.trouble {
    case .wrapperSwallows, .launcherDies:
      for index in outgoing where (world.instances[index].told ?? -1) >= 0 {
        world.instances[index].takes = nil
        world.instances[index].launcherDiesOnTold = world.trouble == .launcherDies
      }
    case .oneNeverReacts: world.instances[victim].takes = nil
    case .acceptsWhileDraining:
      for index in outgoing { world.instances[index].acceptsWhileDraining = true }
    case .lateView:
      world.instances[victim].dispatchedUntil = told + dice.number(15_000, 60_000)
    case .oldComesBack:
      let old = world.instances[victim]
      let back = add(
        "\(old.id)-again", version: old.version, generation: old.generation, incoming: false, in: old.region,
        started: told + dice.number(5_000, 30_000), startUp: 3_000)
      outgoing.append(back)
    case .deadlineCut:
      let deadline = dice.number(8_000, 20_000)
      for index in outgoing {
        if let told = world.instances[index].told, told >= 0 {
          world.instances[index].killing = (told + deadline, .deadline)
        }
      }
    case .groupTerminated:
      if let told = world.instances[victim].told { world.instances[victim].killing = (told + 150, .groupTerminated) }
    case .oldFreezes: world.instances[victim].frozenAt = told - dice.number(-10_000, 3_000)
    case .incomingFreezes: world.instances[incoming[0]].frozenAt = serving + dice.number(2_000, 40_000)
    case .idleRestart:
      let idle = add(
        "\(world.rollout.incoming.version)-idle", version: world.rollout.incoming.version,
        generation: world.rollout.incoming.id ?? "g?", incoming: true, in: region(0), started: 1_000,
        startUp: 10_000_000)
      world.instances[idle].killing = (dice.number(8_000, 30_000), .kill)
    case .serverRestarts: restartServer(at: max(2_000, told + dice.number(-8_000, 25_000)))
    default: break
    }
    hitsFrom = max(told + 1_500, world.firstPoll + 4_000)
  }

  /// Its workers register again, under other ids.
  private mutating func restartServer(at moment: Int) {
    world.restart = moment
    for index in world.instances.indices where world.instances[index].registeredAt < moment {
      world.instances[index].workers.append(
        (moment + dice.number(500, 3_000), WorkerID("AW_\(world.instances[index].id)_after")))
    }
  }

  // MARK: Traffic

  private mutating func serve() {
    let horizon = Int((world.policy.timeout ?? .seconds(300)).seconds * 1_000)
    law = dice.one(of: [
      .fixed(dice.number(5_000, 40_000)), .exponential(dice.number(6_000, 30_000)), .uniform(4_000, 50_000),
      .mixed(dice.number(3_000, 8_000), dice.number(40_000, 70_000)),
    ])
    if world.trouble == .longSessions { law = .mixed(20_000, horizon * 3) }
    if [.drainTimeoutCut, .deadlineCut].contains(world.trouble) { law = .uniform(5_000, 90_000) }
    var arrivals: [Int] = []
    // Calls that are there when the rollout begins.
    for _ in 0..<dice.number(0, 10) { arrivals.append(-dice.number(500, 25_000)) }
    // Traffic that stops lets a clean fleet wait for what never comes.
    let stops =
      world.trouble == .noTraffic ? dice.number(-2_000, 3_000) : dice.chance(0.1) ? horizon / 4 : horizon * 2 / 3
    let mean = max(1_500, stops / dice.number(6, 28))
    var moment = 0
    while arrivals.count < 40 {
      moment += max(50, dice.exponential(mean: mean))
      if moment > stops { break }
      arrivals.append(moment)
    }
    if world.trouble == .drainDropsAssigned, let takes = outgoing.compactMap({ world.instances[$0].takes }).max() {
      for _ in 0..<dice.number(2, 5) { arrivals.append(takes - dice.number(600, 3_500)) }
    }
    for moment in arrivals.sorted() { place(at: moment) }
  }

  private mutating func length() -> Int {
    switch law {
    case .fixed(let length): length
    case .exponential(let mean): max(1_200, dice.exponential(mean: mean))
    case .uniform(let low, let high): dice.number(low, high)
    case .mixed(let short, let long): dice.chance(0.7) ? short + dice.number(0, 2_000) : long
    }
  }

  private mutating func place(at moment: Int) {
    if let restart = world.restart, (restart - 500..<restart + 3_000).contains(moment) { return }
    let number = world.sessions.count + 1
    let candidates = world.instances.indices.filter { accepts($0, at: moment) }
    guard !candidates.isEmpty else { return leaveUnserved(number, at: moment, instance: nil) }
    let index = dice.one(of: candidates)
    let instance = world.instances[index]
    let joining = moment + (isNode && dice.chance(0.3) ? dice.number(300, 3_500) : dice.number(190, 440))
    if instance.frozenAt.map({ $0 <= joining }) == true
      || (world.trouble == .incomingCrashesBeforeConnect && instance.isIncoming)
    {
      return leaveUnserved(number, at: moment, instance: index)
    }
    // What a worker has taken it also starts: one that is killed just then leaves it unserved.
    if let killing = instance.killing, killing.at <= joining, killing.by != .groupTerminated {
      return leaveUnserved(number, at: moment, instance: index)
    }
    let end = joining + length()
    var session = World.Session(
      id: SessionID("AJ_\(number)"), room: "room-\(number)", instance: index, createdAt: moment, startedAt: joining,
      endedAt: end, ending: .personLeft, personLeftAt: end, agentListedUntil: end, arrivalLag: arrivalLag(),
      worker: instance.worker(at: moment))
    if dice.chance(agentsHangUp) {
      session.ending = .agentLeft
      session.personLeftAt = end + dice.number(500, dice.chance(0.2) ? 20_000 : 4_000)
    } else if dice.chance(0.05) {
      session.ending = .roomClosed
    } else {
      session.personLeftAt = max(joining, end - dice.number(0, 3_000))
    }
    if world.trouble == .drainDropsAssigned, let takes = instance.takes, (joining..<(joining + 4_000)).contains(takes) {
      drop(&session)
    }
    hit(&session, on: index)
    if let restart = world.restart, session.isServed(at: restart) {
      session.ending = .lost
      (session.endedAt, session.personLeftAt, session.agentListedUntil) = (restart, restart, restart)
    }
    world.sessions.append(session)
  }

  /// No process takes it up: until its worker is gone it only waits.
  private mutating func drop(_ session: inout World.Session) {
    session.ending = .cut(.dropped)
    session.endedAt = session.createdAt + 1
    session.agentListedUntil = session.createdAt
    session.personLeftAt = session.createdAt + dice.number(16_000, 60_000)
  }

  private mutating func arrivalLag() -> Int { dice.chance(0.6) ? dice.number(0, 500) : dice.number(500, 8_400) }

  private mutating func leaveUnserved(_ number: Int, at moment: Int, instance: Int?) {
    let patience = dice.number(16_000, 60_000)
    world.sessions.append(
      World.Session(
        id: SessionID("AJ_\(number)"), room: "room-\(number)", instance: instance, createdAt: moment, startedAt: nil,
        endedAt: moment, ending: .unserved, personLeftAt: moment + patience, agentListedUntil: moment,
        arrivalLag: arrivalLag(), worker: instance.flatMap { world.instances[$0].worker(at: moment) }))
  }

  /// Whether a server that is up to date gives an instance a call at this moment.
  private func accepts(_ index: Int, at moment: Int) -> Bool {
    let instance = world.instances[index]
    guard moment >= instance.servingAt else { return false }
    if let killing = instance.killing, killing.by != .groupTerminated, moment >= killing.at { return false }
    guard let takes = instance.takes, moment >= takes else { return true }
    if let limit = instance.drainTimeout, moment >= takes + limit { return false }
    guard instance.acceptsWhileDraining || instance.dispatchedUntil.map({ moment < $0 }) == true else { return false }
    return !hasDrained(index, by: moment)
  }

  /// Whether a draining instance has had no session at some moment between its request and this one.
  private func hasDrained(_ index: Int, by moment: Int) -> Bool {
    guard let takes = world.instances[index].takes else { return false }
    var covered = takes
    for session in world.sessions.filter({ $0.instance == index }).sorted(by: { $0.createdAt < $1.createdAt }) {
      if session.createdAt > covered + 300 { break }
      covered = max(covered, session.endedAt)
    }
    return moment > covered + 300
  }

  // MARK: Troubles that need a call

  private mutating func hit(_ session: inout World.Session, on index: Int) {
    guard killsLeft > 0, let start = session.startedAt else { return }
    let isIncoming = world.instances[index].isIncoming
    let from = max(start + 1_000, hitsFrom)
    guard session.endedAt - from > 1_500 else { return }
    let at = from + dice.number(0, session.endedAt - from - 1_000)
    func kill(_ by: World.Cut) { world.instances[index].killing = (at, by) }
    switch world.trouble {
    case .killAll where !isIncoming: kill(.kill)
    case .killJob where !isIncoming: cut(&session, at: at, by: .jobKilled)
    case .oldRaises where !isIncoming: cut(&session, at: at, by: .raised)
    case .incomingRaises where isIncoming: cut(&session, at: at, by: .raised)
    case .incomingJobKilled where isIncoming: cut(&session, at: at, by: .jobKilled)
    case .incomingKilled where isIncoming: kill(.kill)
    case .incomingOutOfMemory where isIncoming: kill(.outOfMemory)
    case .incomingScaledDown where isIncoming: kill(.scaledDown)
    case .incomingPreempted where isIncoming: kill(.preempted)
    default: return
    }
    killsLeft -= 1
  }

  private mutating func cut(_ session: inout World.Session, at moment: Int, by cut: World.Cut) {
    session.endedAt = moment
    session.ending = .cut(cut)
    switch cut {
    case .raised, .drainTimedOut:
      session.agentListedUntil = moment
      session.personLeftAt = moment + dice.number(800, 40_000)
    default:
      session.agentListedUntil = moment + dice.number(20_900, 21_200)
      // Some give up on a dead agent while it is still listed.
      session.personLeftAt = moment + (dice.chance(0.4) ? dice.number(2_000, 20_000) : dice.number(22_000, 60_000))
    }
  }

  // MARK: Ends of instances

  private mutating func finish() {
    for index in world.instances.indices { finish(index) }
    if world.trouble == .idleRestart {
      // The one that the platform starts in its place.
      _ = add(
        "\(world.rollout.incoming.version)-idle-again", version: world.rollout.incoming.version,
        generation: world.rollout.incoming.id ?? "g?", incoming: true, in: regions.first,
        started: (world.instances.last?.exit?.at ?? 0) + 3_000, startUp: 3_000)
    }
  }

  private mutating func finish(_ index: Int) {
    let instance = world.instances[index]
    let own = world.sessions.indices.filter { world.sessions[$0].instance == index && !world.sessions[$0].isDropped }
    defer {
      for number in world.sessions.indices where world.sessions[number].instance == index {
        guard world.sessions[number].isDropped, let exit = world.instances[index].exit else { continue }
        world.sessions[number].endedAt = exit.at
        world.sessions[number].personLeftAt = max(world.sessions[number].personLeftAt, exit.at + 2_000)
      }
    }
    func cutAll(at moment: Int, by cut: World.Cut) {
      for number in own where world.sessions[number].isServed(at: moment) {
        var session = world.sessions[number]
        self.cut(&session, at: moment, by: cut)
        world.sessions[number] = session
      }
    }
    if let frozen = instance.frozenAt {
      cutAll(at: frozen, by: .frozen)
      return
    }
    if let killing = instance.killing, !hasDrained(index, by: killing.at) || killing.by == .groupTerminated {
      cutAll(at: killing.at, by: killing.by)
      if killing.by != .groupTerminated {
        world.instances[index].exit = World.Instance.Exit(at: killing.at, signal: 9, cause: killing.by.cause)
        return
      }
    }
    guard let takes = instance.takes else { return }
    var last = takes
    for number in own.sorted(by: { world.sessions[$0].createdAt < world.sessions[$1].createdAt }) {
      if world.sessions[number].createdAt > last + 300 { break }
      last = max(last, world.sessions[number].endedAt)
    }
    if let limit = instance.drainTimeout, takes + limit < last {
      let timedOut = takes + limit
      world.instances[index].timedOutAt = timedOut
      let cutAt = timedOut + 15_000
      cutAll(at: cutAt, by: .drainTimedOut)
      let end = own.map { min(world.sessions[$0].endedAt, cutAt) }.max() ?? cutAt
      world.instances[index].exit = World.Instance.Exit(at: max(timedOut, end) + dice.number(300, 500), code: 0)
    } else {
      if instance.logsDrain { world.instances[index].finishedAt = last }
      world.instances[index].exit = World.Instance.Exit(
        at: last + dice.number(300, 500), code: instance.logsDrain ? 0 : 143,
        cause: instance.logsDrain ? .drained : nil)
    }
  }
}

extension Rollout {
  /// v1 → v2, v1 → v2 with v0 still draining, or v1 → v2 → v1 with or without the first v1.
  static func simulated(_ dice: inout Dice) -> Rollout {
    let window = DrainWindow(clocks: [
      DrainClock(
        name: "livekit-agents drain_timeout", limit: .seconds(dice.one(of: [200, 600, 3_600])), origin: "default")
    ])
    func rollout(_ kind: Kind, _ incoming: Generation, _ outgoing: [Generation]) -> Rollout {
      Rollout(
        target: "simulated", run: "20261121-000000-000-simula", kind: kind, began: World.timestamp(0),
        incoming: incoming, outgoing: outgoing, window: window)
    }
    let (v0, v1, v2) = (
      Generation(id: "g0", version: "v0"), Generation(id: "g1", version: "v1"), Generation(id: "g2", version: "v2")
    )
    switch dice.number(0, 19) {
    case 0...13: return rollout(dice.chance(0.8) ? .deploy : .observed, v2, [v1])
    case 14...15: return rollout(.deploy, v2, [v1, v0])
    case 16...17: return rollout(.rollback, Generation(id: "g3", version: "v1"), [v2])
    default: return rollout(.rollback, Generation(id: "g3", version: "v1"), [v2, v1])
    }
  }
}
