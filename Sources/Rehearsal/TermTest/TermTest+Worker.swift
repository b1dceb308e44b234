import Cutover
import Logs
import Machine
import SessionSources
import Vocabulary
import Web

extension TermTest {
  /// One life of a LiveKit worker: it registers, takes sessions, is told to stop, and is watched until nothing of it is left.
  func worker(
    _ process: TestedProcess, _ kind: TermTestRecord.Kind, on server: DispatchServer,
    _ report: @Sendable (String) -> Void
  ) async throws -> TermTestRecord.Ending {
    let watch = WorkerWatch(self, process, kind, on: server)
    let result: Result<TermTestRecord.Ending, any Error>
    do {
      try await process.start(adding: server.environment)
      result = .success(try await watch.run(report))
    } catch {
      result = .failure(error)
    }
    // It ends in any case: a task of its own is not cancelled with this one.
    await Task { await process.stop() }.value
    await watch.callers.leave()
    return try result.get()
  }
}

/// The people of a test's sessions, who leave when they are told to.
actor Callers {
  private let dispatcher: Dispatcher
  private var calls: [Task<SessionID, Never>] = []

  init(_ dispatcher: Dispatcher) { self.dispatcher = dispatcher }

  /// Calls; the session goes on until its person leaves.
  func call(_ room: String) -> SessionID {
    let request = SessionRequest(room: room)
    calls.append(Task { await dispatcher.hold(request, length: .seconds(86_400)) })
    return request.id
  }

  /// Calls, and leaves by itself a second later.
  func callBriefly(_ room: String) -> SessionID {
    let request = SessionRequest(room: room)
    calls.append(Task { await dispatcher.hold(request, length: .seconds(1)) })
    return request.id
  }

  /// The person of a call leaves, by its number.
  func leave(_ number: Int) {
    guard calls.indices.contains(number) else { return }
    calls[number].cancel()
  }

  /// Everybody leaves; returns when the server has told the worker so.
  func leave() async {
    for call in calls { call.cancel() }
    for call in calls { _ = await call.value }
  }
}

