import Cutover
import Vocabulary

/// Answers the questions of on-call from a case, in their order; never a guess.
struct OnCall {
  let file: CaseFile
  let fleet: FleetState
  let assessment: Assessment?

  /// nil where no fleet was looked at.
  init?(_ file: CaseFile) {
    guard let fleet = file.fleet else { return nil }
    self.file = file
    self.fleet = fleet
    assessment = file.run?.assessment
  }

  var answers: [OnCallAnswer] {
    [rolloutInProgress, newSessionsLand, oldStopsReceiving, signalReaches, clockBinds, whoIsCut]
  }

  // MARK: What is known

  /// The version that should take new sessions; nil: not known.
  var incoming: VersionName? {
    // The platform's own word goes before a run that may be of last week.
    if let current = fleet.current, let first = current.first {
      return fleet.change.flatMap { current.contains($0.incoming) ? $0.incoming.version : nil } ?? first.version
    }
    return assessment?.incoming
  }

  /// Instances that some source lists as alive, each once, by id.
  var alive: [InstanceObservation] {
    var found: [InstanceID: InstanceObservation] = [:]
    for reading in fleet.readings {
      guard case .snapshot(let listing) = reading.answer else { continue }
      for instance in listing.instances where instance.end == nil && instance.phase != .ended {
        guard let known = found[instance.id] else {
          found[instance.id] = instance
          continue
        }
        found[instance.id]?.sessions = [known.sessions, instance.sessions].compactMap(\.self).max()
        found[instance.id]?.drain = known.drain ?? instance.drain
        found[instance.id]?.version = known.version ?? instance.version
      }
    }
    return found.values.sorted { $0.id < $1.id }
  }

  /// Live instances that run another version, or an earlier turn, than the incoming one.
  var outgoing: [InstanceObservation] {
    guard let incoming else { return [] }
    let turn = fleet.current?.first { $0.version == incoming }?.id
    return alive.filter { instance in
      guard let version = instance.version else { return false }
      if version != incoming { return true }
      guard let turn, let own = instance.generation else { return false }
      return own != turn
    }
  }

  /// Sessions that are live by a source that lists them; nil: none lists them, or those that do gave no answer.
  var sessions: [SessionObservation]? {
    let listing = fleet.sources.filter { $0.sees.contains(.sessions) }.map(\.id)
    var found: [SessionID: SessionObservation]?
    for reading in fleet.readings where listing.contains(reading.source) {
      guard case .snapshot(let snapshot) = reading.answer else { continue }
      var sessions = found ?? [:]
      for session in snapshot.sessions where session.end == nil && session.agent != .absent {
        sessions[session.id] = sessions[session.id] ?? session
      }
      found = sessions
    }
    return found.map {
      $0.values.sorted { ($0.startedAt?.nanoseconds ?? 0, $0.id) < ($1.startedAt?.nanoseconds ?? 0, $1.id) }
    }
  }

  /// The instance that serves a session, by its name or by the worker that it registered as.
  func instance(of session: SessionObservation) -> InstanceObservation? {
    alive.first { instance in
      session.instance == instance.id || session.worker.map(instance.workers.contains) == true
    }
  }

  /// The version of a session, by itself or by its instance; nil: not known.
  func version(of session: SessionObservation) -> VersionName? { session.version ?? instance(of: session)?.version }

  /// What the last run says, as evidence.
  func runEvidence(_ excerpt: String, at: Timestamp? = nil) -> [Evidence] {
    guard let run = file.run else { return [] }
    return [Evidence(source: "journal", locator: run.journal, at: at ?? assessment?.at, excerpt: excerpt.harmless)]
  }

  func evidence(of instances: [InstanceObservation]) -> [Evidence] {
    instances.prefix(5).map { instance in
      var words = ["\(instance.id.rawValue)", instance.version?.rawValue, instance.phase.word].compactMap(\.self)
      words.append(instance.sessions.map { "\($0) sessions" } ?? "sessions not counted")
      if let told = instance.drain?.requestedAt { words.append("told to drain at \(told.timeOfDay)") }
      if let note = instance.note { words.append(note) }
      return Evidence(
        source: fleet.platform.map { SourceID($0) } ?? "sources", at: file.gatheredAt,
        excerpt: words.joined(separator: ", ").harmless)
    }
  }

  func answer(
    _ id: OnCallAnswer.Question, _ state: OnCallAnswer.State, _ text: String, _ evidence: [Evidence] = [],
    toSeeIt: String? = nil
  ) -> OnCallAnswer {
    OnCallAnswer(
      id: id, question: id.text, state: state,
      answer: (state == .cannotTell ? "cannot tell: " : "") + text, evidence: evidence, toSeeIt: toSeeIt)
  }

  func names(_ instances: [InstanceObservation]) -> String {
    let shown = instances.prefix(5).map(\.id.rawValue.harmless).joined(separator: ", ")
    return shown + (instances.count > 5 ? " and \(instances.count - 5) more" : "")
  }

  func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}

extension OnCallAnswer.Question {
  /// The question as people ask it.
  var text: String {
    switch self {
    case .rolloutInProgress: "Is a rollout in progress?"
    case .newSessionsLand: "Are new sessions going to the new version?"
    case .oldStopsReceiving: "Are old instances still taking work?"
    case .signalReaches: "Does SIGTERM reach the agent process?"
    case .clockBinds: "Which clock binds, and when?"
    case .whoIsCut: "Who will be cut?"
    }
  }
}
