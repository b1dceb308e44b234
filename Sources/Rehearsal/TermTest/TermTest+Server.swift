import Machine
import Vocabulary
import Web

extension TermTest {
  /// One life of a server: clients connect, it is told to stop, and is watched until nothing of it is left.
  func server(
    _ process: TestedProcess, _ report: @escaping @Sendable (String) -> Void
  ) async throws -> (ending: TermTestRecord.Ending, omissions: [String]) {
    let watch = ServerWatch(self, process)
    let result: Result<TermTestRecord.Ending, any Error>
    do {
      try await process.start(adding: [:])
      result = .success(try await watch.run(report))
    } catch {
      result = .failure(error)
    }
    // It ends in any case: a task of its own is not cancelled with this one.
    await Task {
      await process.stop()
      await watch.leave()
    }.value
    return (try result.get(), await watch.omissions)
  }
}

/// One client of a server, with its connection or its request.
private final class ServerSession: Sendable {
  private struct State {
    var session: TermTestRecord.Session
    var isLeaving = false
  }

  private let state: Locked<State>
  private let socket: WebSocket?
  private let wallClock: WallClock
  private let task = Locked<Task<Void, Never>?>(nil)

  /// A WebSocket that is open.
  init(_ id: String, _ socket: WebSocket, _ wallClock: WallClock) {
    state = Locked(State(session: TermTestRecord.Session(id: id, kind: .webSocket)))
    self.socket = socket
    self.wallClock = wallClock
    task.withLock { $0 = Task { await receive(socket) } }
  }

  /// A request whose answer is awaited.
  init(_ id: String, _ request: HTTPClient.Request, on client: HTTPClient, _ wallClock: WallClock) {
    state = Locked(State(session: TermTestRecord.Session(id: id, kind: .request)))
    socket = nil
    self.wallClock = wallClock
    task.withLock { $0 = Task { await send(request, on: client) } }
  }

  /// What is known of it.
  var session: TermTestRecord.Session { state.withLock { $0.session } }

  private func receive(_ socket: WebSocket) async {
    do {
      while try await socket.receive() != nil {}
      let closure = socket.closure
      end(
        isByPeer: closure?.isByPeer ?? true,
        closure.map { "close \($0.code.rawValue)\($0.reason.isEmpty ? "" : " (\($0.reason.harmless))")" } ?? "closed")
    } catch {
      end(isByPeer: true, "no close frame (1006): \(error.what)")
    }
  }

  private func send(_ request: HTTPClient.Request, on client: HTTPClient) async {
    do {
      let response = try await client.send(request)
      end(isByPeer: false, "HTTP \(response.status), whole (\(response.body.count) bytes)")
    } catch {
      end(isByPeer: true, error.what)
    }
  }

  private func end(isByPeer: Bool, _ detail: String) {
    let now = wallClock.now
    state.withLock { state in
      state.session.endedAt = now
      state.session.detail = detail
      state.session.end = isByPeer && !state.isLeaving ? .cut : .completed
    }
  }

  /// The client leaves; returns when its connection is closed.
  func leave() async {
    let now = wallClock.now
    state.withLock { state in
      guard state.session.endedAt == nil else { return }
      state.isLeaving = true
      state.session.personLeftAt = now
    }
    await socket?.close(.normal)
  }

  /// Ends what is left of it.
  func stop() async {
    socket?.reset()
    let task = task.withLock { $0 }
    task?.cancel()
    await task?.value
  }
}

