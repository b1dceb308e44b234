import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Web

/// TLS, proxies, many endpoints, and a library that is not there.
@Suite struct TransportTests {
  @Test(
    .enabled(if: Python.isThere && Program.find("openssl") != nil, "needs the tests' Python and openssl on PATH"))
  func certificatesAreChecked() async throws {
    let folder = try TemporaryFolder()
    try await Python.serving("web/tls_server.py", [folder.path]) { line in
      let urls = line.split(separator: " ").map { "https://127.0.0.1:\($0)/" }
      var trusting = HTTPClient.Configuration()
      trusting.certificateAuthorities = folder.file("ca.pem")
      try await withClient(trusting) { client in
        for _ in 0..<3 {
          let answer = try await client.send(.init(urls[0]))
          #expect(answer.body == Array("secure".utf8))
        }
        for url in urls[1...2] { #expect(await isRefusedByTLS(client, url), "\(url)") }
        var silent = HTTPClient.Request(urls[3])
        silent.connectTimeout = .seconds(1) * Patience.factor
        let error = await failure { [silent] in try await client.send(silent) }
        #expect(error == .timedOut(.handshake, at: urls[3], after: silent.connectTimeout))
        #expect(error?.why == "the port may not speak TLS")
      }
      try await withClient { client in #expect(await isRefusedByTLS(client, urls[0])) }
      var missing = HTTPClient.Configuration()
      missing.certificateAuthorities = folder.file("no-such-file.pem")
      try await withClient(missing) { client in #expect(await isRefusedByTLS(client, urls[0])) }
    }
  }

  private func isRefusedByTLS(_ client: HTTPClient, _ url: String) async -> Bool {
    guard case .tls(let reason, url)? = await failure({ try await client.send(.init(url)) }) else { return false }
    return !reason.isEmpty
  }

  @Test func proxiesComeFromTheEnvironmentAndNeverStandBeforeThisMachine() async {
    // In a process of its own, because it changes the environment.
    await #expect(processExitsWith: .success) {
      try await serving({ .response(.text("\($0.target) at \($0.headers["Host"] ?? "?")")) }) { server in
        TestEnvironment.set("http_proxy", server.url())
        TestEnvironment.set("no_proxy", "")
        try await withClient { client in
          let proxied = try await client.send(.init("http://far.invalid/x?y"))
          #expect(proxied.body == Array("http://far.invalid/x?y at far.invalid".utf8))
          for host in ["127.0.0.1", "localhost"] {
            let direct = try await client.send(.init("http://\(host):\(server.port)/x"))
            #expect(direct.body == Array("/x at \(host):\(server.port)".utf8))
          }
        }
      }
    }
  }

  @Test func aMissingLibraryIsSaidWithItsInstallLine() {
    let problem = HTTPClientDriver.problem(loading: "libcurl-that-is-not-there.so.4")
    #expect(problem?.contains("libcurl-that-is-not-there.so.4") == true)
    let failure = WebFailure.libraryMissing(reason: problem ?? "")
    #expect(failure.exitStatus == .unavailable)
    #expect(failure.remedy == "apt-get install libcurl4")
    #expect("\(failure)".hasPrefix("error: libcurl cannot be used\nbecause: "))
  }

  @Test func everyFailureSaysWhatAndNothingSecret() {
    let at = WebAddress.shown("https://user:hunter2@host:1/p\u{1B}[31m?token=hunter2#hunter2")
    #expect(at == "https://host:1/p\\u{1b}[31m")
    #expect(WebAddress.shown("wss://a@b@h/x?y") == "wss://h/x")
    #expect(WebAddress.shown("https://h/@scope/x") == "https://h/@scope/x")
    #expect(WebAddress.shown("u:p@h/x") == "h/x")
    #expect(WebAddress.shown("http:/u:p@h/x") == "h/x")
    let failures: [WebFailure] = [
      .libraryMissing(reason: "r"), .invalidURL(at: at), .unsupportedScheme(at: at), .nameNotFound(at: at),
      .refused(at: at), .unreachable(at: at, reason: "r"), .reset(at: at),
      .timedOut(.answer, at: at, after: .seconds(5)), .truncated(at: at), .tls(reason: "r", at: at),
      .tooLarge(limit: 1, at: at), .malformed(reason: "r", at: at), .cancelled, .shutDown, .addressInUse(at: at),
      .system(operation: "bind", reason: "r", at: at), .handshakeRefused(status: 401, at: at),
      .protocolViolation(code: .protocolError, reason: "r", at: at), .connectionLost(at: at),
      .peerSilent(at: at, after: .seconds(5)), .closed(at: at), .alreadyReceiving(at: at),
    ]
    for failure in failures {
      #expect(!failure.what.isEmpty && failure.what.first?.isUppercase == false && failure.what.last != ".")
    }
    #expect(
      WebFailure.timedOut(.answer, at: at, after: .seconds(5)).what.hasSuffix(
        "waited 5s for the first byte of an answer"))
  }

  @Test func thousandsOfEndpointsArePolledWithFewDescriptors() async throws {
    // Each address of 127.0.0.0/8 is an endpoint of its own: no connection serves two of them.
    let most = Locked(0)
    try await serving(at: .anywhere(), { _ in .response(.json(Array("{}".utf8))) }) { server in
      var configuration = HTTPClient.Configuration()
      configuration.maximumRequests = 64
      try await withClient(configuration) { client in
        let answered = try await withThrowingTaskGroup(of: Int.self) { group in
          for number in 0..<2000 {
            group.addTask {
              var request = HTTPClient.Request(
                "http://127.0.\(1 + number / 250).\(1 + number % 250):\(server.port)/worker")
              request.timeout = .seconds(60)
              let status = try await client.send(request).status
              if number % 100 == 0 { most.withLock { $0 = max($0, openDescriptors) } }
              return status
            }
          }
          return try await group.reduce(0) { $0 + ($1 == 200 ? 1 : 0) }
        }
        #expect(answered == 2000)
      }
    }
    // Both ends of at most 128 connections and what other tests have open; without a bound it would be 4,000.
    #expect(most.withLock { $0 } < 2500)
  }
}
