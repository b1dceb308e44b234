import Cutover
import Vocabulary

extension PodRecord {
  /// How one life of the agent's container ended, in the words of the verdict.
  enum End: Hashable {
    /// By itself with exit code 0, after it was told to go.
    case drained
    /// By SIGKILL when its time was over.
    case deadline
    /// By something else that is known.
    case known(InstanceObservation.End.Cause)
    /// In a way that says nothing of its sessions: the exit code and signal, where there is one, say the rest.
    case unclear(String)
  }

  /// The instances that this pod is: one for each life of the agent's container that served or that there is no other of.
  func instances(as turn: (String?) -> Generation?, label: String, isReused: Bool, at now: Timestamp)
    -> [InstanceObservation]
  {
    let turn = turn(labels[label])
    // A container that never served had no sessions to lose: its ends are in the note of the one that follows.
    let earlier = lives.keys.filter { $0 < current && lives[$0]?.servingAt != nil }.sorted().suffix(3)
    return (earlier + [current]).map { number in
      var instance = InstanceObservation(
        id: id(ofLife: number, isReused: isReused), version: turn?.version ?? image.map { ImageName($0).version },
        generation: turn?.id ?? labels[label].map { GenerationID($0) }, phase: .starting)
      let life = lives[number] ?? Life()
      instance.startedAt = life.startedAt
      instance.servingAt = life.servingAt
      if let deletion, number == current {
        instance.drain = InstanceObservation.Drain(requestedAt: deletion.requestedAt)
      }
      if number < current || life.terminated != nil || !isAlive {
        describe(end: life, isLast: number == current, in: &instance)
      } else {
        describe(standingAt: now, in: &instance)
      }
      return instance
    }
  }

  /// The name of a life; a pod of a StatefulSet shares its own with those before and after it.
  func id(ofLife number: Int, isReused: Bool) -> InstanceID {
    InstanceID(name + (isReused ? "/\(uid.prefix(8))" : "") + (number == 0 ? "" : "#\(number + 1)"))
  }

  /// The name of the life that is.
  func currentID(isReused: Bool) -> InstanceID { id(ofLife: current, isReused: isReused) }

  private func describe(standingAt now: Timestamp, in instance: inout InstanceObservation) {
    let restarts = current == 0 ? nil : "started again \(current) times; \(lastEnd ?? "how it ended is not known")"
    if let deletion {
      instance.phase = .draining
      // The API's times are whole seconds, and a preStop hook that takes all of the grace gets 2 s more.
      if now > deletion.deadline + .seconds(15), standing.isRunning {
        instance.phase = .unreachable
        instance.note = "past its deadline and no end was reported: its node may be lost"
      } else if let disruption = standing.disruption {
        instance.note = "taken away: \(disruption.harmless)"
      }
      return
    }
    if standing.isRunning {
      if standing.isReady {
        instance.phase = .serving
      } else if standing.isContainerReady, instance.servingAt != nil {
        // The node's silence turns the pod's condition and not the container's.
        instance.phase = .unreachable
        instance.note = "its node does not report any more"
      } else {
        instance.phase = instance.servingAt == nil ? .starting : .unknown("not ready")
        instance.note = instance.servingAt == nil ? restarts : "its readiness probe fails"
      }
      return
    }
    instance.phase = .starting
    let why = [standing.waiting, standing.waitingMessage ?? standing.unschedulable].compactMap { $0?.harmless }
    instance.note = ([why.joined(separator: ": ")] + [restarts].compactMap(\.self)).filter { !$0.isEmpty }
      .joined(separator: "; ")
    if instance.note?.isEmpty == true { instance.note = nil }
  }

  /// How the life before the current one ended, in words.
  var lastEnd: String? {
    lives[current - 1]?.terminated.map { "it ended with \($0.inWords)" }
  }

  private func describe(end life: Life, isLast: Bool, in instance: inout InstanceObservation) {
    instance.phase = .ended
    guard let terminated = life.terminated else {
      instance.note = isLast ? wordsOfVanishing : "how its container ended was not seen"
      return
    }
    let finished = terminated.finishedAt.flatMap { Timestamp($0) }
    guard let finished, terminated.startedAt != nil else {
      instance.note = "ended with \(terminated.inWords): the kubelet did not see how"
      return
    }
    // The API writes whole seconds; an end is never before what preceded it.
    let at = deletion.map { isLast ? max(finished, $0.requestedAt) : finished } ?? finished
    var end = InstanceObservation.End(at: at, exitCode: terminated.exitCode)
    switch self.end(of: terminated, finished: finished, isLast: isLast) {
    case .drained: end.cause = .drained
    case .deadline: end.cause = .deadline
    case .known(let cause): end.cause = cause
    case .unclear(let why): instance.note = why
    }
    // A shell's way of writing that a signal ended it; 128 and more than 64 is a code of the program's own.
    if (129...192).contains(terminated.exitCode) { (end.signal, end.exitCode) = (terminated.exitCode - 128, nil) }
    instance.end = end
  }

  /// By the rules seen on a real control plane: exit 0 is drained, 137 with reason Error and both times is killed, and
  /// everything else says nothing of sessions.
  private func end(
    of terminated: APIObject.ContainerStatus.Terminated, finished: Timestamp, isLast: Bool
  ) -> End {
    if terminated.reason == "OOMKilled" { return .known(.outOfMemory) }
    let deletion = isLast ? deletion : nil
    switch (terminated.exitCode, deletion) {
    case (0, .some): return .drained
    case (0, nil): return .unclear("it ended by itself with exit 0; nobody had told it to")
    case (137, let deletion?) where terminated.reason == "Error":
      if finished >= deletion.deadline - .seconds(1) { return .deadline }
      return .known(standing.disruption == nil ? .killed : .preempted)
    case (137, nil) where terminated.reason == "Error":
      return .known(standing.disruption == nil ? .killed : .preempted)
    case (_, nil): return .known(.crashed)
    case (143, .some): return .unclear("the stop signal ended it, which a worker that drains does not let happen")
    case (_, .some): return .unclear("ended with \(terminated.inWords) after it was told to go")
    }
  }

  private var wordsOfVanishing: String {
    switch removal {
    case .missed(let after, let by):
      "gone between \(after) and \(by), while the watch was closed; how it ended was not seen"
    case .told where standing.disruption != nil:
      "removed with its node or by force (\((standing.disruption ?? "").harmless)); how its container ended was not seen"
    case .told where standing.isRunning:
      "removed while its container ran (by force, or its node is gone); how it ended was not seen"
    case .told: "removed; how its container ended was not seen"
    case nil: "the pod \((standing.phase ?? "ended").harmless); how its container ended was not seen"
    }
  }
}

extension APIObject.ContainerStatus.Terminated {
  /// `exit 137 (OOMKilled)`.
  var inWords: String { "exit \(exitCode)" + (reason.map { " (\($0.harmless))" } ?? "") }
}
