import Vocabulary

/// What all sources together say of one session.
struct SessionRecord: Sendable {
  let id: SessionID
  /// What each source says of it.
  var views: [View] = []
  var room: String?
  var region: RegionName?
  var isProbe = false
  /// The strongest word on its version.
  var claim: Claim?
  /// The instance that serves it.
  var instance: Int?
  var role = InstanceRecord.Role.unknown
  /// When its agent took it.
  var start: MomentBounds?
  /// The best estimate of that moment.
  var startedAt: Timestamp?
  /// When it was first seen without an agent, with a person in it; nil: it was not.
  var waitingSince: Timestamp?
  /// The last moment at which it was known not to wait yet; nil: not known.
  var waitingAfter: Timestamp?
  /// Whether it waits in a room that an agent served before: left behind, not unserved.
  var isAfterService = false
  var life = Life.waiting
  /// When the person was last known to be in it, and first known to have left.
  var personSeenAt: Timestamp?
  var personGoneBy: Timestamp?
  /// Whether a person was seen in it after its agent had gone.
  var isPersonLeftBehind = false
  /// Whether it has waited for so long that it may not be served at all.
  var isWaitingLong = false
  /// Whether it waited longer than an agent may take.
  var isUnserved = false
  /// How many sessions of its worker ended in the same poll as the worker.
  var vanishedTogether = 0
  var marks: SessionMarks = []
  /// Whether its assignment latency has been measured.
  var isMeasured = false
  /// What it adds to counters beyond the tallies.
  var contribution = Contribution()

  init(id: SessionID) { self.id = id }

  struct View: Sendable {
    let source: Int
    var observation: SessionObservation
    var isListed: Bool
    /// The last moment at which the source listed it with its agent, and the first at which it no longer did.
    var goneAfter: Timestamp?
    var goneBy: Timestamp?
    /// Whether this is the first that the source said of it.
    var isFirst = true
    /// Whether the source's first sight of its agent has been used to tell when it started.
    var hasTimedStart = false

    /// Whether the source has dropped it or says that it ended.
    var hasEnded: Bool { goneBy != nil || observation.end != nil }
  }

  /// Takes in what a source says of it.
  mutating func take(_ observation: SessionObservation, source: Int, at moment: Timestamp, after: Timestamp?) {
    guard let place = views.firstIndex(where: { $0.source == source }) else {
      let place = views.firstIndex { $0.source > source } ?? views.count
      var view = View(source: source, observation: observation, isListed: true)
      if observation.end != nil { view.goneBy = moment }
      views.insert(view, at: place)
      return
    }
    let isGone = observation.end != nil || observation.agent == .absent
    if !isGone {
      (views[place].goneAfter, views[place].goneBy) = (nil, nil)
    } else if views[place].goneBy == nil {
      (views[place].goneAfter, views[place].goneBy) = (after, moment)
    }
    views[place].observation = observation
    views[place].isListed = true
    views[place].isFirst = false
  }

  /// Takes in that a source no longer lists it.
  mutating func delist(_ source: Int, at moment: Timestamp, after: Timestamp?) {
    guard let place = views.firstIndex(where: { $0.source == source }) else { return }
    views[place].isListed = false
    views[place].isFirst = false
    if views[place].goneBy == nil { (views[place].goneAfter, views[place].goneBy) = (after, moment) }
  }

  /// What a session adds to the counters of its instance and its version.
  struct Contribution: Hashable, Sendable {
    var instance: Int?
    var region: RegionName?
    var version: String?
    var stage = Stage.none
    var isStarted = false
    var isProbe = false
  }

  /// Where a session stands, for counting.
  enum Stage: Hashable, Sendable { case none, live, undecided, normal, cut, unclear }

  /// A word on a session's version.
  struct Claim: Hashable, Sendable {
    var version: VersionName
    var basis: Basis
    var source: Int
  }

  /// Where a session stands.
  enum Life: Sendable {
    /// No agent has taken it.
    case waiting
    case live
    /// Its agent is gone; how it ended is being found out.
    case ending(Ending)
    case ended(EndDecision, Ending)
    /// It was never served, and is no longer listed.
    case withdrawn
  }

  /// When a session ended.
  struct Ending: Sendable {
    /// The last moment at which its agent was known to be there; nil: not known.
    var after: Timestamp?
    /// The first at which it was known to be gone.
    var by: Timestamp
    /// The sample in which that was seen.
    var sample: Int
    /// How long its source lists a dead agent's session on.
    var lingering: Duration
  }

  var isLive: Bool { if case .live = life { true } else { false } }

  var ending: Ending? {
    switch life {
    case .ending(let ending), .ended(_, let ending): ending
    default: nil
    }
  }

  var decision: EndDecision? { if case .ended(let decision, _) = life { decision } else { nil } }

  /// Whether some source still lists it.
  var isListed: Bool { views.contains { $0.isListed } }

  /// What a source said of its end, the word that decides most first.
  var stated: SessionObservation.End? {
    var best: SessionObservation.End?
    for view in views {
      guard let end = view.observation.end else { continue }
      if best == nil || end.sign.weight > (best?.sign.weight ?? 0) { best = end }
    }
    return best
  }
}

extension SessionObservation.Sign {
  /// How much a sign decides when sources differ: what proves a cut first, then what was not the session's own end, what is
  /// unknown last.
  var weight: Int {
    switch self {
    case .connectionLost, .drainTimedOut, .crashed: 5
    case .serverRestarted: 4
    case .personLeft, .roomClosed, .terminated: 3
    case .agentLeft: 2
    case .workerGone: 1
    case .unknown: 0
    }
  }
}
