package import Cutover
import Documents
import Libraries
package import Machine
import SessionSources
package import Vocabulary
package import Web

/// The server side of LiveKit's worker protocol, small enough to live in a rehearsal: workers register unchanged, are
/// offered sessions, and end them.
///
/// It has no rooms: an agent that joins its room needs a real LiveKit server. As a session source it lists every session by
/// identity, with the worker that took it and how it ended.
package struct DispatchServer: Sendable {
  /// How the server behaves.
  package struct Options: Sendable {
    /// The API key that workers sign with.
    package var apiKey = "sluice"
    /// The API secret that workers sign with; at least 32 bytes, as the SDK asks for.
    package var apiSecret: String
    /// How long a worker may take to answer an offer: 10 s on livekit-server 1.13.5.
    package var answerTimeout: Duration = .seconds(10)
    /// How long a connection may take to register: 10 s on livekit-server 1.13.5.
    package var registrationTimeout: Duration = .seconds(10)
    /// How long a worker that vanished may take to register again before its sessions count as lost.
    package var reconnectPatience: Duration = .seconds(3)
    /// Offers each session to a worker that has reported itself full first, as a server with a late view of it does.
    package var offersToFull = false
    /// The time between pings: 10 s on livekit-server 1.13.5.
    package var pingInterval: Duration = .seconds(10)

    /// The defaults, with a secret of their own.
    package init() { apiSecret = Hashing.hexadecimal(.sha256, of: Hashing.randomBytes(32)) }
  }

  /// What the server was told to do.
  package let options: Options
  /// Who is connected and what became of each session.
  package let dispatcher: Dispatcher
  private let http: HTTPServer

  /// Binds a loopback port, of the system's choice when it is 0; `run` serves. Requests of no worker go to `rooms` first,
  /// where there is one: a server that has rooms answers them, nil leaves them to this one.
  package init(
    options: Options = Options(), port: UInt16 = 0, wallClock: WallClock,
    rooms: (@Sendable (HTTPRequest) async -> HTTPServer.Answer?)? = nil
  ) throws {
    let dispatcher = Dispatcher(options: options, wallClock: wallClock)
    self.options = options
    self.dispatcher = dispatcher
    http = try HTTPServer(at: .loopback(port: port)) { request in
      if request.path != "/agent", let answer = await rooms?(request) { return answer }
      return await Self.answer(request, dispatcher, options)
    }
  }

  /// `ws://127.0.0.1:PORT`, what workers get as LIVEKIT_URL.
  package var url: String { "ws://127.0.0.1:\(http.port)" }

  /// What a worker needs in its environment to register here.
  package var environment: [String: String] {
    ["LIVEKIT_URL": url, "LIVEKIT_API_KEY": options.apiKey, "LIVEKIT_API_SECRET": options.apiSecret]
  }

  /// Serves until the task is cancelled or `stop` is called.
  package func run() async { await http.run() }

  /// Ends every connection; `run` returns.
  package func stop() { http.stop() }

  private static func answer(
    _ request: HTTPRequest, _ dispatcher: Dispatcher, _ options: Options
  ) async -> HTTPServer.Answer {
    switch request.path {
    case "/agent":
      if let refusal = WorkerAdmission.refusal(of: request, options: options, at: dispatcher.wallClock.now) {
        return .response(refusal)
      }
      var socket = WebSocket.Options()
      socket.heartbeat = options.pingInterval
      // A real server does not drop a worker for silence: a hung one stays registered (seen for 180 s).
      socket.patience = .seconds(86_400)
      return .webSocket(options: socket) { await dispatcher.serve($0) }
    case "/sluice/sessions":
      // What `dispatch-server` sources of other processes read; it needs the same key as a worker.
      if let refusal = WorkerAdmission.refusal(of: request, options: options, at: dispatcher.wallClock.now) {
        return .response(refusal)
      }
      do {
        return .response(.json(try CanonicalJSON.encode(await dispatcher.observation)))
      } catch {
        return .response(.text("the sessions cannot be encoded", status: 500))
      }
    case "/": return .response(.text("OK"))
    case _ where request.path.hasPrefix("/rtc"):
      await dispatcher.noteJoinAttempt()
      return .response(.text("this server has no rooms", status: 404))
    default: return .response(.text("404 page not found", status: 404))
    }
  }
}

/// Lists the sessions of a dispatch server in the same process.
extension DispatchServer: SessionSource {
  package var traits: SourceTraits { DispatchServer.traits(SourceID("dispatch-server")) }

  /// What any view of a dispatch server can tell: sessions by identity, who waits, and how each ended, without a lag.
  package static func traits(_ id: SourceID) -> SourceTraits {
    SourceTraits(id: id, kind: "dispatch-server", sees: [.sessions, .unserved, .endings])
  }

  package func reading(within limit: Duration) async -> Reading {
    let observation = await dispatcher.observation
    return Reading(source: traits.id, takenAt: dispatcher.wallClock.now, answer: .snapshot(observation))
  }
}
