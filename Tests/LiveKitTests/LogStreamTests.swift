import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// The log of a hosted agent, line by line.
struct LogStreamTests {
  @Test func linesOfAnyLengthComeCutAndMarked() async throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
    try await APIServer.serving({ _ in
      .streamed { writer in
        try await writer.write(Array("first\n".utf8))
        try await writer.write(long)
        try await writer.write(Array("\nlast without an end".utf8))
      }
    }) { server in
      var lines: [LineSplitter.Line] = []
      for try await line in try await server.client.logs(of: "CA_x", .build, lineLimit: 100_000) { lines.append(line) }
      #expect(lines.map(\.bytes.count) == [5, 100_000, 19])
      #expect(lines.map(\.isCut) == [false, true, false])
      #expect(server.requests.first?.query("log_type") == "build")
    }
  }

  @Test func linesComeWhileTheyAreWrittenAndEndWithTheReader() async throws {
    let isLetGo = Locked(false)
    try await APIServer.serving({ _ in
      .streamed { writer in
        defer { isLetGo.withLock { $0 = true } }
        while true {
          try await writer.write(Array("draining worker\n".utf8))
          try await Task.sleep(for: .milliseconds(10))
        }
      }
    }) { server in
      let client = server.client
      let reader = Task {
        var count = 0
        for try await _ in try await client.logs(of: "CA_x") {
          count += 1
          if count == 3 { return count }
        }
        return count
      }
      let count = try await reader.value
      #expect(count == 3)
      #expect(await Patience.until { isLetGo.withLock { $0 } })
    }
  }

  @Test func aRefusalSaysItsWords() async throws {
    let sleeping =
      "The agent has shut down due to inactivity. It will automatically start again when a new session begins."
    let response = HTTPResponse(status: 400, body: Array(#"{"msg":"\#(sleeping)","meta":{}}"#.utf8))
    let failure = try await APIServer.failure(of: response) { _ = try await $0.logs(of: "CA_x") }
    #expect(failure?.reason == .refused(.unknown, message: sleeping))
    let gone = HTTPResponse(status: 404, body: Array(#"{"msg":"agent not found"}"#.utf8))
    #expect(try await APIServer.failure(of: gone) { _ = try await $0.logs(of: "CA_x") }?.isMissing == true)
    let page = try await APIServer.failure(of: .text("404 page not found\n", status: 404)) {
      _ = try await $0.logs(of: "CA_x")
    }
    #expect(page?.reason == .notCloud)
    let busy = try await APIServer.failure(of: HTTPResponse(status: 429, headers: ["Retry-After": "3"])) {
      _ = try await $0.logs(of: "CA_x")
    }
    #expect(busy?.retryAfter == .seconds(3))
  }
}
