import Cutover
import Logs
import Machine
import Vocabulary

/// One process of a fleet, as far as its files and the system tell, followed from poll to poll.
struct LocalInstance: Sendable {
  let id: InstanceID
  let generation: LocalGeneration
  let folder: InstanceFolder
  /// What its log says.
  private(set) var log = WorkerLog()
  /// The process; nil: its keeper has not recorded it.
  private(set) var process: KeptProcess?
  /// Why its process was never started.
  private(set) var startFailure: String?
  private(set) var stop: StopOrder?
  private(set) var kill: KillOrder?
  /// How its main process is.
  private(set) var main: Main = .unrecorded
  /// Live processes of its session after its main process has ended.
  private(set) var survivors: [ProcessStatus] = []
  /// Whether its log was read to its end.
  private(set) var isLogRead = true

  private var output: LogFollower
  private var errors: LogFollower
  private var survivorsSeenAt: Timestamp?
  private var hasServed = false

  /// How a main process is.
  enum Main: Hashable, Sendable {
    case unrecorded
    case running
    /// It is gone and its keeper, which lives, is about to record how.
    case ending
    case ended(ProcessEnd, at: Timestamp?)
  }

  init(_ id: InstanceID, of generation: LocalGeneration, in folder: InstanceFolder) {
    self.id = id
    self.generation = generation
    self.folder = folder
    output = LogFollower(folder.output)
    errors = LogFollower(folder.errors)
  }

  /// Whether it or anything of it runs, or may run.
  var isAlive: Bool {
    switch main {
    case .running, .ending: true
    case .unrecorded: startFailure == nil
    case .ended: !survivors.isEmpty
    }
  }

  /// Where its HTTP server is, as long as anything of it runs and its log has said so.
  var httpURL: String? { isAlive ? log.http?.localURL : nil }

  /// Looks at its files and processes; `processes` is asked for only when its main process has ended.
  mutating func refresh(at now: Timestamp, processes: () -> [ProcessStatus]) throws {
    if case .ended = main, survivors.isEmpty, isLogRead { return }
    stop = try folder.stopOrder()
    kill = try folder.killOrder()
    try refreshMain(at: now)
    if case .ended = main, let process {
      survivors = process.survivors(among: processes())
      if !survivors.isEmpty { survivorsSeenAt = now }
    }
    try readLog(at: now)
  }

  private mutating func refreshMain(at now: Timestamp) throws(MachineFailure) {
    if case .ended = main { return }
    do throws(MachineFailure) {
      let process = try KeptProcess.read(folder.record)
      self.process = process
      main = try condition(of: process, at: now)
    } catch {
      guard main == .unrecorded else { throw error }
      switch error {
      case .notStarted(_, let reason): startFailure = reason
      // The keeper writes an empty record first.
      case .malformed: giveUpOnStart(at: now)
      case .file(.read, _, let cause) where cause.isMissing: giveUpOnStart(at: now)
      default: throw error
      }
    }
  }

  private func condition(of process: KeptProcess, at now: Timestamp) throws(MachineFailure) -> Main {
    if let end = process.end { return .ended(end.how, at: end.at) }
    if process.identity.isAlive { return .running }
    // The keeper records the end within milliseconds; until then how it ended is not known, which is not "unknown".
    if process.keeper.isAlive { return .ending }
    // The keeper may have recorded the end and gone since the file was read.
    let end = try KeptProcess.read(folder.record).end
    return .ended(end?.how ?? .unknown, at: end?.at ?? now)
  }

  /// A start takes at most 30 s; without a record after a minute, the command that started it ended before it did.
  private mutating func giveUpOnStart(at now: Timestamp) {
    guard now - generation.startedAt > .seconds(60) else { return }
    startFailure = "the command that started it ended before it did"
  }

  /// Takes in what was added to the log; at most 64 MiB a time.
  private mutating func readLog(at now: Timestamp) throws {
    let wasEnded = if case .ended = main { survivors.isEmpty } else { false }
    var log = log
    let outputProgress = try output.read(limit: 64 << 20) { log.append($0, from: .output, readAt: now) }
    let errorProgress = try errors.read(limit: 64 << 20) { log.append($0, from: .errors, readAt: now) }
    isLogRead = outputProgress.isAtEnd && errorProgress.isAtEnd
    if wasEnded, isLogRead { log.finishLines(readAt: now) }
    self.log = log
  }

  /// What the platform says of it; `health` is the answer of its `/` at this poll, nil when it could not be asked.
  mutating func observation(health: Health?) -> InstanceObservation {
    let (phase, reason) = phase(health)
    if phase == .serving { hasServed = true }
    return InstanceObservation(
      id: id, version: generation.version, generation: generation.id, workers: log.registrations.map(\.worker),
      sdk: log.sdkVersion.map { "livekit-agents \($0)" }, phase: phase,
      startedAt: process?.startedAt, registeredAt: log.registrations.first?.at, initializedAt: log.initializedAt,
      servingAt: servingAt(phase), drain: drain, end: end(phase),
      note: notes(reason).isEmpty ? nil : notes(reason).joined(separator: "; "))
  }
}

/// What a worker's `/` answered.
enum Health: Hashable, Sendable {
  case status(Int)
  case silent(String)
}

