import Machine
import TestSupport
import Testing
import Web

@Suite struct HTTPLinesTests {
  @Test func linesComeAsTheyAreWritten() async throws {
    let isRead = Locked(false)
    try await serving({ _ in
      .response(
        .streamed(headers: ["X-Kind": "log"]) { writer in
          try await writer.write(Array("one\ntw".utf8))
          try await writer.write(Array("o\r\n".utf8))
          // The third line is only sent when the second was read: nothing is held back.
          while !isRead.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
          try await writer.write(Array("three".utf8))
        })
    }) { server in
      try await withClient { client in
        let lines = try await client.lines(.init(server.url()))
        #expect(lines.status == 200)
        #expect(lines.headers["X-Kind"] == "log")
        var texts: [String] = []
        for try await line in lines {
          texts.append(line.text)
          if texts.count == 2 { isRead.withLock { $0 = true } }
        }
        #expect(texts == ["one", "two", "three"])
      }
    }
  }

  @Test func aSlowReaderHoldsTheSenderBack() async throws {
    let sent = Locked(0)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1023) + [UInt8(ascii: "\n")]
    try await serving({ _ in
      .response(
        .streamed { writer in
          for _ in 0..<30_000 {
            try await writer.write(line)
            sent.withLock { $0 += 1 }
          }
        })
    }) { server in
      try await withClient { client in
        let lines = try await client.lines(.init(server.url()))
        var iterator = lines.makeAsyncIterator()
        _ = try await iterator.next()
        // The sender comes to rest with most of its 30 MB unsent: kernel buffers and 256 KiB are all that is taken.
        var last = -1
        _ = await Patience.until {
          try? await Task.sleep(for: .milliseconds(100))
          defer { last = sent.withLock { $0 } }
          return last == sent.withLock { $0 }
        }
        #expect(last < 20_000)
        var count = 1
        while let line = try await iterator.next() {
          #expect(line.bytes.count == 1023)
          count += 1
        }
        #expect(count == 30_000)
      }
    }
  }

  @Test func longLinesAreCutAndMarked() async throws {
    try await serving({ _ in .response(.text("short\n" + String(repeating: "y", count: 5000) + "\nend\n")) }) {
      server in
      try await withClient { client in
        var lines: [LineSplitter.Line] = []
        for try await line in try await client.lines(.init(server.url()), limit: 100) { lines.append(line) }
        #expect(lines.map(\.isCut) == [false, true, false])
        #expect(lines.map(\.bytes.count) == [5, 100, 3])
      }
    }
  }

  @Test func aBrokenStreamThrowsAfterItsLines() async throws {
    try await serving({ _ in
      .raw { connection in
        try? await connection.write(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\none\nhalf".utf8))
      }
    }) { server in
      try await withClient { client in
        var iterator = try await client.lines(.init(server.url())).makeAsyncIterator()
        #expect(try await iterator.next()?.text == "one")
        let error: WebFailure?
        do throws(WebFailure) {
          _ = try await iterator.next()
          error = nil
        } catch let caught {
          error = caught
        }
        #expect(error == .truncated(at: server.url()))
      }
    }
  }

  @Test func lettingAStreamGoClosesItsConnection() async throws {
    let hasClosed = Locked(false)
    try await serving({ _ in
      .raw { connection in
        try? await connection.write(Array("HTTP/1.1 200 OK\r\n\r\nfirst\n".utf8))
        while let bytes = try? await connection.read(), !bytes.isEmpty {}
        hasClosed.withLock { $0 = true }
      }
    }) { server in
      try await withClient { client in
        for try await line in try await client.lines(.init(server.url())) {
          #expect(line.text == "first")
          break
        }
        #expect(await Patience.until { hasClosed.withLock { $0 } })
      }
    }
  }

  @Test func cancellingTheReaderEndsTheStream() async throws {
    let hasClosed = Locked(false)
    try await serving({ _ in
      .raw { connection in
        try? await connection.write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
        while let bytes = try? await connection.read(), !bytes.isEmpty {}
        hasClosed.withLock { $0 = true }
      }
    }) { server in
      try await withClient { client in
        let lines = try await client.lines(.init(server.url()))
        await withTaskGroup(of: WebFailure?.self) { group in
          group.addTask {
            await failure {
              var iterator = lines.makeAsyncIterator()
              return try await iterator.next()
            }
          }
          try? await Task.sleep(for: .milliseconds(10))
          group.cancelAll()
          #expect(await group.next() == .some(.cancelled))
        }
        #expect(await Patience.until { hasClosed.withLock { $0 } })
      }
    }
  }

  @Test func aStreamWithoutAHeadEndsAtItsDeadline() async throws {
    try await serving({ _ in .raw { _ = try? await $0.read() } }) { server in
      try await withClient { client in
        var request = HTTPClient.Request(server.url())
        request.timeout = .milliseconds(150)
        let error = await failure { [request] in try await client.lines(request) }
        #expect(error == .timedOut(.answer, at: server.url(), after: .milliseconds(150)))
      }
    }
  }
}
