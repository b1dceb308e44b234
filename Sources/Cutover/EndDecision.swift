import Vocabulary

/// How a session ended, with what shows it.
enum EndDecision: Hashable, Sendable {
  /// Somebody ended it who may: a person, the agent, whoever closed the room.
  case normal(String)
  /// It was taken away under the people in it.
  case cut(String)
  /// What was seen fits both.
  case unclear(String)

  /// What shows it.
  var why: String {
    switch self {
    case .normal(let why), .cut(let why), .unclear(let why): why
    }
  }
}

/// Everything that was seen of one session's end; from it alone the end is decided.
///
/// The table of signs was seen on livekit-server 1.13.5 with livekit-agents 1.8.9: an agent follows a person who hangs up
/// within 3 s, a killed agent stays listed for 21 s, a worker that has drained exits within 0.5 s of its last session.
struct EndSigns: Hashable, Sendable {
  /// What a source that sees endings said.
  var sign: SessionObservation.Sign?
  /// Who was seen to leave first.
  var order = Order.unknown
  /// For how long at least the agent stayed after the person had left.
  var outlived: Duration?
  /// For how long after its worker's end it was still listed with its agent.
  var listedAfterDeath: Duration?
  /// How far the moments may be off from which that is told.
  var clockSlack = Duration.zero
  /// For how long its worker counted fewer sessions than were listed on it.
  var ghostFor: Duration?
  /// For how long the workers of its version together did, where nobody says which of them had it.
  var versionGhostFor: Duration?
  /// How long its source lists a session on whose agent has died.
  var lingering = Duration.zero
  /// What is known of its worker.
  var worker = Worker.unknown
  /// Whether the worker's log or exit says that it ended after its drain was done.
  var isWorkerDrained = false
  /// What killed its worker, in words; nil: nothing is known to have.
  var workerKill: String?
  /// Whether that came without a word to its agents: then they stay listed for as long as their source lists the dead.
  var isKillSudden = false
  /// Whether its worker is known to have exited by itself, with whatever status.
  var hasExited = false
  /// Whether the drain window of its worker was over when it ended.
  var pastWindow = Certainty.no
  /// Whether one of the workers that may have had it was killed or vanished, and which one had it is not known.
  var isPerhapsKilled = false
  /// Whether one of the workers that may have had it could not be reached while it was listed on.
  var isPerhapsLost = false
  /// Whether it was listed on when none of the workers that may have had it could be reached any more.
  var hasOutlastedWorkers = false
  /// Whether its worker may have been dead for longer than an agent follows while it was still listed.
  var isPerhapsOfTheDead = false
  /// How many sessions of its worker ended in the same poll as the worker, people left behind.
  var vanishedTogether = 0
  /// Whether this target's agents end calls by themselves.
  var agentHangsUp = Policy.AgentHangsUp.unexpected
  /// Whether it was gone sooner than a killed agent is, even if its worker was killed as early as it can have been.
  var isGoneAtOnce = false
  /// Whether whoever sees workers, where somebody does, has looked since it was last listed.
  var isWorkerSeen = true
  /// Whether a source that sees endings still lists it without one: then that source has the word.
  var isAwaitingWord = false
  /// Whether what lists it was written before its worker ended: whether it still ran then is not known.
  var isListingOlder = false
  /// Whether everything that could still arrive would have arrived.
  var isOver = false

  enum Order: Hashable, Sendable { case personFirst, agentFirst, together, unknown }
  enum Certainty: Hashable, Sendable { case no, maybe, yes }
  /// What is known of a session's worker around its end.
  enum Worker: Hashable, Sendable {
    /// Seen alive after the session's end.
    case aliveAfter
    /// Seen alive, but not yet after the session's end.
    case aliveBefore
    /// Its end was seen, in the same poll or before or after.
    case ended
    /// Nobody could reach it.
    case unreachable
    case unknown
  }

