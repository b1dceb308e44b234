import Cutover
import Vocabulary

/// One configured source of a history: what it can tell, and how it fails.
struct SimulatedSource: Sendable {
  let kind: Kind
  private(set) var traits: SourceTraits
  var faults = Faults() {
    didSet { traits.datesItself = faults.skew != 0 || faults.staleness != 0 || faults.frozen != nil }
  }

  enum Kind: Hashable, Sendable {
    /// Processes of this machine: exact phases, worker ids and drain from their logs, exit status.
    case exactPlatform
    /// Phases alone; an ended instance is listed once more and how it ended is not said.
    case poorPlatform(saysDrainRequest: Bool)
    /// Each instance's own count, from the instances themselves.
    case workerHTTP
    /// The server that gives sessions to workers; names instances and versions, or workers alone.
    case dispatchServer(namesInstances: Bool)
    /// Rooms and who is in them; with or without the release stamped on agents, with or without worker ids.
    case rooms(stamps: Bool, namesWorkers: Bool)
    /// Logs of all workers.
    case workerLogs
  }

  /// How a source fails besides what its kind does by nature.
  struct Faults: Sendable {
    /// The share of polls that it does not answer.
    var failureShare = 0.0
    /// A stretch in which it does not answer.
    var outage: Range<Int>?
    /// From when it repeats an old answer, saying so by its as-of time.
    var frozen: Range<Int>?
    /// How old its answers are, as it says by their as-of time.
    var staleness = 0
    /// How far its clock is ahead of the clock that takes samples.
    var skew = 0
    /// Lists sessions of dead workers as live for good (seen when a Redis node died).
    var keepsGhosts = false

    var isNone: Bool {
      failureShare == 0 && outage == nil && frozen == nil && staleness == 0 && !keepsGhosts
    }
  }

  init(_ kind: Kind) {
    self.kind = kind
    traits =
      switch kind {
      case .exactPlatform: SourceTraits(id: "platform", kind: "local-processes", sees: [.instances, .drains])
      case .poorPlatform(let saysRequest):
        SourceTraits(id: "platform", kind: "cloud", sees: saysRequest ? [.instances, .drains] : [.instances])
      case .workerHTTP: SourceTraits(id: "worker-http", kind: "worker-http", sees: [.counts], arrivalLag: .seconds(2.5))
      case .dispatchServer(let namesInstances):
        SourceTraits(
          id: "dispatch-server", kind: "dispatch-server",
          sees: namesInstances ? [.sessions, .unserved, .endings, .drains] : [.sessions, .unserved, .endings])
      case .rooms:
        SourceTraits(
          id: "livekit-rooms", kind: "livekit-rooms", sees: [.sessions, .unserved], arrivalLag: .seconds(8.4),
          lingering: .seconds(21.2))
      case .workerLogs: SourceTraits(id: "worker-logs", kind: "worker-logs", sees: [.sessions, .endings, .drains])
      }
  }

  var seesSessions: Bool { traits.sees.contains(.sessions) }
  var seesUnserved: Bool { traits.sees.contains(.unserved) }

  /// Its answer to a poll at a moment.
  func reading(of world: World, at poll: Int, dice: inout Dice) -> Reading {
    let latency = dice.number(0, 300)
    let taken = World.timestamp(poll + latency)
    let fails = dice.chance(faults.failureShare)
    if fails || faults.outage?.contains(poll) == true {
      return Reading(
        source: traits.id, takenAt: taken,
        answer: .failure(SourceFailure(kind: .timeout, detail: "no answer within the time allowed")))
    }
    var moment = poll - faults.staleness
    if let frozen = faults.frozen, frozen.contains(poll) { moment = frozen.lowerBound - faults.staleness }
    let observation = observation(of: world, at: moment)
    return Reading(
      source: traits.id, takenAt: taken,
      asOf: moment == poll && faults.skew == 0 ? nil : World.timestamp(moment + faults.skew),
      answer: .snapshot(observation))
  }

  /// Everything that it lists at a moment.
  func observation(of world: World, at moment: Int) -> Observation {
    switch kind {
    case .exactPlatform: Observation(instances: exactInstances(of: world, at: moment))
    case .poorPlatform(let saysRequest):
      Observation(instances: poorInstances(of: world, at: moment, saysRequest: saysRequest))
    case .workerHTTP: Observation(instances: countedInstances(of: world, at: moment))
    case .dispatchServer(let namesInstances):
      Observation(
        instances: namesInstances ? registeredInstances(of: world, at: moment) : [],
        sessions: dispatchedSessions(of: world, at: moment, namesInstances: namesInstances))
    case .rooms(let stamps, let namesWorkers):
      Observation(sessions: roomSessions(of: world, at: moment, stamps: stamps, namesWorkers: namesWorkers))
    case .workerLogs:
      Observation(
        instances: loggedInstances(of: world, at: moment), sessions: loggedSessions(of: world, at: moment))
    }
  }

  /// A moment as this source's clock has it.
  func stamp(_ moment: Int) -> Timestamp { World.timestamp(moment + faults.skew) }

  /// A moment as this source's clock has it, if it is not in the future of the answer.
  func stamp(_ moment: Int?, by now: Int) -> Timestamp? {
    guard let moment, moment <= now else { return nil }
    return stamp(moment)
  }
}
