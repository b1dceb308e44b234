import Cutover
import Vocabulary

/// What really happens in one history. No source tells all of it, and the verifier sees none of it.
///
/// Moments are milliseconds since the rollout began.
struct World: Sendable {
  var policy: Policy
  var rollout: Rollout
  /// What goes wrong, if anything.
  var trouble: Trouble
  /// Whether outgoing and incoming instances of one version name serve at the same time (v1 → v2 → v1).
  var isVersionAmbiguous = false
  /// The region that lags behind the others, if one does, and how.
  var laggard: (region: RegionName, by: Lag)?
  /// When the server of its calls restarts.
  var restart: Int?
  var instances: [Instance] = []
  var sessions: [Session] = []
  /// When the first and the last poll take place.
  var firstPoll = 0
  var lastPoll = 0

  /// The moment as the sources and samples write it.
  static func timestamp(_ moment: Int) -> Timestamp {
    Timestamp(milliseconds: 1_795_000_000_000 + Int64(moment))
  }

  /// One worker process.
  struct Instance: Sendable {
    let id: InstanceID
    let version: VersionName
    let generation: GenerationID
    let isIncoming: Bool
    var region: RegionName?
    let startedAt: Int
    let registeredAt: Int
    let initializedAt: Int
    /// Its ids with its server and since when it has each.
    var workers: [(since: Int, id: WorkerID)] = []
    /// When it was sent SIGTERM.
    var told: Int?
    /// When it took the request and reported full; nil: it never does.
    var takes: Int?
    /// Whether it goes on taking sessions while it drains (livekit-agents 1.3.12, @livekit/agents 1.2.0).
    var acceptsWhileDraining = false
    /// Until when its server goes on dispatching to it because it has not seen it full.
    var dispatchedUntil: Int?
    /// How long it waits for its sessions; nil: without a limit.
    var drainTimeout: Int?
    /// Whether its log says at its level how its drain goes, and it exits with 0 (Python); Node says nothing and exits with 143.
    var logsDrain = true
    /// When it stops running without exiting (SIGSTOP).
    var frozenAt: Int?
    /// When something kills it, and what.
    var killing: (at: Int, by: Cut)?
    /// Whether SIGTERM ends the process that the platform knows while the worker behind it lives on (a shell as wrapper).
    var launcherDiesOnTold = false

    /// When its drain timed out under its sessions.
    var timedOutAt: Int?
    /// When it had waited for its last session.
    var finishedAt: Int?
    /// When its process was gone; nil: it lives at the end of the history.
    var exit: Exit?

    struct Exit: Sendable {
      let at: Int
      var code: Int32?
      var signal: Int32?
      var cause: InstanceObservation.End.Cause?
    }

    var servingAt: Int { max(registeredAt, initializedAt) }
    func isRunning(at moment: Int) -> Bool { moment >= startedAt && moment < exit?.at ?? .max }
    func worker(at moment: Int) -> WorkerID? { workers.last { $0.since <= moment }?.id }
  }

  /// One call.
  struct Session: Sendable {
    let id: SessionID
    let room: String
    /// The instance that was given it, by its index; nil: none was there.
    let instance: Int?
    let createdAt: Int
    /// When its agent took it; nil: none ever does.
    var startedAt: Int?
    /// When its agent was gone in truth.
    var endedAt: Int
    var ending: Ending
    var personLeftAt: Int
    /// Until when the server lists its agent.
    var agentListedUntil: Int
    /// How long after its start a lagging listing lacks it.
    let arrivalLag: Int
    /// The worker id that its instance had when it was given the session.
    let worker: WorkerID?

    /// Whether its worker has it and no agent ever joins.
    var isDropped: Bool { ending == .cut(.dropped) }

    func isServed(at moment: Int) -> Bool { moment < endedAt && startedAt.map { $0 <= moment } == true }
  }

  /// How a call ends.
  enum Ending: Hashable, Sendable {
    case personLeft, agentLeft, roomClosed
    case cut(Cut)
    case unserved
    /// Its server restarted, and lost it with every other one.
    case lost
  }

  /// What cuts a call.
  enum Cut: String, Hashable, Sendable, CaseIterable {
    case kill, jobKilled, groupTerminated, raised, drainTimedOut, deadline, outOfMemory, scaledDown, preempted, frozen
    /// Given to a worker and still waiting for a process when its drain was done (livekit-agents 1.3.12).
    case dropped

    /// Whether it ends the call alone and leaves its worker alive.
    var isOfOneJob: Bool { self == .jobKilled || self == .raised }

    var cause: InstanceObservation.End.Cause? {
      switch self {
      case .kill: .killed
      case .deadline: .deadline
      case .outOfMemory: .outOfMemory
      case .scaledDown: .scaledDown
      case .preempted: .preempted
      default: nil
      }
    }
  }

  /// How one region of a fleet lags behind the others.
  enum Lag: String, Sendable, CaseIterable {
    /// The new version comes to it later, and it changes over then: nothing is wrong in the end.
    case late
    /// Its old instances drain, and the new version never starts there.
    case empties
    /// The new version never starts there, and its old instances serve on, told nothing.
    case keepsOld
    /// The new version serves there, and its old instances serve on beside it, told nothing.
    case keepsBoth
  }

  /// What goes wrong in a history; at most one thing, so that each verdict has one reason.
  enum Trouble: String, Sendable, CaseIterable {
    case none, noTraffic
    case wrapperSwallows, launcherDies, oneNeverReacts, acceptsWhileDraining, lateView, oldComesBack
    case drainTimeoutCut, drainDropsAssigned, deadlineCut, killAll, killJob, groupTerminated, oldRaises, oldFreezes
    case incomingRaises, incomingJobKilled, incomingKilled, incomingOutOfMemory, incomingScaledDown, incomingPreempted
    case incomingCrashesBeforeConnect, incomingFreezes, incomingNeverServes
    /// Harmless: an idle instance of the incoming version dies and the platform starts another.
    case idleRestart
    /// Harmless in itself: sessions outlast the watch.
    case longSessions
    /// Nobody's but the LiveKit server's, which restarts under all its calls. Only some seeds are given it: it is not drawn,
    /// so that the histories of all others stay what they were.
    case serverRestarts

    static let drawn = allCases.filter { $0 != .serverRestarts }
  }
}