  /// An agent follows its person within 3 s; twice that separates it from one that is only listed on.
  static let patience: Duration = .seconds(6)

  /// A worker whose drain is done or has timed out exits within 0.5 s of its last session: one that is seen alive a second
  /// later lives on.
  static let afterlife: Duration = .seconds(1)

  /// The decision; nil while evidence may still arrive.
  var decision: EndDecision? {
    if let certain { return certain }
    switch sign {
    case .terminated: return .normal("ended as its caller asked")
    case .roomClosed: return .normal("its room was closed")
    case .personLeft: return personLed
    case .workerGone: return workerGone
    case .agentLeft where pastWindow == .no: return .normal("the agent ended it")
    default: return listed
    }
  }

  private var outlivedItsPerson: Bool { (outlived ?? .zero) > EndSigns.patience }

  /// Signs that need no second look.
  private var certain: EndDecision? {
    switch sign {
    case .connectionLost: return .cut("the connection to its agent was lost")
    case .drainTimedOut: return .cut("its worker's drain timed out under it")
    case .crashed: return .cut("its agent crashed")
    default: break
    }
    if let listedAfterDeath, listedAfterDeath > EndSigns.patience {
      let how = workerKill.map { " (\($0))" } ?? ""
      if worker == .ended, listedAfterDeath <= EndSigns.patience + clockSlack {
        return .unclear(
          "by the clocks of two sources it was listed for \(listedAfterDeath.text) after its worker had ended")
      }
      if worker == .ended {
        return .cut("its worker was dead\(how) while it was still listed, for \(listedAfterDeath.text)")
      }
      if worker == .unreachable, order != .personFirst {
        return .cut(
          "its worker could not be reached any more, and its agent was listed for \(listedAfterDeath.text) on")
      }
    }
    // What its worker counts meanwhile says nothing: it lost its server, and the call with it.
    if sign == .serverRestarted { return .unclear("the LiveKit server restarted under it, which was not the drain") }
    if let versionGhostFor, versionGhostFor > EndSigns.patience, (sign?.weight ?? 0) < 3 {
      return .unclear("the workers of its version did not count it for \(versionGhostFor.text) while it was listed")
    }
    if let ghostFor, ghostFor > EndSigns.patience {
      let what = "its worker did not count it for \(ghostFor.text) while it was still listed"
      switch sign {
      case .terminated, .roomClosed: return nil
      case .personLeft: return .unclear(what)
      default: return order == .personFirst && worker != .ended ? .unclear(what) : .cut(what)
      }
    }
    return nil
  }

  private var personLed: EndDecision? {
    guard outlivedItsPerson, let outlived else { return .normal("the person left and the agent followed") }
    let what = "the agent stayed listed for \(outlived.text) after the person had left"
    if worker == .ended, !isWorkerDrained { return .cut("\(what), and its worker is dead") }
    return isOver ? .unclear(what) : nil
  }

  private var workerGone: EndDecision? {
    if isWorkerDrained {
      if order == .personFirst { return .normal("the person left, and its worker finished its drain") }
      // A drain that is over and a session that runs are no contradiction: livekit-agents 1.3.12 waits for the processes
      // of its calls, and drops calls that still wait for a process.
      guard isOver else { return nil }
      let what = "its worker ended its drain and closed its connection while it ran"
      return agentHangsUp == .expected ? .unclear(what) : .cut(what)
    }
    if let workerKill { return .cut("its worker's connection closed under it: \(workerKill)") }
    guard isOver else { return nil }
    if worker == .ended { return .cut("its worker's connection closed under it, and its worker is gone") }
    return .unclear("its worker's connection closed while it ran")
  }

