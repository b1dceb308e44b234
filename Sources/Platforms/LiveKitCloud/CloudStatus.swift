import Cutover
import LiveKit
import Vocabulary

extension CloudAgent.Status {
  /// What LiveKit Cloud's word for a row says about sessions.
  enum Meaning: Hashable {
    /// Its replicas can be given sessions, if there are any.
    case running
    /// It may come to serve.
    case onItsWay(String)
    /// It may come to serve, and something is wrong.
    case troubled(String)
    /// It will not serve.
    case hopeless(String)
    /// Nothing that could be taken for anything.
    case unknown
  }

  var meaning: Meaning {
    switch self {
    case .running: .running
    case .settingUp: .onItsWay("it is being set up")
    case .building: .onItsWay("its image is being built")
    case .updating: .onItsWay("an update of it is pending")
    case .scheduling: .onItsWay("it waits for a machine")
    case .waking: .onItsWay("it wakes up")
    case .sleeping: .onItsWay("it sleeps for want of sessions; the next one wakes it in 10 to 20 s")
    // Seen on agents without a replica that went on working: not proof that it is broken.
    case .error: .troubled("it reports an error; on a plan that scales to zero that can be idleness")
    case .serverError: .troubled("LiveKit Cloud has an error of its own")
    case .deleting: .hopeless("it is being deleted")
    case .deleted: .hopeless("it was deleted")
    case .crashLoop: .hopeless("its process ends again and again after it has started")
    case .buildFailed: .hopeless("its image could not be built")
    case .suspended: .hopeless("LiveKit has suspended it: look at the project's plan and usage")
    case .unknown: .unknown
    }
  }

  /// The word as LiveKit Cloud writes it; `no status` where it writes none.
  var text: String {
    if case .unknown(let word) = self { return word.isEmpty ? "no status" : word }
    return CloudAgent.Status.words.first { $0.value == self }?.word ?? "no status"
  }

  /// The phase of a row's replicas; of states that are not on the way to anything the word itself, which is never success.
  var phase: InstanceObservation.Phase {
    switch meaning {
    case .onItsWay where self == .sleeping: .unknown(text)
    case .running, .onItsWay: .starting
    case .troubled, .hopeless, .unknown: .unknown(text)
    }
  }

  /// What the word means, one sentence; nil where that is plain.
  var note: String? {
    switch meaning {
    case .running: nil
    case .onItsWay(let words), .troubled(let words), .hopeless(let words): words
    case .unknown: "a status that sluice does not know"
    }
  }
}

extension CloudAgent.Row {
  /// What has happened to its replicas, in words; nil: nothing that the service tells.
  var eventNote: String? {
    let words = events.filter { $0.count > 0 }.map { event in
      switch event.kind {
      case .applicationCrashed: "crashed \(event.count) times"
      case .restartedForDiskUsage: "restarted \(event.count) times for its disk usage"
      case .restartedForMemoryUsage: "restarted \(event.count) times for its memory usage"
      case .unknown(let word): "\(word.harmless) \(event.count) times"
      }
    }
    return words.isEmpty ? nil : words.joined(separator: ", ")
  }
}
