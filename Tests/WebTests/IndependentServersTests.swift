import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// Our clients before servers that others wrote.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing))) struct IndependentServersTests {
  @Test func webSocketServersOfPythonAreSpokenTo() async throws {
    try await Python.serving("web/servers.py", ["\(Patience.factor)"]) { line in
      let ports = line.split(separator: " ")
      try await withWebSocketClient { client in
        for port in ports { try await exchange(client, "ws://127.0.0.1:\(port)/echo") }
        try await ends(client, "ws://127.0.0.1:\(ports[0])")
        let url = "ws://127.0.0.1:\(ports[1])/refused"
        #expect(await failure { try await client.open(url) } == .handshakeRefused(status: 401, at: url))
        let agreed = try await client.open("ws://127.0.0.1:\(ports[1])/", subprotocols: ["a", "b"])
        #expect(agreed.subprotocol == "b")
        await agreed.close()
      }
    }
  }

  /// Messages of all kinds, for long enough that the server's pings come and must be answered.
  private func exchange(_ client: WebSocketClient, _ url: String) async throws {
    let socket = try await client.open(url)
    for size in [0, 125, 126, 65_535, 65_536, 1 << 20] {
      let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      try await socket.send(.binary(bytes))
      let back = try await socket.receive()
      #expect(back == .binary(bytes))
    }
    for _ in 0..<3 {
      try await socket.ping(Array("ping".utf8))
      async let message = socket.receive()
      // Longer than the server leaves between its pings: it has sent one, and waits for the answer.
      try await Task.sleep(for: .milliseconds(1200) * Patience.factor)
      try await socket.send(.text("grüß dich 🌊"))
      let back = try await message
      #expect(back == .text("grüß dich 🌊"))
    }
    await socket.close(WebSocketCloseCode(rawValue: 3999), reason: "bye")
    #expect(socket.closure?.isByPeer == false)
  }

  private func ends(_ client: WebSocketClient, _ server: String) async throws {
    let fragments = try await client.open(server + "/fragments")
    let text = try await fragments.receive()
    #expect(text == .text("fragmented"))
    let binary = try await fragments.receive()
    #expect(binary == .binary(Array("binary".utf8)))
    let end = try await fragments.receive()
    #expect(end == nil)
    #expect(fragments.closure?.code == .normal && fragments.closure?.isByPeer == true)

    let closed = try await client.open(server + "/close/4007")
    let nothing = try await closed.receive()
    #expect(nothing == nil)
    #expect(closed.closure?.code.rawValue == 4007 && closed.closure?.reason == "as asked")

    var options = WebSocket.Options()
    options.messageBytes = 1 << 20
    let large = try await client.open(server + "/large", options: options)
    let tooLarge = await failure { try await large.receive() }
    let limit = "a message is longer than 1048576 bytes"
    #expect(tooLarge == .protocolViolation(code: .tooLarge, reason: limit, at: server + "/large"))

    let broken = try await client.open(server + "/broken-text")
    let notText = await failure { try await broken.receive() }
    #expect(
      notText == .protocolViolation(code: .invalidData, reason: "a text is not UTF-8", at: server + "/broken-text"))

    let lost = try await client.open(server + "/abort")
    let gone = await failure { try await lost.receive() }
    #expect(gone == .connectionLost(at: server + "/abort") || gone == .reset(at: server + "/abort"))

    // What the server understood of our close.
    let watched = try await client.open(server + "/watched")
    await watched.close(.goingAway, reason: "drained")
    #expect(
      await Patience.until {
        guard let report = try? await client.open(server + "/report") else { return false }
        return (try? await report.receive()) == .text("(1001, 'drained')")
      })
  }

  @Test func whatARudeServerDoesIsToldApart() async throws {
    try await Python.serving("web/rude_server.py") { port in
      let server = "http://127.0.0.1:\(port)"
      try await withClient { client in
        func ask(_ path: String) async throws -> HTTPResponse {
          var request = HTTPClient.Request(server + path)
          request.timeout = ["/trickle", "/never"].contains(path) ? .milliseconds(1500) : .seconds(30)
          request.bodyLimit = 1 << 20
          return try await client.send(request)
        }
        #expect(await failure { try await ask("/half") } == .truncated(at: server + "/half"))
        #expect(await failure { try await ask("/half-chunk") } == .truncated(at: server + "/half-chunk"))
        #expect(await failure { try await ask("/reset") } == .reset(at: server + "/reset"))
        #expect(await failure { try await ask("/large") } == .tooLarge(limit: 1 << 20, at: server + "/large"))
        let head = await failure { try await ask("/endless-head") }
        #expect(head == .tooLarge(limit: 256 << 10, at: server + "/endless-head"))
        let trickle = await failure { try await ask("/trickle") }
        #expect(trickle == .timedOut(.body, at: server + "/trickle", after: .milliseconds(1500)))
        let never = await failure { try await ask("/never") }
        #expect(never == .timedOut(.answer, at: server + "/never", after: .milliseconds(1500)))
        #expect(await failure { try await ask("/half-head") } == .truncated(at: server + "/half-head"))
        guard case .malformed? = await failure({ try await ask("/garbage") }) else {
          Issue.record("garbage was taken for an answer")
          return
        }
        let statuses = [("/html", 200), ("/error", 500), ("/redirect", 302), ("/until-end", 200), ("/interim", 200)]
        for (path, status) in statuses {
          let answer = try await ask(path)
          #expect(answer.status == status)
          #expect(answer.headers["X"] == nil)
        }
        let whole = try await ask("/until-end")
        #expect(whole.body == Array("all of it".utf8))
      }
    }
  }
}
