import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@Suite struct HTTPClientTests {
  @Test func anAnswerComesBackWhole() async throws {
    try await serving({ request in
      .response(
        HTTPResponse(
          status: 201, headers: ["X-Method": request.method.rawValue, "X-Agent": request.headers["User-Agent"] ?? ""],
          body: request.body))
    }) { server in
      try await withClient { client in
        let body = Array("hello".utf8)
        for method in [HTTPMethod.post, .put, .patch, .delete] {
          let answer = try await client.send(.init(method, server.url("/x?y=z"), body: body))
          #expect(answer.status == 201)
          #expect(answer.headers["x-method"] == method.rawValue)
          #expect(answer.headers["x-agent"] == "sluice/0.1.0")
          #expect(answer.body == body)
        }
        let head = try await client.send(.init(.head, server.url()))
        #expect(head.status == 201)
        #expect(head.body.isEmpty)
        let answer1 = try await client.send(.init(.get, server.url()))
        #expect(answer1.headers["x-method"] == "GET")
        let answer2 = try await client.send(.init(.post, server.url()))
        #expect(answer2.body.isEmpty)
      }
    }
  }

  @Test func connectionsAreKept() async throws {
    let peers = Locked<Set<String>>([])
    try await serving({ request in
      peers.withLock { _ = $0.insert(request.peer?.description ?? "?") }
      return .response(.text("ok"))
    }) { server in
      try await withClient { client in
        for _ in 0..<20 { _ = try await client.send(.init(server.url())) }
      }
    }
    #expect(peers.withLock { $0.count } == 1)
  }

  @Test func anyStatusIsAnAnswerAndRedirectsAreNotFollowed() async throws {
    try await serving({ request in
      switch request.path {
      case "/moved": .response(HTTPResponse(status: 302, headers: ["Location": "/other"]))
      case "/broken": .response(.text("oh no", status: 500))
      default: .response(HTTPResponse(status: 204))
      }
    }) { server in
      try await withClient { client in
        let moved = try await client.send(.init(server.url("/moved")))
        #expect(moved.status == 302)
        #expect(moved.headers["Location"] == "/other")
        let broken = try await client.send(.init(server.url("/broken")))
        #expect(broken.status == 500)
        #expect(broken.body == Array("oh no".utf8))
        let answer3 = try await client.send(.init(server.url("/none")))
        #expect(answer3.status == 204)
      }
    }
  }

  @Test func aClosedPortRefuses() async throws {
    let server = try HTTPServer { _ in .response(.text("never")) }
    server.stop()
    await server.run()
    try await withClient { client in
      let error = await failure { try await client.send(.init(server.url("/a?token=secret"))) }
      #expect(error == .refused(at: server.url("/a")))
      #expect(error?.exitStatus == .unavailable)
    }
  }

  @Test func whatAServerDoesWrongIsToldApart() async throws {
    let half = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".utf8)
    let halfChunk = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf".utf8)
    try await serving({ request in
      .raw { connection in
        switch request.path {
        case "/half": try? await connection.write(half)
        case "/half-chunk": try? await connection.write(halfChunk)
        case "/half-reset":
          try? await connection.write(half)
          connection.reset()
        case "/reset": connection.reset()
        case "/nothing": break
        case "/garbage": try? await connection.write(Array("SSH-2.0-OpenSSH_9.2\r\n\r\n".utf8))
        case "/bad-length":
          try? await connection.write(Array("HTTP/1.1 200 OK\r\nContent-Length: soon\r\n\r\n".utf8))
        default: _ = try? await connection.read()
        }
      }
    }) { server in
      try await withClient { client in
        func error(_ path: String, _ change: (inout HTTPClient.Request) -> Void = { _ in }) async -> WebFailure? {
          var request = HTTPClient.Request(server.url(path))
          change(&request)
          return await failure { [request] in try await client.send(request) }
        }
        #expect(await error("/half") == .truncated(at: server.url("/half")))
        #expect(await error("/half-chunk") == .truncated(at: server.url("/half-chunk")))
        // The reset may overtake the bytes before it.
        let halfReset = await error("/half-reset")
        let name = server.url("/half-reset")
        #expect(halfReset == .truncated(at: name) || halfReset == .reset(at: name))
        #expect(await error("/reset") == .reset(at: server.url("/reset")))
        #expect(await error("/nothing") == .reset(at: server.url("/nothing")))
        guard case .malformed? = await error("/garbage") else {
          Issue.record("garbage was taken for HTTP")
          return
        }
        guard case .malformed? = await error("/bad-length") else {
          Issue.record("a length in words was taken")
          return
        }
        let silent = await error("/silent") { $0.timeout = .seconds(1) * Patience.factor }
        #expect(silent == .timedOut(.answer, at: server.url("/silent"), after: .seconds(1) * Patience.factor))
      }
    }
  }

  @Test func theBodysDeadlineIsToldApartFromTheAnswers() async throws {
    try await serving({ _ in
      .response(
        .streamed { writer in
          try await writer.write(Array("begin".utf8))
          try await Task.sleep(for: .seconds(60))
        })
    }) { server in
      try await withClient { client in
        var request = HTTPClient.Request(server.url())
        request.timeout = .milliseconds(1500) * Patience.factor
        let error = await failure { [request] in try await client.send(request) }
        #expect(error == .timedOut(.body, at: server.url(), after: request.timeout))
      }
    }
  }

  @Test func aBodyOverTheLimitIsAnErrorAndNeverCutShort() async throws {
    try await serving({ request in
      request.path == "/large"
        ? .response(HTTPResponse(status: 200, body: [UInt8](repeating: 7, count: 50 << 20)))
        : .response(
          .streamed { writer in
            for _ in 0..<50 { try await writer.write([UInt8](repeating: 7, count: 1 << 20)) }
          })
    }) { server in
      try await withClient { client in
        for path in ["/large", "/streamed"] {
          var request = HTTPClient.Request(server.url(path))
          request.bodyLimit = 1 << 20
          let error = await failure { [request] in try await client.send(request) }
          #expect(error == .tooLarge(limit: 1 << 20, at: server.url(path)))
        }
        var request = HTTPClient.Request(server.url("/streamed"))
        request.bodyLimit = 50 << 20
        let answer4 = try await client.send(request)
        #expect(answer4.body.count == 50 << 20)
      }
    }
  }

  @Test func unknownNamesAndUnusableAddressesAreToldApart() async throws {
    try await withClient { client in
      let name = "http://no-such-host.invalid/x"
      #expect(await failure { try await client.send(.init(name)) } == .nameNotFound(at: name))
      for url in ["", "127.0.0.1", "ftp://127.0.0.1/", "http://", "http:///x", "http://a b/", "file:///etc/passwd"] {
        #expect(await failure { try await client.send(.init(url)) } == .invalidURL(at: url))
      }
      let secret = "http://user:hunter2@no-such-host.invalid/x?token=hunter2#hunter2"
      let error = await failure { try await client.send(.init(secret)) }
      #expect(error == .nameNotFound(at: name))
      #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }
  }

  @Test func cancellingClosesTheConnection() async throws {
    let hasClosed = Locked(false)
    let hasArrived = Locked(false)
    try await serving({ _ in
      .raw { connection in
        hasArrived.withLock { $0 = true }
        while let bytes = try? await connection.read(), !bytes.isEmpty {}
        hasClosed.withLock { $0 = true }
      }
    }) { server in
      try await withClient { client in
        await withTaskGroup(of: WebFailure?.self) { group in
          group.addTask { await failure { try await client.send(.init(server.url())) } }
          #expect(await Patience.until { hasArrived.withLock { $0 } })
          group.cancelAll()
          #expect(await group.next() == .some(.cancelled))
        }
        #expect(await Patience.until { hasClosed.withLock { $0 } })
      }
    }
  }

  @Test func shuttingDownEndsWhatRunsAndRefusesWhatComes() async throws {
    try await serving({ _ in .raw { _ = try? await $0.read() } }) { server in
      var configuration = HTTPClient.Configuration()
      configuration.maximumRequests = 2
      let client = HTTPClient(configuration)
      await withTaskGroup(of: WebFailure?.self) { group in
        for _ in 0..<5 { group.addTask { await failure { try await client.send(.init(server.url())) } } }
        try? await Task.sleep(for: .milliseconds(20))
        await client.shutDown()
        for await error in group { #expect(error == .cancelled || error == .shutDown) }
      }
      #expect(await failure { try await client.send(.init(server.url())) } == .shutDown)
      await client.shutDown()
    }
  }

  @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
    let count = Locked(0)
    try await serving({ _ in
      count.withLock { $0 += 1 }
      return .response(.text("x"))
    }) { server in
      try await withClient { client in
        await withTaskGroup(of: WebFailure?.self) { group in
          group.cancelAll()
          group.addTask { await failure { try await client.send(.init(server.url())) } }
          #expect(await group.next() == .some(.cancelled))
        }
      }
    }
    #expect(count.withLock { $0 } == 0)
  }

  @Test func unixSocketsAreSpokenTo() async throws {
    let folder = try TemporaryFolder()
    let path = folder.file("socket")
    try await serving(at: .unix(path: path), { .response(.text($0.target)) }) { _ in
      try await withClient { client in
        var request = HTTPClient.Request("http://localhost/worker")
        request.unixSocket = path
        let answer5 = try await client.send(request)
        #expect(answer5.body == Array("/worker".utf8))
        request.unixSocket = folder.file("other")
        let error = await failure { [request] in try await client.send(request) }
        guard case .unreachable? = error else {
          Issue.record("a missing socket gave \(String(describing: error))")
          return
        }
      }
    }
    #expect(Files.kind(of: path) == nil)
  }

  @Test func requestsInFlightAreBounded() async throws {
    let counts = Locked((now: 0, most: 0))
    try await serving({ _ in
      counts.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      try? await Task.sleep(for: .milliseconds(2))
      counts.withLock { $0.now -= 1 }
      return .response(.text("x"))
    }) { server in
      var configuration = HTTPClient.Configuration()
      configuration.maximumRequests = 8
      try await withClient(configuration) { client in
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<100 { group.addTask { try await client.send(.init(server.url())).status } }
          for try await status in group { #expect(status == 200) }
        }
      }
    }
    #expect(counts.withLock { $0.most } <= 8)
    #expect(counts.withLock { $0.most } > 1)
  }

  @Test func headersCannotSmuggleOthers() async throws {
    try await serving({ .response(.text($0.headers["X-Evil"] ?? "none")) }) { server in
      try await withClient { client in
        let request = HTTPClient.Request(server.url(), headers: ["X-Good": "a\r\nX-Evil: b", "X-Empty": ""])
        let answer6 = try await client.send(request)
        #expect(answer6.body == Array("none".utf8))
      }
    }
  }

  @Test func descriptorsAreGivenBack() async throws {
    let before = openDescriptors
    try await serving({ _ in .response(.text("x")) }) { server in
      try await withClient { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<200 { group.addTask { _ = try await client.send(.init(server.url())) } }
          try await group.waitForAll()
        }
      }
    }
    // Tests beside this one have descriptors of their own for a while.
    #expect(await Patience.until { openDescriptors <= before + 2 })
  }
}