extension LocalInstance {
  private func phase(_ health: Health?) -> (InstanceObservation.Phase, reason: String?) {
    if let startFailure { return (.ended, startFailure) }
    if case .ended = main, survivors.isEmpty { return (.ended, nil) }
    if log.drain.confirmedAt != nil || log.drain.forcedAt != nil { return (.draining, nil) }
    if let failure = log.failure { return (.unknown("failed"), failure.summary) }
    guard !log.registrations.isEmpty else { return (.starting, isLogRead ? nil : "its log is not read to its end") }
    guard isReadyForJobs else {
      let failures = log.initializationFailures
      return (
        .starting, failures == 0 ? nil : "registered, but \(failures) of its job processes failed to start (PLT-005)"
      )
    }
    switch health {
    case .status(200): return (.serving, nil)
    case .status(let status): return (.unknown("unhealthy (\(status))"), nil)
    case .silent(let why): return (.unreachable, "registered, but its HTTP server does not answer: \(why)")
    case nil: return (.starting, "its log does not say where its HTTP server listens")
    }
  }

  /// Whether a job process is ready, where the log tells of any (a worker without idle ones makes none in advance).
  private var isReadyForJobs: Bool { !log.isInitializing || log.initializedAt != nil }

  /// The later of registration and first ready process. The HTTP server is up before both, so it decides nothing here.
  private func servingAt(_ phase: InstanceObservation.Phase) -> Timestamp? {
    guard let registered = log.registrations.first?.at, isReadyForJobs else { return nil }
    guard hasServed || phase == .draining || phase == .ended else { return nil }
    return max(registered, log.initializedAt ?? registered)
  }

  private var drain: InstanceObservation.Drain? {
    let drain = InstanceObservation.Drain(
      requestedAt: stop?.requestedAt, confirmedAt: log.drain.confirmedAt,
      confirmedBy: log.drain.confirmedAt == nil ? nil : .log, timedOutAt: log.drain.timedOutAt,
      finishedAt: log.drain.finishedAt, forcedAt: log.drain.forcedAt)
    return drain == InstanceObservation.Drain() ? nil : drain
  }

  private func end(_ phase: InstanceObservation.Phase) -> InstanceObservation.End? {
    guard phase == .ended else { return nil }
    guard case .ended(let how, let at) = main else {
      return InstanceObservation.End(at: generation.startedAt, cause: .unknown("not-started"))
    }
    // What outlived the main process was seen alive later than its recorded end.
    let last = max(at ?? generation.startedAt, survivorsSeenAt ?? at ?? generation.startedAt)
    switch how {
    case .exited(let code): return InstanceObservation.End(at: last, exitCode: code, cause: cause(ofExit: code))
    case .signaled(let signal):
      return InstanceObservation.End(at: last, signal: signal.rawValue, cause: cause(of: signal))
    case .unknown: return InstanceObservation.End(at: last, cause: killCause)
    }
  }

  private var killCause: InstanceObservation.End.Cause? {
    kill.map { $0.cause == "deadline" ? .deadline : .unknown($0.cause) }
  }

  private func cause(ofExit code: Int32) -> InstanceObservation.End.Cause? {
    if let killCause { return killCause }
    if log.drain.forcedAt != nil { return .killed }
    // Drained is said only where its own log says that it waited for the last call.
    if code == 0, log.drain.finishedAt != nil { return .drained }
    return stop == nil && log.drain.confirmedAt == nil ? .crashed : nil
  }

  private func cause(of signal: Signal) -> InstanceObservation.End.Cause? {
    if let killCause { return killCause }
    if signal == .terminate, stop != nil {
      // A wrapper died of the stop signal, and what it left behind drained.
      if log.drain.finishedAt != nil { return .drained }
      // A worker of the SDK never ends by this signal when it drains; other servers may, as their last act.
      let neverDrained = !log.registrations.isEmpty && log.drain.confirmedAt == nil
      return neverDrained ? .killed : .unknown("stop-signal")
    }
    return signal.isOfACrash ? .crashed : .killed
  }

  private func notes(_ reason: String?) -> [String] {
    var notes = reason.map { [$0] } ?? []
    if case .ended(let how, _) = main, !survivors.isEmpty {
      let count = survivors.count == 1 ? "1 process of it lives on" : "\(survivors.count) processes of it live on"
      notes.append("main process ended (\(how)), \(count)")
    }
    if case .ended(.unknown, _) = main { notes.append("how it ended is not known: its keeper was killed") }
    if let stop, !stop.isSent, isAlive, log.drain.confirmedAt == nil {
      notes.append("it is not known whether its stop signal was sent: sluice ended between the record and the signal")
    }
    if !output.isComplete || !errors.isComplete { notes.append("a part of its log is gone") }
    return notes
  }
}

extension KeptProcess {
  /// The live processes of the session that this process led. Its id is not given to another while one of them lives.
  func survivors(among processes: [ProcessStatus]) -> [ProcessStatus] {
    guard identity.bootID == Host.bootID else { return [] }
    // Another process with the id shows that the session is gone and the id was given anew.
    if let heir = processes.first(where: { $0.pid == identity.pid }), heir.startTime != identity.startTime { return [] }
    return processes.filter { $0.session == identity.pid && $0.isAlive && $0.startTime >= identity.startTime }
  }
}

extension Signal {
  /// Whether a process brings it on itself: ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS.
  fileprivate var isOfACrash: Bool { [4, 5, 6, 7, 8, 11, 31].contains(rawValue) }
}
