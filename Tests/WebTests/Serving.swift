import Machine
import TestSupport
import Web

/// Runs a server for the time of the body, and waits until nothing of it is left.
func serving<Result>(
  at address: SocketAddress = .loopback(), limits: HTTPServer.Limits = .init(),
  _ handler: @escaping HTTPServer.Handler, _ body: (HTTPServer) async throws -> sending Result
) async throws -> sending Result {
  let server = try HTTPServer(at: address, limits: limits, handler: handler)
  async let running: Void = server.run()
  do {
    let result = try await body(server)
    server.stop()
    await running
    return result
  } catch {
    server.stop()
    await running
    throw error
  }
}

/// Lends a client and shuts it down.
func withClient<Result>(
  _ configuration: HTTPClient.Configuration = .init(), _ body: (HTTPClient) async throws -> sending Result
) async throws -> sending Result {
  let client = HTTPClient(configuration)
  do {
    let result = try await body(client)
    await client.shutDown()
    return result
  } catch {
    await client.shutDown()
    throw error
  }
}

/// What a call throws; nil when it returns.
func failure<Result>(_ body: () async throws -> Result) async -> WebFailure? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? WebFailure
  }
}

extension HTTPServer {
  /// A URL on this server.
  func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }
  /// The same for WebSockets.
  func webSocketURL(_ path: String = "/") -> String { "ws://127.0.0.1:\(port)\(path)" }
}

/// Descriptors that this process has open.
var openDescriptors: Int { (try? Files.list("/proc/self/fd").count) ?? -1 }

extension WebSocketClient {
  /// Connects with a deadline that a busy machine keeps.
  func open(
    _ url: String, headers: HTTPHeaders = [:], subprotocols: [String] = [], options: WebSocket.Options = .init()
  ) async throws -> WebSocket {
    try await connect(
      url, headers: headers, subprotocols: subprotocols, timeout: .seconds(60) * Patience.factor, options: options)
  }
}
