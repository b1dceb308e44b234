import Cutover
import Documents
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Rehearsal

/// The dispatch server beside a recording of livekit-server 1.13.5.
struct WireFrameTests {
  private static let recording = Fixtures.folder + "/livekit-wire/worker-wire.jsonl"

  /// Every leaf of a message with its form: what must be the same is itself, what differs from run to run its shape.
  private func forms(_ node: Node?, _ path: String = "") -> [String] {
    guard let node else { return [] }
    if let mapping = node.mapping {
      return mapping.entries.flatMap { forms($0.value, path + "." + $0.key) }.sorted()
    }
    let name = path.split(separator: ".").last.map(String.init) ?? ""
    switch name {
    // What the caller gave to the dispatch; the rehearsal's callers give nothing.
    case "metadata": return []
    // It says its own version.
    case "version", "turn_password": return ["\(path) text"]
    case "exp", "nbf", "iat": return ["\(path) \(node.integer == nil ? "?" : "seconds")"]
    default: break
    }
    if let number = node.integer { return ["\(path) \(number)"] }
    if let boolean = node.boolean { return ["\(path) \(boolean)"] }
    guard let text = node.string else { return ["\(path) ?"] }
    if text.count > 9, text.allSatisfy(\.isNumber) { return ["\(path) \(text.count) digits"] }
    return ["\(path) \(shape(text))"]
  }

  /// `AJ_vKLtyMYr4BEk` as `AJ_` and twelve signs, within other text too.
  private func shape(_ text: String) -> String {
    for prefix in ["AJ_", "AW_", "AD_", "RM_", "ND_"] {
      guard let range = text.firstRange(of: prefix) else { continue }
      let id = text[range.upperBound...]
      guard id.allSatisfy({ $0.isLetter || $0.isNumber }) else { continue }
      return text[..<range.upperBound] + "<\(id.count)>"
    }
    return text
  }

  private func messages(_ lines: [Substring]) throws -> [Node] {
    try lines.compactMap { try JSON.parse(Array($0.utf8), file: "")["message"] }
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func everyFrameIsThatOfARealServer() async throws {
    let recorded = try String(decoding: Files.read(Self.recording, limit: 1 << 20), as: UTF8.self)
      .split(separator: "\n").filter { $0.contains(#""sender": "server", "frame": "binary""#) }
    let run = try await Dispatch.serving({
      $0.pingInterval = .milliseconds(300)
      $0.apiKey = "devkey"
    }) { dispatch in
      async let worker = Python.run(
        "livekit-wire/replay_worker.py",
        [dispatch.server.url, dispatch.server.options.apiKey, dispatch.server.options.apiSecret, Self.recording],
        within: .seconds(150))
      try #require(await Patience.until(.seconds(90)) { await dispatch.dispatcher.workerCount == 1 })
      let first = dispatch.call("wire-python-1")
      try await dispatch.session(in: "wire-python-1") { $0.isRunning }
      let second = dispatch.call("wire-python-2")
      try await dispatch.session(in: "wire-python-2") { $0.isRunning }
      await first.hangUp()
      try await dispatch.session(in: "wire-python-1") { $0.end?.sign == .personLeft }
      await second.hangUp()
      try await dispatch.session(in: "wire-python-2") { $0.end?.sign == .personLeft }
      return try await worker
    }
    try #require(run.succeeded, "\(run.errorText)")
    let lines = run.text.split(separator: "\n")
    let said = try messages(lines.dropLast())
    let real = try messages(recorded)
    #expect(said.count == real.count)
    for (ours, theirs) in zip(said, real) { #expect(forms(ours) == forms(theirs)) }

    // An assignment's token holds for an hour, and its job is the one that was offered.
    let assignment = try #require(said.first { $0["assignment"] != nil }?["assignment"])
    let claims = try #require(assignment["token_claims"])
    #expect(claims["exp"]?.integer == claims["nbf"]?.integer.map { $0 + 3_600 })
    let state = assignment["job"]?["state"]
    #expect(state?["updated_at"]?.string == state?["started_at"]?.string)

    let end = try JSON.parse(Array(try #require(lines.last).utf8), file: "")
    #expect(try #require(end["pings"]?.integer) >= 2)
    #expect(end["close"]?.integer == 1000)
  }

  @Test func whoMayNotComeInIsToldSoInTheServersWordsAndNeverWithTheToken() async throws {
    try await Dispatch.serving { dispatch in
      let http = HTTPClient()
      let now = WallClock.live.now
      func token(
        key: String? = nil, secret: String? = nil, from: Timestamp? = nil, isAgent: Bool = true
      ) throws -> String {
        var token = AccessToken(
          apiKey: key ?? dispatch.server.options.apiKey, validFrom: from ?? now, for: .seconds(600))
        token.video = VideoGrants()
        token.video?.agent = isAgent
        return try token.signed(with: Secret(secret ?? dispatch.server.options.apiSecret)).exposed
      }
      let unsigned = "eyJhbGciOiJub25lIn0.e30."
      let refusals: [(String?, String)] = [
        (nil, #"{"code":"unauthenticated","msg":"permissions denied"}"#),
        ("nonsense", "invalid authorization token"),
        (unsigned, "invalid token"),
        (try token(secret: String(repeating: "x", count: 32)), "invalid token"),
        (try token(from: now - .seconds(3_600)), "invalid token"),
        (try token(from: now + .seconds(3_600)), "invalid token"),
        (try token(key: "nokey"), "invalid API key: nokey"),
        (try token(isAgent: false), #"{"code":"unauthenticated","msg":"permissions denied"}"#),
      ]
      for path in ["/agent", "/sluice/sessions"] {
        for (token, words) in refusals {
          var request = HTTPClient.Request(
            .get, "http://127.0.0.1:\(dispatch.server.url.split(separator: ":")[2])" + path)
          request.timeout = .seconds(60)
          if let token { request.headers["Authorization"] = "Bearer \(token)" }
          let response = try await http.send(request)
          let text = String(decoding: response.body, as: UTF8.self)
          #expect(response.status == 401)
          #expect(text.hasPrefix(words) && text.count <= words.count + 1, "\(text)")
          if let token { #expect(!text.contains(token)) }
        }
      }
      await http.shutDown()
      #expect(await dispatch.dispatcher.workerCount == 0)
    }
  }
}
