/// The programs that `--explain` prints; each runs as it is with livekit-agents 1.8.9.
enum StartupExample: String, CaseIterable, Sendable {
  case agent, database, fallback, cleanup, handshake, production

  /// The name under which it is meant to be kept.
  var file: String { "\(rawValue).py" }

  /// What it shows.
  var summary: String {
    switch self {
    case .agent: "the recommended shape: prewarm, connect first, settings checked before the worker starts"
    case .database: "one engine in each process, sized for all of them"
    case .fallback: "a retry, and a process that goes on without VAD"
    case .cleanup: "what is opened is closed, whatever happens after"
    case .handshake: "the supervisor's handshake, many times, without a server"
    case .production: "limits, ports and metrics"
    }
  }

  /// The program, with a line end.
  var program: String {
    switch self {
    case .agent: StartupExample.agentProgram
    case .database: StartupExample.databaseProgram
    case .fallback: StartupExample.fallbackProgram
    case .cleanup: StartupExample.cleanupProgram
    case .handshake: StartupExample.handshakeProgram
    case .production: StartupExample.productionProgram
    }
  }
}
