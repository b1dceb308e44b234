package import Vocabulary

/// What the logs tell of one worker from its start to its end, with the lines that say so.
///
/// What was not logged is absent and says nothing: a log level above INFO hides most of it. Memory is bounded, whatever is
/// logged: of more jobs, processes or kinds of failure than are kept only their numbers remain.
package struct WorkerStory: Hashable, Codable, Sendable {
  /// The log, or the pod, container or service in it, that the worker writes into.
  package var origin: String
  /// The main process; nil where no line names it (livekit-agents before 1.8.3).
  package var pid: Int32?
  /// Whose SDK it runs.
  package var sdk = SDK.python
  /// The SDK's version as it wrote it.
  package var sdkVersion: String?
  /// Whether its lines are coloured text, as in development mode.
  package var isColoured = false
  /// The ids under which it was registered, the oldest first; a reconnect makes a new one.
  package var registrations: [Registration] = []
  /// Everything that happened, by kind.
  package var events: [WorkerEvent: Mentions] = [:]
  /// The jobs, by the order in which they were first mentioned.
  package var jobs = JobList()
  /// How processes for jobs failed to start or ended by themselves, by cause.
  package var processFailures: [Failure] = []
  /// Why connections to the server failed, by what was said.
  package var connectionFailures: [Failure] = []
  /// The drain.
  package var drain = Drain()
  /// What it failed of as a whole.
  package var failure: Failure?
  /// The longest time for which an event loop of its processes was blocked, with the line that names what blocked it.
  package var longestBlock: Block?
  /// Errors of any logger, by what they say; of more than 32 kinds the first.
  package var errors: [Failure] = []

  /// A worker of which nothing was heard yet.
  package init(origin: String) { self.origin = origin }

  /// Whose SDK a worker runs.
  package enum SDK: String, Codable, Sendable { case python, node }

  /// One registration with a server.
  package struct Registration: Hashable, Codable, Sendable {
    /// What the server calls the worker.
    package let worker: WorkerID
    /// Its agent name; empty where it has none; nil where the line does not say.
    package let agentName: String?
    /// Its deployment; nil where the line does not say.
    package let deployment: String?
    /// The line.
    package let mention: Mention
  }

  /// One job.
  package struct Job: Hashable, Codable, Sendable {
    /// The job.
    package let id: SessionID
    /// Its room.
    package var room: String?
    /// Its process.
    package var pid: Int32?
    /// Its offer.
    package var offered: Mention?
    /// Whether it was offered to a worker that was draining.
    package var isLate = false
    /// Its end, as it was first said.
    package var ended: Mention?
    /// The reason of its end in the SDK's or the agent's words; harmless.
    package var reason: String?
    /// The exception that its entrypoint raised.
    package var exception: String?
    /// The status that its process ended with, if that was not zero.
    package var exitCode: Int?
    /// Everything that was said of it, by kind.
    package var events: [WorkerEvent: Mentions] = [:]

    /// Whether it was heard of and not of its end.
    package var isOpen: Bool { ended == nil }
    /// Whether something went wrong with it.
    package var isTrouble: Bool { exception != nil || exitCode != nil || isLate }
  }

  /// Something that failed, as often as it did.
  package struct Failure: Hashable, Codable, Sendable {
    /// Which event it was; nil for an error in the words of somebody else.
    package let event: WorkerEvent?
    /// What was said: the exception's last line, an exit code, a message; harmless.
    package let cause: String
    /// The lines.
    package var mentions: Mentions
  }

  /// A time for which an event loop stood still.
  package struct Block: Hashable, Codable, Sendable {
    /// How long, in seconds.
    package let seconds: Double
    /// The line.
    package let mention: Mention
  }

  /// What is told of the drain.
  package struct Drain: Hashable, Codable, Sendable {
    /// The worker took the request to drain; nil also for one that only says so because it failed.
    package var begun: Mention?
    /// The id that it was registered under by then.
    package var worker: WorkerID?
    /// How long it will wait for its jobs; zero is without limit, nil was not said.
    package var limitSeconds: Double?
    /// `draining worker` of a worker that failed or never registered: no stop signal came.
    package var withoutSignal: Mention?
    /// Jobs that were live when it began.
    package var jobsAtBegin = 0
  }
}

extension WorkerStory {
  static let failureLimit = 32

