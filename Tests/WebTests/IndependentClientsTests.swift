import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// Our server before clients that others wrote.
@Suite struct IndependentClientsTests {
  /// What the scripts and curl ask for.
  static let handler: HTTPServer.Handler = { request in
    switch request.path {
    case "/echo":
      var options = WebSocket.Options()
      options.messageBytes = 2 << 20
      return .webSocket(options: options) { socket in
        while let message = try? await socket.receive() { try? await socket.send(message) }
      }
    case "/heartbeat":
      var options = WebSocket.Options()
      options.heartbeat = .milliseconds(50)
      return .webSocket(options: options) { socket in
        await withDiscardingTaskGroup { group in
          group.addTask { _ = try? await socket.receive() }
          try? await Task.sleep(for: .milliseconds(500))
          try? await socket.send(.text("patient"))
          await socket.close()
        }
      }
    case "/protocol": return .webSocket(subprotocol: "b") { _ = try? await $0.receive() }
    case "/forbidden": return .response(.text("no", status: 403))
    case "/body": return .response(.text("\(request.body.count)"))
    case "/stream":
      return .response(
        .streamed { writer in for number in 0..<100 { try await writer.write(Array("line \(number)\n".utf8)) } })
    case "/show":
      return .response(
        HTTPResponse(status: 200, headers: ["X-Method": request.method.rawValue], body: request.body))
    default:
      guard request.path.hasPrefix("/close/"), let code = UInt16(request.path.dropFirst(7)) else {
        return .response(.text("nothing here", status: 404))
      }
      return .webSocket { await $0.close(WebSocketCloseCode(rawValue: code), reason: "as asked") }
    }
  }

  @Test(
    .enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)),
    arguments: [("web/websockets_client.py", "ws"), ("web/aiohttp_client.py", "http")])
  func pythonsClientsAreServed(script: String, scheme: String) async throws {
    try await serving(IndependentClientsTests.handler) { server in
      let run = try await Python.run(script, ["\(scheme)://127.0.0.1:\(server.port)", "\(Patience.factor)"])
      #expect(run.succeeded && run.text == "ok\n", "\(run.errorText)")
    }
  }

  /// What curl prints for some arguments; `-w` shows how it went.
  private func curl(_ arguments: [String], input: [UInt8] = []) async throws -> String {
    let run = try await Invocation(["curl", "-sS", "--max-time", "20"] + arguments)
      .run(input: .bytes(input), within: .seconds(30), keeping: 8 << 20)
    #expect(run.succeeded, "\(run.errorText)")
    return run.text
  }

  @Test(.enabled(if: Program.find("curl") != nil, "no curl on PATH")) func curlIsServed() async throws {
    try await serving(IndependentClientsTests.handler) { server in
      let show = server.url("/show")
      let summary = ["-w", "[%{http_code} %{num_connects} %{size_download}]"]
      let get = try await curl([show] + summary)
      #expect(get == "[200 1 0]")
      let post = try await curl(["--data-binary", "@-", show] + summary, input: Array("hello".utf8))
      #expect(post == "hello[200 1 5]")
      let chunked = try await curl(
        ["-H", "Transfer-Encoding: chunked", "--data-binary", "@-", show] + summary, input: Array("hello".utf8))
      #expect(chunked == "hello[200 1 5]")
      let expecting = try await curl(
        ["-H", "Expect: 100-continue", "--expect100-timeout", "15", "--data-binary", "@-", server.url("/body")]
          + summary,
        input: [UInt8](repeating: 65, count: 3 << 20))
      #expect(expecting == "3145728[200 1 7]")
      let head = try await curl(["-I", server.url("/body")])
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.contains("Content-Length: 1\r\n"))
      let stream = try await curl([server.url("/stream")])
      #expect(stream == (0..<100).map { "line \($0)\n" }.joined())
      let kept = try await curl(
        [server.url("/body"), server.url("/stream"), server.url("/none"), "-o", "/dev/null"] + summary)
      #expect(kept.hasSuffix("[404 0 12]"))
      let large = try await Invocation(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@-", show]
      ).run(input: .bytes([UInt8](repeating: 65, count: 20 << 20)), within: .seconds(30))
      // curl may see the end of the connection while it still sends; the answer must have reached it before.
      #expect(large.text == "413")
    }
  }
}
