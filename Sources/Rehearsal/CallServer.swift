import SessionSources
import Vocabulary

/// The server that a rehearsal's workers register with and its callers call.
protocol CallServer: Sendable {
  /// What a worker needs in its environment to register.
  var environment: [String: String] { get }
  /// Where the calls can be seen, the source that knows most first.
  var sources: [any SessionSource] { get }
  /// How many workers are registered; nil: the server does not say.
  var registered: Int? { get async }
  /// Serves until the task is cancelled; returns early, with why, when it cannot serve any more.
  func serve() async -> (any Failure)?
  /// Learns under which name the workers are dispatched, before the first call.
  func meet(agentName: String) async
  /// Makes a call of that length and sees it to its end; a task that is cancelled ends it at once.
  func hold(_ room: String, length: Duration, clock: any Clock<Duration>) async
}

extension DispatchServer: CallServer {
  var sources: [any SessionSource] { [self] }
  var registered: Int? { get async { await dispatcher.workerCount } }

  func serve() async -> (any Failure)? {
    await run()
    return nil
  }

  func meet(agentName: String) async { await dispatcher.meet(agentName: agentName) }

  func hold(_ room: String, length: Duration, clock: any Clock<Duration>) async {
    _ = await dispatcher.hold(room: room, length: length, clock: clock)
  }
}