  /// The decision from who left first and what became of the worker.
  private var listed: EndDecision? {
    guard isWorkerSeen else { return nil }
    if isAwaitingWord {
      return isOver ? .unclear("its agent is gone, and the source that sees how sessions end does not say how") : nil
    }
    if isPerhapsKilled {
      return isOver ? .unclear("a worker of its version ended in another way than by its drain about then") : nil
    }
    switch worker {
    case .aliveAfter: return withWorkerAlive
    case .ended: return withWorkerEnded
    case .aliveBefore, .unreachable, .unknown: return withWorkerUnseen
    }
  }

  private var withWorkerUnseen: EndDecision? {
    // A worker lives on until its last session has ended; an agent that died stays listed, and its person may give up.
    if hasOutlastedWorkers {
      return isOver ? .unclear("it was listed on when no worker of its version could be reached any more") : nil
    }
    if order == .personFirst { return personLed }
    if order == .agentFirst, pastWindow == .yes {
      let what = "its agent left it after its worker's drain window had passed"
      guard agentHangsUp == .expected else { return .cut(what) }
      return isOver ? .unclear(what) : nil
    }
    if pastWindow == .no {
      // A dead agent stays listed: one that is gone as soon as its person is has followed them.
      if order == .together, lingering > EndSigns.patience { return .normal("person and agent left together") }
      if order == .agentFirst, agentHangsUp == .expected, !isPerhapsLost { return .normal("the agent hung up") }
    }
    guard isOver else { return nil }
    switch worker {
    case .unreachable: return .unclear("its worker could not be reached when it ended")
    case .unknown: return .unclear("nothing is known of its worker")
    default: return .unclear("its worker was not seen after it ended")
    }
  }

  private var withWorkerAlive: EndDecision? {
    switch (order, pastWindow) {
    case (.personFirst, _): return personLed
    case (.agentFirst, .no): return .normal("the agent ended it and its worker lived on")
    case (.agentFirst, .yes): return .cut("its agent left it after its worker's drain window had passed")
    case (_, .no): return .normal("it ended and its worker lived on")
    case (_, .maybe), (_, .yes):
      return isOver ? .unclear("it ended when its worker's drain window ended") : nil
    }
  }

  /// A killed agent stays listed: one that was gone at once had ended before its worker was killed.
  private var endedBeforeKill: EndDecision? {
    switch order {
    case .together:
      return .normal("person and agent left together before its worker was killed: a killed agent stays listed")
    case .agentFirst where agentHangsUp == .expected: return .normal("the agent hung up before its worker was killed")
    case .agentFirst: return .unclear("its agent left it shortly before its worker was killed")
    case .personFirst, .unknown: return nil
    }
  }

  private var withWorkerEnded: EndDecision? {
    if order == .personFirst {
      guard let workerKill, isKillSudden, isPerhapsOfTheDead else { return personLed }
      return isOver ? .unclear("its person left it, perhaps after its worker was dead (\(workerKill))") : nil
    }
    if workerKill != nil, isKillSudden, isGoneAtOnce, pastWindow == .no, let before = endedBeforeKill {
      if case .unclear = before, !isOver { return nil }
      return before
    }
    if isListingOlder {
      return isOver ? .unclear("its worker ended, and no later word says whether it still ran") : nil
    }
    if !isKillSudden, pastWindow == .maybe {
      return isOver ? .unclear("it ended about when its worker's drain timed out") : nil
    }
    if let workerKill { return .cut("its worker ended under it: \(workerKill)") }
    if isWorkerDrained { return .normal("its worker finished its drain") }
    if vanishedTogether >= 2 {
      let what = "\(vanishedTogether) sessions of its worker ended together with it, people left behind"
      guard agentHangsUp == .expected || hasExited else { return .cut(what) }
      return isOver ? .unclear(what) : nil
    }
    if order == .together, lingering > EndSigns.patience, pastWindow == .no {
      return .normal("person and agent left together")
    }
    if order == .agentFirst, agentHangsUp == .expected, pastWindow == .no { return .normal("the agent hung up") }
    guard isOver else { return nil }
    return .unclear("it ended in the same poll as its worker")
  }
}