  /// Takes in the next line; the order of times is not relied on, job processes having clocks of their own.
  mutating func take(_ line: LogLine, _ event: WorkerEvent?, _ mention: Mention) {
    if line.form == .coloured { isColoured = true }
    if line.form == .pino { sdk = .node }
    let level = line.level
    guard let event else {
      // The media library tells of every connection that broke; a traceback on its own has no level.
      if line.logger == "livekit" { return }
      if level.map({ $0 >= .error }) ?? (line.exception != nil) {
        Self.keep(&errors, nil, line.exception ?? line.message, mention)
      }
      return
    }
    events.add(event, mention)
    takeLife(line, event, mention)
    takeJob(line, event, mention)
    if let level, level >= .error { Self.keep(&errors, event, line.exception ?? line.message, mention) }
  }

  private mutating func takeLife(_ line: LogLine, _ event: WorkerEvent, _ mention: Mention) {
    switch event {
    case .starting:
      sdkVersion = line.text("version")?.harmless ?? sdkVersion
      pid = line.pid ?? pid
    case .registered:
      guard let id = line.text("id") else { return }
      if registrations.count == 64 { registrations.remove(at: 8) }
      registrations.append(
        Registration(
          worker: WorkerID(id), agentName: (line.text("agent_name") ?? line.text("agentName"))?.harmless,
          deployment: line.text("deployment")?.harmless, mention: mention))
    case .failed: failure = failure ?? Failure(event: event, cause: cause(line), mentions: Mentions(mention))
    case .reconnecting, .connectionFailed:
      Self.keep(&connectionFailures, event, line.text("error") ?? cause(line), mention)
    case .loopBlocked:
      guard let seconds = line.number("duration"), seconds < 1e9, seconds > longestBlock?.seconds ?? 0 else { return }
      longestBlock = Block(seconds: seconds, mention: mention)
    case .initializationFailed, .processEnded, .spawnsFailing: Self.keep(&processFailures, event, cause(line), mention)
    case .draining:
      // A worker that dies by itself says the same: after `worker failed`, or before it ever registered.
      guard failure == nil, line.text("id") != "unregistered" else {
        drain.withoutSignal = drain.withoutSignal ?? mention
        return
      }
      guard drain.begun == nil else { return }
      drain.begun = mention
      drain.worker = line.text("id").map { WorkerID($0) }
      drain.limitSeconds = line.number("timeout").flatMap { (0...1e9).contains($0) ? $0 : nil }
      drain.jobsAtBegin = jobs.count { $0.isOpen }
    default: break
    }
  }

  private func cause(_ line: LogLine) -> String { (line.exception ?? line.message).harmless }

  private mutating func takeJob(_ line: LogLine, _ event: WorkerEvent, _ mention: Mention) {
    guard let id = (line.text("job_id") ?? line.text("jobId") ?? line.text("jobID")).map({ SessionID($0) }) else {
      return
    }
    guard let index = jobs.place(of: id) ?? jobs.add(id) else { return }
    jobs[index].events.add(event, mention)
    jobs[index].room = jobs[index].room ?? (line.text("room") ?? line.text("room_name"))?.harmless
    switch event {
    case .jobOffered:
      jobs[index].offered = jobs[index].offered ?? mention
      jobs[index].isLate = drain.begun != nil
    case .jobAssigned, .noWarmProcess: break
    case .jobEnded:
      jobs[index].pid = line.pid ?? jobs[index].pid
      jobs[index].reason = jobs[index].reason ?? line.text("reason")?.harmless
      jobs[index].ended = jobs[index].ended ?? mention
    case .jobCrashed:
      jobs[index].exception = jobs[index].exception ?? (line.exception ?? "no exception was logged").harmless
      jobs[index].ended = jobs[index].ended ?? mention
    case .processEnded:
      jobs[index].exitCode = line.message.split(separator: " ").last.flatMap { Int($0) }
      jobs[index].ended = jobs[index].ended ?? mention
    default: jobs[index].pid = jobs[index].pid ?? (line.pid == pid ? nil : line.pid)
    }
  }

  static func keep(_ failures: inout [Failure], _ event: WorkerEvent?, _ cause: String, _ mention: Mention) {
    let cause = cause.harmless
    if let index = failures.firstIndex(where: { $0.cause == cause && $0.event == event }) {
      failures[index].mentions.add(mention)
    } else if failures.count < WorkerStory.failureLimit {
      failures.append(Failure(event: event, cause: cause, mentions: Mentions(mention)))
    }
  }
}
