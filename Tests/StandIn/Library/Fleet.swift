import TestSupport
package import Vocabulary

/// The simulated fleet and its rooms, as a value: it knows no sockets and no clock. `advance` lets happen what is due;
/// what is asked of it is asked at a moment that it has advanced to.
struct Fleet: Sendable {
  var scenario: Scenario
  /// The moment it has advanced to.
  private(set) var now: Timestamp
  let start: Timestamp
  var random: SeededGenerator
  /// Whether dispatches go to workers that are connected, instead of simulated ones.
  var hasRealWorkers = false

  // Fleet+Rollout.swift
  var versions: [VersionState] = []
  var rows: [Row] = []
  var workers: [String: Worker] = [:]
  /// What DeployAgentV2 announced and no build has been asked for yet, by its tag.
  var announced: [Announcement] = []
  /// The moment at which `last_scraped_at` stands still; nil: it goes on.
  var staleSince: Timestamp?
  var events: [(region: String, type: Int64, at: Timestamp)] = []

  // Fleet+Sessions.swift
  var rooms: [String: RoomState] = [:]
  /// Rooms by their sid.
  var roomNames: [String: String] = [:]
  /// The room's sid, and the place in `sessions`, of each job.
  var homes: [String: String] = [:]
  var truths: [String: Int] = [:]
  /// The place in `sessions` of a call that no agent was assigned to yet, by its room.
  var waiting: [String: Int] = [:]
  /// What really happened, in the order in which it began.
  var sessions: [SessionTruth] = []
  var calls = 0
  var callsLeft: Int?
  /// Which traffic it is: what was planned for another one is left out.
  var trafficNumber = 0
  /// Counts up to the next stray and the next unserved session.
  var strayDebt = 0.0
  var unservedDebt = 0.0

  /// Webhooks that are to be sent, oldest first; kept only where somebody listens.
  var webhooks: [Message] = []

  /// The workers' lines, oldest first.
  var lines: [LogLine] = []

  private var agenda = Agenda<Action>()

  /// What can be due.
  enum Action: Sendable {
    case command(Command)
    case nextCall(traffic: Int)
    case personLeaves(sid: String)
    case agentJoins(sid: String, job: String)
    case agentGone(sid: String, identity: String, LeaveReason)
    case recount(sid: String)
    case closeIfEmpty(sid: String)
    case built(Announcement)
    case serves(version: String, region: String, deployment: String, rollout: Scenario.Rollout)
    case drain(workers: [String], rollout: Scenario.Rollout)
    case drainWindowEnds(worker: String)
    case exitIfIdle(worker: String)
  }

  init(_ scenario: Scenario, at start: Timestamp) {
    self.scenario = scenario
    self.start = start
    now = start
    random = SeededGenerator(seed: scenario.seed)
    setUpVersions()
    for (at, command) in scenario.script { plan(.command(command), after: at) }
    setTraffic(scenario.traffic)
  }

  /// Plans an action so long after the moment that the fleet has advanced to.
  mutating func plan(_ action: Action, after delay: Duration) { agenda.plan(action, at: now + delay) }

  /// Lets everything happen that is due, each at its own moment.
  mutating func advance(to moment: Timestamp) {
    while let (at, action) = agenda.next(at: moment) {
      now = max(now, at)
      perform(action)
    }
    now = max(now, moment)
  }

  private mutating func perform(_ action: Action) {
    switch action {
    case .command(let command): perform(command)
    case .nextCall(let number): nextCall(number)
    case .personLeaves(let sid): personLeaves(sid)
    case .agentJoins(let sid, let job): agentJoins(sid, job)
    case .agentGone(let sid, let identity, let reason): agentGone(sid, identity, reason)
    case .recount(let sid): change(sid) { $0.countedPeople = $0.people }
    case .closeIfEmpty(let sid): closeIfEmpty(sid)
    case .built(let announcement): rollOut(announcement)
    case .serves(let version, let region, let deployment, let rollout): serves(version, region, deployment, rollout)
    case .drain(let workers, let rollout): drain(workers, rollout)
    case .drainWindowEnds(let worker): drainWindowEnds(worker)
    case .exitIfIdle(let worker): exitIfIdle(worker)
    }
  }

  /// Does something to the fleet at once.
  mutating func perform(_ command: Command) {
    switch command {
    case .deploy(let name, let attributes, let deployment):
      let announcement = announce(name: name, attributes: attributes, deployment: deployment)
      build(announcement)
    case .rollback(let version): _ = rollBack(to: version)
    case .restart: restart()
    case .traffic(let traffic): setTraffic(traffic)
    case .call(let call): place(call)
    case .hangUp(let room): if let sid = rooms[room]?.sid { personLeaves(sid) }
    case .agentLeaves(let room): agentLeaves(room)
    case .reconnect(let room): reconnectAgent(in: room)
    case .kill(let version, let region):
      kill(workers.values.filter { $0.version == version && (region ?? $0.region) == $0.region }.map(\.id).sorted())
    case .serverRestart: restartServer()
    case .rollout(let rollout): scenario.rollout = rollout
    // Faults are of the server, not of the fleet.
    case .fault, .calm: break
    case .status(let version, let region, let status):
      for index in rows.indices where (region ?? rows[index].region) == rows[index].region {
        rows[index].version = version
        rows[index].status = status
      }
    case .scrape(let isStale): staleSince = isStale ? now : nil
    case .order(let order): scenario.order = order
    case .event(let type, let region): events.append((region ?? scenario.regions[0], Int64(type), now))
    }
  }

  /// An id as a LiveKit server makes them: a prefix and twelve letters or digits.
  mutating func identifier(_ prefix: String, length: Int = 12) -> String {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return prefix + String((0..<length).map { _ in alphabet[Int.random(in: 0..<62, using: &random)] })
  }
}

/// What really became of a call, for tests that compare a verdict with the truth.
package struct SessionTruth: Sendable, Hashable {
  /// The room's name.
  package let room: String
  /// The agent's identity, `agent-AJ_…`; nil when no agent was ever assigned.
  package var agent: String?
  /// The version that took it.
  package var version: String?
  /// The stamp that it carries; nil when it carries none.
  package var stamp: String?
  /// `CAW_…`, or `AW_…` self-hosted.
  package var worker: String?
  package var region: String?
  /// When the person came, or, without one, when the agent was dispatched.
  package let createdAt: Timestamp
  /// When the agent was in the room.
  package var joinedAt: Timestamp?
  package var personLeftAt: Timestamp?
  /// When the agent really left; its listing can last longer.
  package var endedAt: Timestamp?
  package var end: End?

  /// How a call ended.
  package enum End: String, Sendable, Hashable {
    case personLeft, agentLeft, killed, drainTimeout, roomDeleted, removed, serverRestarted
  }
}

/// A worker's line in `/logs`.
struct LogLine: Sendable {
  let version: String
  let isNewest: Bool
  let text: String
}
