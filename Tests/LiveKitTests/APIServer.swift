import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// An HTTP server that answers what a test tells it to, and a client that asks it.
struct APIServer {
  static let now = Timestamp("2026-11-21T14:05:11Z") ?? Timestamp(nanoseconds: 0)
  static let secret = Secret("secretsecretsecretsecretsecretsecret")

  let client: LiveKitClient
  private let log: Locked<[HTTPRequest]>

  /// What was asked so far, in order.
  var requests: [HTTPRequest] { log.withLock { $0 } }

  /// Serves for the time of the body, project and hosted agents under one address.
  static func serving<Result>(
    _ answer: @escaping @Sendable (HTTPRequest) async -> HTTPResponse,
    _ body: (APIServer) async throws -> sending Result
  ) async throws -> sending Result {
    let log = Locked<[HTTPRequest]>([])
    let server = try HTTPServer { request in
      log.withLock { $0.append(request) }
      return .response(await answer(request))
    }
    async let running: Void = server.run()
    let http = HTTPClient()
    let address = "http://127.0.0.1:\(server.port)"
    let location = try #require(LiveKitServer(address, agentsOverride: address))
    let credentials = LiveKitCredentials(server: location, apiKey: "devkey", secret: secret)
    var client = LiveKitClient(credentials, http: http, clock: WallClock { now })
    client.timeout = .seconds(60) * Patience.factor
    do {
      let result = try await body(APIServer(client: client, log: log))
      server.stop()
      await running
      await http.shutDown()
      return result
    } catch {
      server.stop()
      await running
      await http.shutDown()
      throw error
    }
  }

  /// What a call fails with; nil when it does not.
  static func failure<Result>(_ body: () async throws -> Result) async -> LiveKitFailure? {
    do {
      _ = try await body()
      return nil
    } catch {
      return error as? LiveKitFailure
    }
  }

  /// What calls to one server that always answers the same fail with, or that they do not.
  static func failure(
    of response: HTTPResponse, _ call: @Sendable (LiveKitClient) async throws -> Void
  ) async throws -> LiveKitFailure? {
    try await serving({ _ in response }) { server in await failure { try await call(server.client) } }
  }

  /// Everything that a value shows of itself.
  static func everything(_ value: some Any) -> String {
    var text = "\(value) \(String(reflecting: value))"
    dump(value, to: &text)
    return text
  }
}
