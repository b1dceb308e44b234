import Cutover
import Logs
import Machine
import Vocabulary

/// One container of a fleet, as far as its engine and its log tell, followed from poll to poll.
struct DockerInstance: Sendable {
  let id: InstanceID
  let generation: DockerGeneration
  /// The context of its engine; nil: the current one.
  let engine: String?
  /// Where orders to it are kept.
  let folder: InstanceFolder
  var record: ContainerRecord
  var log = ContainerLog()
  /// Whether its log was read after its end.
  var isLogRead = false
  private(set) var stop: StopOrder?
  private(set) var kill: KillOrder?
  private(set) var hasServed = false

  init?(_ record: ContainerRecord, on engine: String?, store: String) {
    guard let generation = record.generation, let name = record.labels[ContainerRecord.Label.instance] else {
      return nil
    }
    id = InstanceID(name)
    self.generation = generation
    self.engine = engine
    self.record = record
    folder = InstanceFolder(path: "\(store)/\(record.id)")
  }

  /// Whether it runs, or may still come to.
  var isAlive: Bool { record.isAlive || record.isBeforeStart }

  /// Reads the orders that were given to it.
  mutating func readOrders() throws {
    stop = try folder.stopOrder()
    kill = try folder.killOrder()
    if phase == .serving { hasServed = true }
  }

  /// When it was told to stop, by sluice or, as its log says, by anybody.
  var toldAt: Timestamp? { [stop?.requestedAt, log.log.drain.confirmedAt].compactMap(\.self).min() }

  /// What the platform says of it.
  var observation: InstanceObservation {
    let (phase, reason) = phaseAndReason
    let log = log.log
    return InstanceObservation(
      id: id, version: generation.version, generation: generation.id, workers: log.registrations.map(\.worker),
      sdk: log.sdkVersion.map { "livekit-agents \($0)" }, phase: phase, startedAt: record.startedAt,
      registeredAt: log.registrations.first?.at, initializedAt: log.initializedAt, servingAt: servingAt(phase),
      drain: drain, end: end(phase), note: notes(reason))
  }

  private var phase: InstanceObservation.Phase { phaseAndReason.phase }

  private var phaseAndReason: (phase: InstanceObservation.Phase, reason: String?) {
    let log = log.log
    guard isAlive else { return (.ended, record.error.isEmpty ? nil : String(record.error.harmless.prefix(300))) }
    if record.isBeforeStart { return (.starting, nil) }
    guard record.status == "running" || record.status == "stopping" else {
      return (.unknown(record.status.harmless), nil)
    }
    if log.drain.confirmedAt != nil || log.drain.forcedAt != nil { return (.draining, nil) }
    if let failure = log.failure { return (.unknown("failed"), failure.summary) }
    if record.health == "unhealthy" { return (.unknown("unhealthy"), "its health check fails") }
    if log.registrations.isEmpty {
      // What is no worker of the SDK says by its health check alone that it serves.
      guard log.startingAt == nil, let health = record.health else {
        return (
          .starting,
          log.startingAt == nil ? "its log does not say that it serves, and its image has no HEALTHCHECK" : nil
        )
      }
      return (health == "healthy" ? .serving : .starting, nil)
    }
    guard !log.isInitializing || log.initializedAt != nil else {
      let failures = log.initializationFailures
      return (
        .starting, failures == 0 ? nil : "registered, but \(failures) of its job processes failed to start (PLT-005)"
      )
    }
    guard record.health == nil || record.health == "healthy" else {
      return (.starting, "its health check has not passed yet")
    }
    return (.serving, nil)
  }

  private func servingAt(_ phase: InstanceObservation.Phase) -> Timestamp? {
    guard hasServed || phase == .serving || phase == .draining || phase == .ended else { return nil }
    let log = log.log
    return log.registrations.first.map { max($0.at, log.initializedAt ?? $0.at) }
      ?? (hasServed || phase == .serving ? record.startedAt : nil)
  }

  private var drain: InstanceObservation.Drain? {
    let told = log.log.drain
    let drain = InstanceObservation.Drain(
      requestedAt: stop?.requestedAt, confirmedAt: told.confirmedAt, confirmedBy: told.confirmedAt == nil ? nil : .log,
      timedOutAt: told.timedOutAt, finishedAt: told.finishedAt, forcedAt: told.forcedAt)
    return drain == InstanceObservation.Drain() ? nil : drain
  }

  // MARK: How it ended

  private func end(_ phase: InstanceObservation.Phase) -> InstanceObservation.End? {
    guard phase == .ended else { return nil }
    guard let at = record.finishedAt ?? record.startedAt ?? record.createdAt else { return nil }
    guard record.startedAt != nil else { return InstanceObservation.End(at: at, cause: .unknown("not-started")) }
    guard let code = record.exitCode else { return InstanceObservation.End(at: at, cause: killCause) }
    // An engine writes the end by a signal as 128 and its number.
    let signal = (129...128 + 31).contains(code) ? Signal(rawValue: code - 128) : nil
    return InstanceObservation.End(
      at: at, exitCode: signal == nil ? code : nil, signal: signal?.rawValue,
      cause: signal.map { cause(of: $0, at: at) } ?? cause(ofExit: code))
  }

  private var killCause: InstanceObservation.End.Cause? {
    kill.map { $0.cause == "deadline" ? .deadline : .unknown($0.cause) }
  }

  private func cause(ofExit code: Int32) -> InstanceObservation.End.Cause? {
    if let killCause { return killCause }
    let drain = log.log.drain
    if drain.forcedAt != nil { return .killed }
    if code == 0, drain.finishedAt != nil { return .drained }
    if record.isOutOfMemory, code != 0 { return .outOfMemory }
    return stop == nil && drain.confirmedAt == nil ? .crashed : nil
  }

  private func cause(of signal: Signal, at end: Timestamp) -> InstanceObservation.End.Cause? {
    if signal == .kill, record.isOutOfMemory { return .outOfMemory }
    if let killCause { return killCause }
    let drain = log.log.drain
    if signal == record.stopSignal, stop != nil || drain.confirmedAt != nil {
      if drain.finishedAt != nil { return .drained }
      let neverDrained = !log.log.registrations.isEmpty && drain.confirmedAt == nil
      return neverDrained ? .killed : .unknown("stop-signal")
    }
    if signal == .kill {
      // Somebody else's `docker stop`: the engine kills when the container's own time is over, and no sooner.
      let waited = drain.confirmedAt.map { (end - $0).seconds - record.stopTimeout.seconds }
      return waited.map { $0 > -1 && $0 < 5 } == true ? .deadline : .killed
    }
    return [4, 5, 6, 7, 8, 11, 31].contains(signal.rawValue) ? .crashed : .killed
  }

  private func notes(_ reason: String?) -> String? {
    var notes = reason.map { [$0] } ?? []
    if record.isOutOfMemory { notes.append("the kernel killed a process of it for want of memory") }
    if let stop, !stop.isSent, isAlive, log.log.drain.confirmedAt == nil {
      notes.append("it is not known whether its stop signal was sent: the engine did not confirm it")
    }
    if !log.isComplete { notes.append("a part of its log is gone") }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}
