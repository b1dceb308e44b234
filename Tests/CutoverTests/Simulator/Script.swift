import Cutover
import Vocabulary

/// A history written by hand: two workers of v1 are replaced by two of v2 under traffic. Moments are in seconds.
struct Script: Sendable {
  private(set) var world: World
  /// When every outgoing worker is told to drain.
  let told = 6.0

  /// Two workers each, drain window a minute, polls every two seconds for two and a half minutes.
  init(traffic: Bool = true, calls: Bool = true) {
    var policy = Policy()
    policy.interval = .seconds(2)
    policy.warmUp = .seconds(40)
    policy.grace = .seconds(5)
    policy.quiet = .seconds(12)
    policy.settle = .seconds(6)
    policy.timeout = .seconds(150)
    let rollout = Rollout(
      target: "scripted", run: "20261121-000000-000-script", kind: .deploy, began: World.timestamp(0),
      incoming: Generation(id: "g2", version: "v2"), outgoing: [Generation(id: "g1", version: "v1")],
      window: DrainWindow(clocks: [DrainClock(name: "drain_timeout", limit: .seconds(60), origin: "default")]))
    world = World(policy: policy, rollout: rollout, trouble: .none)
    world.lastPoll = 156_000
    for name in ["v1-1", "v1-2"] {
      add(name, "v1", "g1", incoming: false, started: -900)
      instance(name) { old in
        old.told = 6_000
        old.takes = 6_100
        old.drainTimeout = 60_000
      }
    }
    add("v2-1", "v2", "g2", incoming: true, started: 1)
    add("v2-2", "v2", "g2", incoming: true, started: 1.5)
    if calls {
      call("old-1", on: "v1-1", from: -10, to: 20)
      call("old-2", on: "v1-1", from: 2, to: 30)
      call("old-3", on: "v1-2", from: -5, to: 26)
      call("old-4", on: "v1-2", from: 3, to: 14)
    }
    if traffic {
      for number in 1...16 {
        call("new-\(number)", on: number % 2 == 0 ? "v2-1" : "v2-2", from: 8 + 6 * Double(number), length: 18)
      }
    }
  }

  mutating func policy(_ change: (inout Policy) -> Void) { change(&world.policy) }

  mutating func instance(_ name: String, _ change: (inout World.Instance) -> Void) {
    guard let index = index(name) else { return }
    change(&world.instances[index])
  }

  mutating func session(_ name: String, _ change: (inout World.Session) -> Void) {
    guard let index = world.sessions.firstIndex(where: { $0.id.rawValue == name }) else { return }
    change(&world.sessions[index])
  }

  mutating func remove(_ name: String) { world.sessions.removeAll { $0.id.rawValue == name } }

  mutating func add(_ name: String, _ version: VersionName, _ generation: GenerationID, incoming: Bool, started: Double)
  {
    let moment = Int(started * 1_000)
    var instance = World.Instance(
      id: InstanceID(name), version: version, generation: generation, isIncoming: incoming, region: nil,
      startedAt: moment, registeredAt: moment + 2_800, initializedAt: moment + 2_500)
    instance.workers = [(moment + 2_800, WorkerID("AW_\(name)"))]
    world.instances.append(instance)
  }

  /// An instance that starts and is never able to serve.
  mutating func makeUnable(_ name: String) {
    guard let index = index(name) else { return }
    let old = world.instances[index]
    world.instances[index] = World.Instance(
      id: old.id, version: old.version, generation: old.generation, isIncoming: old.isIncoming,
      startedAt: old.startedAt, registeredAt: 10_000_000, initializedAt: 10_000_000)
  }

  mutating func call(_ name: String, on instance: String, from: Double, length: Double) {
    call(name, on: instance, from: from, to: from + length)
  }

  /// A call whose person hangs up 0.9 s before its agent is gone.
  mutating func call(_ name: String, on instance: String, from: Double, to: Double) {
    let (start, end) = (Int(from * 1_000), Int(to * 1_000))
    world.sessions.append(
      World.Session(
        id: SessionID(name), room: "room-\(name)", instance: index(instance), createdAt: start,
        startedAt: start + 300, endedAt: end, ending: .personLeft, personLeftAt: end - 900, agentListedUntil: end,
        arrivalLag: 400, worker: WorkerID("AW_\(instance)")))
  }

  /// A call that nobody takes and whose person waits.
  mutating func unserved(_ name: String, on instance: String?, from: Double, until: Double) {
    let start = Int(from * 1_000)
    world.sessions.append(
      World.Session(
        id: SessionID(name), room: "room-\(name)", instance: instance.flatMap(index), createdAt: start, startedAt: nil,
        endedAt: start, ending: .unserved, personLeftAt: Int(until * 1_000), agentListedUntil: start, arrivalLag: 400,
        worker: instance.map { WorkerID("AW_\($0)") }))
  }

  /// The agent leaves first and its person stays for a while.
  mutating func agentLeaves(_ name: String, as ending: World.Ending = .agentLeft, personStays: Double = 8) {
    session(name) { session in
      session.ending = ending
      session.personLeftAt = session.endedAt + Int(personStays * 1_000)
    }
  }

  /// What the sources of a kind would answer.
  func history(_ kinds: [SimulatedSource.Kind]) -> History {
    let finished = WorldMaker.finishing(world, dice: Dice(seed: 1))
    return History(seed: 0, world: finished, sources: kinds.map(SimulatedSource.init), dice: Dice(seed: 2))
  }

  private func index(_ name: String) -> Int? { world.instances.firstIndex { $0.id.rawValue == name } }
}
