import Libraries
import LiveKit
import Machine
import Vocabulary
import Web

/// A `livekit-server` on free loopback ports, with a key made for it, that lives as long as its rehearsal.
///
/// Key and configuration go by its environment, so that nothing secret is in its arguments. Its log, JSON at the level
/// `debug`, is kept with the run.
package struct OwnLiveKitServer: Sendable {
  /// The key that it takes.
  let credentials: LiveKitCredentials
  /// Where its log is.
  let log: String
  private let specification: KeeperSpecification
  private let environment: [String: String]
  private let keeper: [String]
  private let running: Locked<ProcessIdentity?>

  /// The program's name, as it is searched on PATH.
  package static let program = "livekit-server"

  /// A server that is not started yet; its log goes to a folder that exists.
  ///
  /// `keeper` is the program's hidden subcommand that keeps it, so that it ends with this program however that ends.
  /// `running` is where it can be found while it runs, for whoever must leave at once.
  init(
    program: String, environment: [String: String], folder: String, keeper: [String],
    running: Locked<ProcessIdentity?>
  ) throws {
    let (port, media) = (try Self.freePort(), try Self.freePort())
    let secret = Hashing.hexadecimal(.sha256, of: Hashing.randomBytes(32))
    guard let server = LiveKitServer("http://127.0.0.1:\(port)") else {
      preconditionFailure("an address that is none")
    }
    credentials = LiveKitCredentials(server: server, apiKey: "rehearsal", secret: Secret(secret))
    log = "\(folder)/livekit-server.log"
    (self.keeper, self.running) = (keeper, running)
    var environment = environment.filter { !$0.key.hasPrefix("LIVEKIT_") }
    environment["LIVEKIT_KEYS"] = "rehearsal: \(secret)"
    environment["LIVEKIT_CONFIG"] = """
      port: \(port)
      bind_addresses: ["127.0.0.1"]
      rtc:
        tcp_port: \(media)
        udp_port: \(media)
        use_external_ip: false
        enable_loopback_candidate: true
      logging:
        json: true
        level: debug
      """
    self.environment = environment
    specification = KeeperSpecification(
      command: [program, "--node-ip", "127.0.0.1"], stateFile: "\(folder)/livekit-server.state", outputFile: log,
      errorFile: log, guardian: Host.process)
  }

  /// A port that nobody listens on at this moment.
  private static func freePort() throws -> UInt16 {
    let socket = try Socket.listener(at: .loopback())
    defer { withExtendedLifetime(socket) {} }
    return socket.localAddress?.port ?? 0
  }

  /// Runs it until the task is cancelled; returns why it ended by itself.
  ///
  /// A server that is told to stop waits for its people, and a second signal makes it leave at once: it is killed instead.
  func run() async -> (any Failure)? {
    do {
      let process = try await specification.start(keeper: keeper, environment: environment).identity
      running.withLock { $0 = process }
      defer { running.withLock { $0 = nil } }
      let end = try await withTaskCancellationHandler {
        // The end is waited for in any case: a task of its own is not cancelled with this one.
        try await Task { try await KeptProcess.waitForEnd(specification.stateFile) }.value
      } onCancel: {
        process.send(.terminate)
        Task {
          try await Task.sleep(for: .seconds(2))
          process.sendToGroup(.kill)
        }
      }
      return Task.isCancelled ? nil : RehearsalFailure.serverEnded(how: "\(end.how)", log: log)
    } catch {
      return error as? any Failure ?? RehearsalFailure.serverEnded(how: "\(error)".harmless, log: log)
    }
  }

  /// Waits until it answers; throws when it does not in time.
  func awaitAnswer(
    _ http: HTTPClient, clock: any Clock<Duration>, unless failure: @Sendable () -> (any Failure)?
  ) async throws {
    let url = credentials.server.url
    let answers = try await repeating(every: .milliseconds(100), within: .seconds(20), clock: clock) { () -> Bool? in
      if let failure = failure() { throw failure }
      var request = HTTPClient.Request(.get, url)
      request.timeout = .seconds(2)
      // Nobody listens at first.
      return (try? await http.send(request))?.status == 200 ? true : nil
    }
    if answers == nil { throw RehearsalFailure.serverSilent(url: url, log: log) }
  }
}
