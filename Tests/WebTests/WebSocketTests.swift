import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Web

/// Sends every message back.
private let echo: @Sendable (WebSocket) async -> Void = { socket in
  while let message = try? await socket.receive() { try? await socket.send(message) }
}

/// Lends a client of WebSockets and shuts it down.
func withWebSocketClient<Result>(
  _ body: (WebSocketClient) async throws -> sending Result
) async throws -> sending Result {
  let client = WebSocketClient()
  do {
    let result = try await body(client)
    await client.shutDown()
    return result
  } catch {
    await client.shutDown()
    throw error
  }
}

@Suite struct WebSocketTests {
  @Test func messagesOfAllSizesComeBack() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open(server.webSocketURL())
        for size in [0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20] {
          let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
          try await socket.send(.binary(bytes))
          let back = try await socket.receive()
          #expect(back == .binary(bytes))
        }
        try await socket.send(.text("grüß dich 🌊"))
        let back = try await socket.receive()
        #expect(back == .text("grüß dich 🌊"))
        await socket.close()
        #expect(socket.closure == WebSocket.Closure(code: .normal, reason: "", isByPeer: false))
        let end = try await socket.receive()
        #expect(end == nil)
        #expect(await failure { try await socket.send(.text("late")) } == .closed(at: server.webSocketURL()))
      }
    }
  }

  @Test func namesAreLookedUp() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open("ws://localhost:\(server.port)/")
        await socket.close()
        let name = "ws://no-such-host.invalid:1/"
        #expect(await failure { try await client.open(name) } == .nameNotFound(at: name))
      }
    }
  }

  @Test func handshakesSeeTheRequestAndCanBeRefused() async throws {
    try await serving({ request in
      guard request.bearerToken == "open sesame" else { return .response(.text("no", status: 401)) }
      let name = request.query("name") ?? "?"
      return .webSocket(subprotocol: "v2") { try? await $0.send(.text(name)) }
    }) { server in
      try await withWebSocketClient { client in
        let url = server.webSocketURL("/agent?name=a%20b")
        let error = await failure { try await client.open(url) }
        #expect(error == .handshakeRefused(status: 401, at: server.webSocketURL("/agent")))
        let socket = try await client.open(
          url, headers: ["Authorization": "Bearer open sesame"], subprotocols: ["v1", "v2"])
        #expect(socket.subprotocol == "v2")
        let message = try await socket.receive()
        #expect(message == .text("a b"))
        let end = try await socket.receive()
        #expect(end == nil)
        #expect(socket.closure == WebSocket.Closure(code: .normal, reason: "", isByPeer: true))
      }
    }
  }

  @Test func serversThatSpeakSomethingElseAreToldApart() async throws {
    try await serving({ request in
      switch request.path {
      case "/wrong":
        .raw { connection in
          let text = "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n"
          try? await connection.write(Array(text.utf8))
        }
      case "/garbage": .raw { try? await $0.write(Array("hello\r\n\r\n".utf8)) }
      case "/silent": .raw { _ = try? await $0.read() }
      case "/gone": .raw { _ in }
      default: .response(.text("plain"))
      }
    }) { server in
      try await withWebSocketClient { client in
        func error(_ path: String) async -> WebFailure? {
          await failure {
            try await client.connect(
              server.webSocketURL(path), timeout: path == "/silent" ? .seconds(1) : .seconds(30))
          }
        }
        #expect(await error("/") == .handshakeRefused(status: 200, at: server.webSocketURL()))
        #expect(
          await error("/wrong")
            == .malformed(
              reason: "Sec-WebSocket-Accept is not the answer to our key", at: server.webSocketURL("/wrong")))
        #expect(await error("/garbage") == .malformed(reason: "no HTTP answer", at: server.webSocketURL("/garbage")))
        #expect(await error("/gone") == .connectionLost(at: server.webSocketURL("/gone")))
        #expect(
          await error("/silent")
            == .timedOut(.answer, at: server.webSocketURL("/silent"), after: .seconds(1)))
        #expect(await failure { try await client.open("wss://h/?t=s") } == .unsupportedScheme(at: "wss://h/"))
        #expect(await failure { try await client.open("http://h/") } == .invalidURL(at: "http://h/"))
      }
    }
  }

  @Test func aPlainRequestToAWebSocketIsToldToUpgrade() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withClient { client in
        let answer = try await client.send(.init(server.url()))
        #expect(answer.status == 426)
        #expect(answer.headers["Sec-WebSocket-Version"] == "13")
      }
    }
  }

  @Test func closingFromAnotherTaskThanTheReadersEndsBoth() async throws {
    let ends = Locked<[String]>([])
    try await serving({ _ in
      .webSocket { socket in
        await withDiscardingTaskGroup { group in
          group.addTask {
            let end = await failure { try await socket.receive() }
            ends.withLock { $0.append(end.map { "\($0)" } ?? "nil") }
          }
          group.addTask {
            try? await socket.send(.text("hello"))
            await socket.close(.goingAway, reason: "drained")
          }
        }
      }
    }) { server in
      try await withWebSocketClient { client in
        for _ in 0..<50 {
          let socket = try await client.open(server.webSocketURL())
          let first = try await socket.receive()
          #expect(first == .text("hello"))
          let end = try await socket.receive()
          #expect(end == nil)
          #expect(socket.closure == WebSocket.Closure(code: .goingAway, reason: "drained", isByPeer: true))
        }
      }
    }
    #expect(ends.withLock { $0 } == Array(repeating: "nil", count: 50))
  }

  @Test func bothSidesMayCloseAtOnce() async throws {
    try await serving({ _ in .webSocket { await $0.close(.goingAway) } }) { server in
      try await withWebSocketClient { client in
        for _ in 0..<50 {
          let socket = try await client.open(server.webSocketURL())
          async let first: Void = socket.close()
          async let second: Void = socket.close()
          _ = await (first, second)
          #expect(socket.closure != nil)
        }
      }
    }
  }

  @Test func aPeerThatNeverAnswersACloseHoldsNobody() async throws {
    try await serving({ request in
      .raw { connection in
        await acceptWebSocket(request, connection)
        while let bytes = try? await connection.read(), !bytes.isEmpty {}
      }
    }) { server in
      try await withWebSocketClient { client in
        var options = WebSocket.Options()
        options.closeTimeout = .milliseconds(100)
        // Once with a reader of its own, and once without.
        let read = try await client.open(server.webSocketURL(), options: options)
        async let end = read.receive()
        await read.close()
        let message = try await end
        #expect(message == nil)
        let unread = try await client.open(server.webSocketURL(), options: options)
        await unread.close()
        #expect(unread.closure?.isByPeer == false)
      }
    }
  }

  @Test func aDeadPeerIsFoundByTheHeartbeat() async throws {
    try await serving({ request in
      .raw { connection in
        await acceptWebSocket(request, connection)
        while let bytes = try? await connection.read(), !bytes.isEmpty {}
      }
    }) { server in
      try await withWebSocketClient { client in
        var options = WebSocket.Options()
        options.heartbeat = .milliseconds(50)
        options.patience = .milliseconds(100)
        let socket = try await client.open(server.webSocketURL(), options: options)
        let error = await failure { try await socket.receive() }
        #expect(error == .peerSilent(at: server.webSocketURL(), after: .milliseconds(100)))
        #expect(await failure { try await socket.send(.text("x")) } == error)
      }
    }
  }

  @Test func aLivingPeerPassesTheHeartbeat() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        var options = WebSocket.Options()
        options.heartbeat = .milliseconds(10)
        options.patience = .seconds(10)
        let socket = try await client.open(server.webSocketURL(), options: options)
        async let end = socket.receive()
        try await Task.sleep(for: .milliseconds(200))
        try await socket.ping(Array("are you there".utf8))
        await socket.close()
        let message = try await end
        #expect(message == nil)
      }
    }
  }

  @Test func aCancelledReceiveLeavesTheConnectionWhole() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open(server.webSocketURL())
        await withTaskGroup(of: WebFailure?.self) { group in
          group.addTask { await failure { try await socket.receive() } }
          try? await Task.sleep(for: .milliseconds(10))
          group.cancelAll()
          #expect(await group.next() == .some(.cancelled))
        }
        try await socket.send(.text("still here"))
        let message = try await socket.receive()
        #expect(message == .text("still here"))
        await socket.close()
      }
    }
  }

  @Test func aSecondReaderIsRefused() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open(server.webSocketURL())
        await withTaskGroup(of: WebFailure?.self) { group in
          for _ in 0..<2 { group.addTask { await failure { try await socket.receive() } } }
          #expect(await group.next() == .some(.alreadyReceiving(at: server.webSocketURL())))
          group.cancelAll()
        }
        await socket.close()
      }
    }
  }

  @Test func messagesOfManyTasksNeverMix() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open(server.webSocketURL())
        let count = 40
        try await withThrowingTaskGroup(of: Void.self) { group in
          for value in 0..<count {
            group.addTask { try await socket.send(.binary([UInt8](repeating: UInt8(value), count: 60_000))) }
          }
          var seen: Set<UInt8> = []
          for _ in 0..<count {
            guard case .binary(let bytes)? = try await socket.receive() else { break }
            #expect(bytes.count == 60_000 && Set(bytes).count == 1)
            seen.formUnion(bytes.prefix(1))
          }
          #expect(seen.count == count)
          try await group.waitForAll()
        }
        await socket.close()
      }
    }
  }

  @Test func aResetIsNoOrderlyEnd() async throws {
    try await serving({ _ in .webSocket { $0.reset() } }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open(server.webSocketURL())
        let error = await failure { try await socket.receive() }
        #expect(error == .reset(at: server.webSocketURL()))
        #expect(socket.closure == nil)
      }
    }
  }

  @Test func aLongMessageIsRefusedWithItsCode() async throws {
    let errors = Locked<[WebFailure?]>([])
    var limited = WebSocket.Options()
    limited.messageBytes = 1000
    let options = limited
    try await serving({ _ in
      .webSocket(options: options) { socket in
        let error = await failure { try await socket.receive() }
        errors.withLock { $0.append(error) }
      }
    }) { server in
      try await withWebSocketClient { client in
        let socket = try await client.open(server.webSocketURL())
        try await socket.send(.binary([UInt8](repeating: 1, count: 4 << 20)))
        let end = try await socket.receive()
        #expect(end == nil)
        #expect(socket.closure?.code == .tooLarge)
      }
    }
    guard case .protocolViolation(.tooLarge, _, _)?? = errors.withLock({ $0.first }) else {
      Issue.record("the server's handler saw \(errors.withLock { $0 })")
      return
    }
  }

  @Test func aPeerThatDoesNotReadHoldsTheSenderBackAndThenFailsIt() async throws {
    try await serving({ request in
      .raw { connection in
        await acceptWebSocket(request, connection)
        try? await Task.sleep(for: .seconds(60))
      }
    }) { server in
      try await withWebSocketClient { client in
        var options = WebSocket.Options()
        options.sendTimeout = .milliseconds(200)
        let socket = try await client.open(server.webSocketURL(), options: options)
        let error = await failure {
          while true { try await socket.send(.binary([UInt8](repeating: 1, count: 1 << 20))) }
        }
        #expect(error == .timedOut(.sending, at: server.webSocketURL(), after: .milliseconds(200)))
      }
    }
  }

  @Test func stoppingTheServerEndsItsHandlersAndTellsTheClients() async throws {
    let handlers = Locked(0)
    let before = openDescriptors
    try await withWebSocketClient { client in
      let sockets = try await serving({ _ in
        .webSocket { socket in
          handlers.withLock { $0 += 1 }
          await echo(socket)
          handlers.withLock { $0 -= 1 }
        }
      }) { server in
        var sockets: [WebSocket] = []
        for _ in 0..<20 { sockets.append(try await client.open(server.webSocketURL())) }
        #expect(await Patience.until { handlers.withLock { $0 } == 20 })
        return sockets
      }
      #expect(handlers.withLock { $0 } == 0)
      for socket in sockets {
        let end = try await socket.receive()
        #expect(end == nil)
        #expect(socket.closure?.code == .goingAway)
      }
    }
    #expect(await Patience.until { openDescriptors <= before + 2 })
  }

  @Test func fiveHundredClientsAreServedAtOnce() async throws {
    try await serving({ _ in .webSocket(echo) }) { server in
      try await withWebSocketClient { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<500 {
            group.addTask {
              let socket = try await client.open(server.webSocketURL())
              for round in 0..<5 {
                try await socket.send(.text("\(number).\(round)"))
                let back = try await socket.receive()
                #expect(back == .text("\(number).\(round)"))
              }
              await socket.close()
              #expect(socket.closure != nil)
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }
}

/// Answers a handshake from a raw handler.
private func acceptWebSocket(_ request: HTTPRequest, _ connection: RawConnection) async {
  let accept = WebSocketHandshake.acceptance(of: request.headers["Sec-WebSocket-Key"] ?? "")
  try? await connection.write(
    Array(
      """
      HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r
      Sec-WebSocket-Accept: \(accept)\r\n\r\n
      """.utf8))
}