/// Watches one worker through its life.
private actor WorkerWatch {
  nonisolated let callers: Callers
  private let test: TermTest
  private let process: TestedProcess
  private let dispatcher: Dispatcher
  private var ending: TermTestRecord.Ending
  private var log: TestedLog
  private var sessions: [SessionID] = []
  private var callNumbers: [SessionID: Int] = [:]
  private var worker: WorkerID?
  private var lastCount: ContinuousClock.Instant?

  init(_ test: TermTest, _ process: TestedProcess, _ kind: TermTestRecord.Kind, on server: DispatchServer) {
    self.test = test
    self.process = process
    dispatcher = server.dispatcher
    callers = Callers(server.dispatcher)
    log = TestedLog(process.logs)
    ending = TermTestRecord.Ending(kind: kind, agent: .worker, startedAt: test.wallClock.now)
  }

  private var now: Timestamp { test.wallClock.now }
  private var options: TermTest.Options { test.options }

  /// Asks again and again, the log read before each time.
  private func until(_ limit: Duration, _ isDone: () async -> Bool) async throws -> Bool {
    try await repeating(every: .milliseconds(50), within: limit, clock: test.clock) { () -> Bool? in
      try log.read(at: now)
      return await isDone() ? true : nil
    } ?? false
  }

  func run(_ report: @Sendable (String) -> Void) async throws -> TermTestRecord.Ending {
    let others = Set(await dispatcher.registrations.map(\.id))
    report("started \(options.subject)")
    _ = try await until(options.startLimit) {
      worker = await dispatcher.registrations.map(\.id).first { !others.contains($0) } ?? worker
      return process.isGone || isReady
    }
    ending.sdk = log.log.sdkVersion
    guard worker != nil, isReady else {
      if process.isGone { ending.exit = await process.end(by: now) }
      report(ending.exit.map { "it ended before it could take sessions (\($0.how))" } ?? "it took too long to start")
      return ending
    }
    ending.servingAt = now
    report("it serves, and \(options.sessions) call")
    try await placeSessions()
    ending.processes = process.look(port: log.log.http?.port)
    try await stop(report)
    ending.joinAttempts = await dispatcher.roomJoinAttempts
    return ending
  }

  /// Registered, and with a process for jobs ready where it makes any.
  private var isReady: Bool {
    guard worker != nil else { return false }
    let log = log.log
    return !log.isInitializing || log.initializedAt != nil || log.initializationFailures > 0
  }

  /// People call, one after the other, until as many sessions run as there shall be, or nobody takes one for a while.
  private func placeSessions() async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    var number = 0
    while sessions.count < options.sessions, ContinuousClock.now < deadline, !process.isGone {
      number += 1
      let id = await callers.call("term-test-\(number)")
      callNumbers[id] = number - 1
      // A worker of Node never says that a job runs, so one that was taken counts after a while.
      let began = ContinuousClock.now
      let isSettled = try await until(.seconds(10)) {
        let isOld = ContinuousClock.now - began > .seconds(4)
        guard let session = await dispatcher.session(id) else { return process.isGone || isOld }
        if process.isGone || session.isReportedRunning || session.end != nil || isOld { return true }
        let isAnswered = await dispatcher.hasAnswer(id)
        return session.startedAt == nil && isAnswered
      }
      if isSettled, await dispatcher.session(id)?.startedAt != nil {
        sessions.append(id)
      } else {
        ending.declinedBefore += 1
        await callers.leave(number - 1)
        // One that takes its time to make a process ready declines meanwhile.
        try await test.clock.sleep(for: .milliseconds(500))
      }
    }
    ending.wasFull = await dispatcher.registrations.first { $0.id == worker }?.isFull ?? false
    // A job that is reported to run has just begun to: one that raises at once has no part in the signal.
    try await test.clock.sleep(for: .milliseconds(1_500))
  }

  // MARK: The signal and after it

  private func stop(_ report: @Sendable (String) -> Void) async throws {
    guard let sent = await process.signal(options.signal, at: now) else { return }
    ending.signals.append(sent)
    report("\(sent.name) to \(sent.to)")
    if options.isSentTwice {
      _ = try await until(.seconds(1)) { process.isGone }
      if let again = await process.signal(options.signal, at: now) { ending.signals.append(again) }
    }
    _ = try await until(options.patience) {
      await note()
      return hasReacted || process.isGone
    }
    report(hasReacted ? "it drains" : process.isGone ? "it is gone" : "nothing happened")
    await offer()
    if ending.kind == .sessionsEnd { try await letSessionsEnd() }
    let limit =
      ending.kind == .drainTimeout
      ? (options.drainTimeout ?? .zero) + .seconds(45) + options.leaveLimit
      : hasReacted ? options.leaveLimit : .seconds(2)
    // Whoever tells that his drain is longer than anybody waits for is not waited for.
    _ = try await until(limit) {
      await note()
      return process.isGone || isHopeless
    }
    if !process.isAlive { ending.entryEnd = await process.end(by: now) }
    if process.isGone {
      ending.exit = ending.entryEnd
      _ = try await until(.seconds(2)) { process.processes.isEmpty }
      ending.leftBehind = process.leftBehind
      report("it is gone: \(ending.exit?.how ?? "")")
    } else {
      report("it is still there, and is killed")
    }
    if let first = ending.signals.last { ending.watchedSeconds = (now - first.at).seconds }
    await describeSessions()
  }

  private var hasReacted: Bool { ending.confirmedAt != nil || ending.closedAt != nil }

  /// Whether the drain was not to be shortened: its own limit is far away.
  private var isHopeless: Bool {
    guard ending.kind == .drainTimeout, let limit = ending.drainLimitSeconds, let wanted = options.drainTimeout else {
      return false
    }
    return limit == 0 || limit > wanted.seconds + 1
  }

  /// Takes down what log, server and the worker's own HTTP say at this moment.
  private func note() async {
    let drain = log.log.drain
    ending.confirmedAt = ending.confirmedAt ?? drain.confirmedAt
    ending.drainLimitSeconds = ending.drainLimitSeconds ?? drain.timeout?.seconds
    ending.timedOutAt = ending.timedOutAt ?? drain.timedOutAt
    if ending.closedAt == nil, !ending.wasFull,
      await dispatcher.registrations.first(where: { $0.id == worker })?.isFull == true
    {
      ending.closedAt = now
    }
    await readCount()
  }

  /// Asks `/worker` twice a second.
  private func readCount() async {
    guard let url = log.log.http?.localURL, lastCount.map({ ContinuousClock.now - $0 > .milliseconds(500) }) ?? true
    else { return }
    lastCount = ContinuousClock.now
    var request = HTTPClient.Request(.get, "\(url)/worker")
    request.timeout = .seconds(1)
    // One that does not answer, or is gone, has told no number.
    guard let response = try? await test.http.send(request), let answer = try? WorkerAnswer(response.body),
      ending.counts.last?.sessions != answer.activeJobs, ending.counts.count < 64
    else { return }
    ending.counts.append(TermTestRecord.Count(at: now, sessions: answer.activeJobs))
  }

  /// Offers a new session, which one that drains must refuse.
  private func offer() async {
    guard !process.isGone else { return }
    let at = now
    let id = await callers.callBriefly("term-test-late")
    let limit = ContinuousClock.now + .seconds(6)
    while ContinuousClock.now < limit, !Task.isCancelled {
      if let offer = await dispatcher.offers.last(where: { $0.session == id }) {
        let answer: TermTestRecord.Offer.Answer? =
          switch offer.answer {
          case .pending: nil
          case .accepted: .accepted
          case .declined, .refused: .declined
          case .silent, .workerGone, .withdrawn: .unanswered
          }
        if let answer {
          let words =
            switch answer {
            case .accepted: "accepted"
            case .declined: "available=false"
            case .unanswered: "no answer"
            }
          ending.offers.append(TermTestRecord.Offer(at: at, answer: answer, detail: words))
          return
        }
      } else if await dispatcher.registrations.allSatisfy({ $0.id != worker }) {
        return
      }
      // Cancelled: the loop sees it.
      try? await test.clock.sleep(for: .milliseconds(20))
    }
  }

  /// The people leave one after the other, the last as long after the signal as a session shall last.
  private func letSessionsEnd() async throws {
    guard let signalled = ending.signals.first?.at else { return }
    for number in sessions.indices {
      let share = options.sessionLength.nanoseconds * Int64(number + 1) / Int64(sessions.count)
      let left = Duration.nanoseconds(share) - (now - signalled)
      _ = try await until(max(.zero, left)) {
        await note()
        return process.isGone
      }
      // Whoever is still there when the process is gone was cut off, and does not leave.
      if process.isGone { break }
      await callers.leave(callNumbers[sessions[number]] ?? -1)
    }
    // What has to end has as long as an agent's shutdown takes.
    _ = try await until(options.leaveLimit) {
      await note()
      if process.isGone || !hasReacted { return true }
      for id in sessions where await dispatcher.session(id)?.isRunning == true { return false }
      return true
    }
  }

  /// How each session went on, in the server's view.
  private func describeSessions() async {
    guard let signalled = ending.signals.first?.at else { return }
    // A worker that is gone may come back for three seconds; then its sessions count as lost.
    let (dispatcher, sessions) = (dispatcher, sessions)
    _ = try? await until(.seconds(5)) {
      for id in sessions {
        guard let session = await dispatcher.session(id) else { continue }
        if session.isRunning, process.isGone { return false }
      }
      return true
    }
    for id in sessions {
      // One that nobody took was never live.
      guard let session = await dispatcher.session(id), session.startedAt != nil else { continue }
      var told = TermTestRecord.Session(id: session.room, kind: .job)
      told.personLeftAt = session.personLeftAt
      if let end = session.end {
        told.endedAt = end.at
        told.detail = end.sign.words
        // Of a person and a worker that left at the same moment, the worker was the first: nothing told the agent to go.
        let reached = end.sign == .workerGone ? end.at - .milliseconds(250) : end.at
        let isComplete = end.personLeftAt.map { $0 <= reached } ?? false
        told.end = end.at < signalled ? .endedBefore : isComplete ? .completed : .cut
      }
      ending.sessions.append(told)
    }
  }
}

extension SessionObservation.Sign {
  /// What a person is told of it.
  fileprivate var words: String {
    switch self {
    case .personLeft: "its person left"
    case .agentLeft: "the agent ended it"
    case .roomClosed: "its room was closed"
    case .terminated: "it was ended through the server"
    case .connectionLost: "the connection was lost"
    case .drainTimedOut: "the drain timed out"
    case .crashed: "its process died"
    case .workerGone: "its worker closed the connection"
    case .serverRestarted: "the server restarted"
    case .unknown(let sign): sign.harmless
    }
  }
}
