import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@Suite struct HTTPServerTests {
  private static let small: HTTPServer.Limits = {
    var limits = HTTPServer.Limits()
    limits.headBytes = 2000
    limits.targetBytes = 200
    limits.headerCount = 10
    limits.bodyBytes = 100
    return limits
  }()

  /// A request and the status that it gets.
  struct Exchange: Sendable, CustomTestStringConvertible {
    let request: String
    let status: Int

    init(_ request: String, _ status: Int) {
      self.request = request
      self.status = status
    }

    var testDescription: String { "\(request.prefix(60).harmless) → \(status)" }
  }

  @Test(arguments: [
    Exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Exchange("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Exchange("GET / HTTP/1.0\r\n\r\n", 200),
    Exchange("GET http://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Exchange("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 200),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok", 200),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nok", 200),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nT: v\r\n\r\n", 200),
    Exchange("GET / HTTP/1.1\r\n\r\n", 400),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    Exchange("GET / HTTP/1.1\nHost: a\n\n", 400),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
    Exchange("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n", 400),
    Exchange("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Exchange("GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Exchange("GET / /x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Exchange("GET / SMTP/1.1\r\nHost: a\r\n\r\n", 400),
    Exchange("GET example HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    Exchange("\u{16}\u{3}\u{1}\u{2}", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\nok", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nok", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n", 400),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\n\r\n", 411),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", 413),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n", 413),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", 413),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "A: b\r\n", count: 10) + "\r\n", 431),
    Exchange("GET / HTTP/1.1\r\nHost: a\r\nA: " + String(repeating: "b", count: 3000) + "\r\n\r\n", 431),
    Exchange("GET /" + String(repeating: "b", count: 3000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    Exchange("GET /" + String(repeating: "b", count: 210) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    Exchange("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    Exchange("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    Exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
    Exchange("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    Exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
  ])
  func everyRequestGetsTheStatusThatTheRulesSay(exchange: Exchange) async throws {
    try await serving(limits: HTTPServerTests.small, { _ in .response(.text("ok")) }) { server in
      let answer = try await RawClient.exchange(server.port, Array(exchange.request.utf8))
      #expect(statuses(answer) == [exchange.status])
    }
  }

  @Test func requestsOfOneConnectionAreAnsweredInOrder() async throws {
    try await serving({ .response(.text("[\($0.path) \(String(decoding: $0.body, as: UTF8.self))]")) }) { server in
      let answer = try await RawClient.exchange(
        server.port,
        Array(
          """
          GET /a HTTP/1.1\r\nHost: h\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyzHEAD /c HTTP/1.1\r
          Host: h\r\n\r\nPOST /d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nq\r\n0\r\n\r
          GET /e HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /f HTTP/1.1\r\nHost: h\r\n\r\n
          """.utf8))
      #expect(statuses(answer) == [200, 200, 200, 200, 200])
      #expect(
        answer.split(separator: "[").dropFirst().map { String($0.prefix { $0 != "]" }) } == [
          "/a ", "/b xyz", "/d q", "/e ",
        ])
    }
  }

  @Test func aRequestMayComeByteByByte() async throws {
    var limits = HTTPServer.Limits()
    limits.requestTimeout = .seconds(60)
    try await serving(limits: limits, { .response(.text("got \($0.body.count)")) }) { server in
      let client = try await RawClient(port: server.port)
      let text = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
      for byte in text.utf8 {
        await client.send([byte])
        await Task.yield()
      }
      let answer = await client.read { $0.hasSuffix("got 5") }
      #expect(answer.hasSuffix("got 5"))
      await client.close()
    }
  }

  @Test func aSlowRequestIsAnsweredWith408AndASilentConnectionIsClosed() async throws {
    var limits = HTTPServer.Limits()
    limits.requestTimeout = .milliseconds(200)
    limits.idleTimeout = .seconds(1) * Patience.factor
    try await serving(limits: limits, { _ in .response(.text("ok")) }) { server in
      for start in ["GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"] {
        let client = try await RawClient(port: server.port)
        await client.send(start)
        let answer = await client.read()
        #expect(statuses(answer) == [408])
        await client.close()
      }
      let silent = try await RawClient(port: server.port)
      let nothing = await silent.read()
      #expect(nothing.isEmpty)
      await silent.close()
      // After a whole request the connection waits for the next, no longer than it may be idle.
      let kept = try await RawClient(port: server.port)
      await kept.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
      let answer = await kept.read()
      #expect(statuses(answer) == [200])
      await kept.close()
    }
  }

  @Test func aTrickleOfBytesDoesNotKeepARequestAlive() async throws {
    var limits = HTTPServer.Limits()
    limits.requestTimeout = .milliseconds(200)
    try await serving(limits: limits, { _ in .response(.text("ok")) }) { server in
      let client = try await RawClient(port: server.port)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          await client.send("GET / HTTP/1.1\r\nX: ")
          while !Task.isCancelled {
            await client.send("y")
            try? await Task.sleep(for: .milliseconds(5))
          }
        }
        let answer = await client.read { statuses($0).isEmpty == false }
        #expect(statuses(answer) == [408])
        group.cancelAll()
      }
      await client.close()
    }
  }

  @Test func oneConnectionTooManyIsToldSo() async throws {
    var limits = HTTPServer.Limits()
    limits.connections = 3
    try await serving(limits: limits, { _ in .response(.text("ok")) }) { server in
      var clients: [RawClient] = []
      for _ in 0..<3 {
        let client = try await RawClient(port: server.port)
        await client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = await client.read { $0.hasSuffix("ok") }
        #expect(statuses(answer) == [200])
        clients.append(client)
      }
      let refused = try await RawClient(port: server.port)
      let answer = await refused.read()
      #expect(statuses(answer) == [503])
      await refused.close()
      for client in clients { await client.close() }
      #expect(
        await Patience.until {
          let answer = try? await RawClient.exchange(server.port, Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
          return answer.map(statuses) == [200]
        })
    }
  }

  @Test func aHandlerThatFailsInTheMiddleOfItsBodyLeavesItUnfinished() async throws {
    struct Failed: Error {}
    try await serving({ _ in
      .response(
        .streamed { writer in
          try await writer.write(Array("half".utf8))
          throw Failed()
        })
    }) { server in
      let answer = try await RawClient.exchange(server.port, Array("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8))
      #expect(answer.hasSuffix("4\r\nhalf\r\n"))
      try await withClient { client in
        #expect(await failure { try await client.send(.init(server.url())) } == .truncated(at: server.url()))
      }
    }
  }

  @Test func anOldClientGetsAStreamWithoutChunks() async throws {
    try await serving({ _ in .response(.streamed { try await $0.write(Array("plain".utf8)) }) }) { server in
      let answer = try await RawClient.exchange(server.port, Array("GET / HTTP/1.0\r\n\r\n".utf8))
      #expect(answer.hasSuffix("\r\n\r\nplain"))
      #expect(!answer.contains("chunked"))
    }
  }

  @Test func aPortInUseIsSaid() async throws {
    let first = try HTTPServer { _ in .response(.text("ok")) }
    #expect(first.port > 0)
    let error = await failure { try HTTPServer(at: first.address) { _ in .response(.text("ok")) } }
    #expect(error == .addressInUse(at: "127.0.0.1:\(first.port)"))
    first.stop()
    await first.run()
  }

  @Test func stoppingUnderLoadEndsEverything() async throws {
    let before = openDescriptors
    let running = Locked(0)
    for _ in 0..<5 {
      let server = try HTTPServer { request in
        running.withLock { $0 += 1 }
        defer { running.withLock { $0 -= 1 } }
        if request.path == "/slow" { try? await Task.sleep(for: .seconds(60)) }
        return .response(.text("ok"))
      }
      let client = HTTPClient()
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await server.run() }
        for number in 0..<100 {
          group.addTask {
            // Any answer or failure will do, but there must be one.
            for _ in 0..<20 { _ = try? await client.send(.init(server.url(number % 4 == 0 ? "/slow" : "/"))) }
          }
        }
        _ = await Patience.until { running.withLock { $0 } >= 20 }
        server.stop()
        await group.waitForAll()
      }
      await client.shutDown()
    }
    #expect(running.withLock { $0 } == 0)
    #expect(await Patience.until { openDescriptors <= before + 2 })
  }

  @Test func cancellingTheTaskStopsTheServer() async throws {
    let server = try HTTPServer { _ in .response(.text("ok")) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.cancelAll()
    }
    try await withClient { client in
      #expect(await failure { try await client.send(.init(server.url())) } == .refused(at: server.url()))
    }
  }
}