/// Watches one server through its life.
private actor ServerWatch {
  private let test: TermTest
  private let process: TestedProcess
  private let client = WebSocketClient()
  private var ending: TermTestRecord.Ending
  private var sessions: [ServerSession] = []
  private var port: UInt16?
  /// What could not be done, a sentence each.
  private(set) var omissions: [String] = []

  init(_ test: TermTest, _ process: TestedProcess) {
    self.test = test
    self.process = process
    ending = TermTestRecord.Ending(kind: .sessionsEnd, agent: .server, startedAt: test.wallClock.now)
  }

  private var now: Timestamp { test.wallClock.now }
  private var options: TermTest.Options { test.options }

  private func until(_ limit: Duration, _ isDone: () -> Bool) async throws -> Bool {
    try await repeating(every: .milliseconds(50), within: limit, clock: test.clock) { isDone() ? true : nil } ?? false
  }

  /// Ends every client, when the server has gone.
  func leave() async {
    for session in sessions { await session.stop() }
    await client.shutDown()
  }

  func run(_ report: @Sendable (String) -> Void) async throws -> TermTestRecord.Ending {
    report("started \(options.subject)")
    let wanted = (options.clients.webSocket ?? options.clients.requests.first).flatMap(Self.port)
    _ = try await until(options.startLimit) {
      let ports = process.ports
      port = wanted.map { ports.contains($0) ? $0 : nil } ?? ports.min()
      return process.isGone || port != nil
    }
    guard let port else {
      if process.isGone { ending.exit = await process.end(by: now) }
      report(ending.exit.map { "it ended before it listened (\($0.how))" } ?? "it did not listen in time")
      return ending
    }
    ending.servingAt = now
    report("it listens on port \(port)")
    try await connect(port)
    ending.processes = process.look(port: port)
    try await stop(port, report)
    return ending
  }

  /// The port of a URL; nil for a path.
  private static func port(of url: String) -> UInt16? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    return authority.lastIndex(of: ":").flatMap { UInt16(authority[authority.index(after: $0)...]) } ?? 80
  }

  private func url(_ text: String, _ scheme: String, _ port: UInt16) -> String {
    text.hasPrefix("/") ? "\(scheme)://127.0.0.1:\(port)\(text)" : text
  }

  private func connect(_ port: UInt16) async throws {
    if let address = options.clients.webSocket.map({ url($0, "ws", port) }) {
      for number in 1...max(1, options.sessions) {
        try Task.checkCancellation()
        do {
          let socket = try await client.connect(address.replacing("{n}", with: "\(number)"))
          sessions.append(ServerSession("WebSocket \(number)", socket, test.wallClock))
        } catch {
          omissions.append("no WebSocket could be opened: \(error.what)")
          break
        }
      }
    }
    for (number, address) in options.clients.requests.enumerated() {
      var request = HTTPClient.Request(.get, url(address, "http", port))
      request.timeout = .seconds(3_600)
      request.bodyLimit = 64 << 20
      sessions.append(
        ServerSession("request \(number + 1) \(WebAddress.shown(address))", request, on: test.http, test.wallClock))
    }
    // A request has to be under way, and whatever a handler does first to be done.
    try await test.clock.sleep(for: .milliseconds(500))
  }

  // MARK: The signal and after it

  private func stop(_ port: UInt16, _ report: @Sendable (String) -> Void) async throws {
    guard let sent = await process.signal(options.signal, at: now) else { return }
    ending.signals.append(sent)
    report("\(sent.name) to \(sent.to)")
    if options.isSentTwice {
      _ = try await until(.seconds(1)) { process.isGone }
      if let again = await process.signal(options.signal, at: now) { ending.signals.append(again) }
    }
    let began = ContinuousClock.now
    var hasOffered = false
    var left = 0
    let total = sessions.count
    let share = total == 0 ? .zero : options.sessionLength / total
    var quietSince: ContinuousClock.Instant?
    while !process.isGone {
      try Task.checkCancellation()
      let passed = ContinuousClock.now - began
      if ending.closedAt == nil, !process.ports.contains(port), !process.isGone {
        ending.closedAt = now
        report("its port is closed")
      }
      // A server that nothing happens to is asked at the end of everybody's patience, others at once.
      if !hasOffered, ending.closedAt != nil || passed > options.patience {
        hasOffered = true
        await offer(port)
      }
      let isSilent = ending.closedAt == nil && passed > options.patience
      while left < total, isSilent || passed > share * (left + 1) {
        await sessions[left].leave()
        left += 1
      }
      if quietSince == nil, left == total, isSilent || sessions.allSatisfy({ $0.session.endedAt != nil }) {
        quietSince = .now
      }
      if let quietSince, ContinuousClock.now - quietSince > (isSilent ? .seconds(2) : options.leaveLimit) { break }
      // Requests that never end do not hold a test for ever.
      if passed > options.sessionLength + options.patience + options.leaveLimit { break }
      try await test.clock.sleep(for: .milliseconds(50))
    }
    if !hasOffered { await offer(port) }
    try await finish(report)
  }

  private func finish(_ report: @Sendable (String) -> Void) async throws {
    if !process.isAlive { ending.entryEnd = await process.end(by: now) }
    if process.isGone {
      ending.exit = ending.entryEnd
      _ = try await until(.seconds(2)) { process.processes.isEmpty }
      ending.leftBehind = process.leftBehind
      _ = try await until(.seconds(2)) { sessions.allSatisfy { $0.session.endedAt != nil } }
      report("it is gone: \(ending.exit?.how ?? "")")
    } else {
      report("it is still there, and is killed")
    }
    guard let signalled = ending.signals.first?.at, let last = ending.signals.last?.at else { return }
    ending.watchedSeconds = (now - last).seconds
    ending.sessions = sessions.map(\.session).map { session in
      var session = session
      if let endedAt = session.endedAt, endedAt < signalled { session.end = .endedBefore }
      return session
    }
  }

  /// A new client, whom a server that stops must refuse.
  private func offer(_ port: UInt16) async {
    let at = now
    let answer: TermTestRecord.Offer.Answer
    let detail: String
    if let address = options.clients.webSocket.map({ url($0, "ws", port) }) {
      do throws(WebFailure) {
        let address = address.replacing("{n}", with: "\(options.sessions + 1)")
        let socket = try await client.connect(address, timeout: .seconds(3))
        (answer, detail) = (.accepted, "a WebSocket was opened")
        socket.reset()
      } catch {
        (answer, detail) = Self.refusal(error)
      }
    } else {
      var request = HTTPClient.Request(.get, url(options.clients.requests.first ?? "/", "http", port))
      request.timeout = .seconds(3)
      do throws(WebFailure) {
        (answer, detail) = (.accepted, "HTTP \(try await test.http.send(request).status)")
      } catch {
        (answer, detail) = Self.refusal(error)
      }
    }
    ending.offers.append(TermTestRecord.Offer(at: at, answer: answer, detail: detail))
  }

  private static func refusal(_ failure: WebFailure) -> (TermTestRecord.Offer.Answer, String) {
    switch failure {
    case .refused, .reset, .handshakeRefused, .connectionLost: (.declined, failure.what)
    default: (.unanswered, failure.what)
    }
  }
}
