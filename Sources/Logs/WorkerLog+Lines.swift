import Vocabulary

/// What the lines of livekit-agents mean.
extension WorkerLog {
  /// Texts of which one is in every line that `interpret` looks at, so that the agent's own lines cost one search each.
  private static let signs = ["livekit.agents", "ERROR", "CRITICAL", "TimeoutError"].map { Array($0.utf8) }

  /// Whether a line can say anything that is kept.
  static func matters(_ bytes: [UInt8]) -> Bool { signs.contains { bytes.contains(sequence: $0) } }

  mutating func interpret(_ line: LogLine, readAt: Timestamp) {
    let at = line.at ?? readAt
    guard line.form != .text else {
      if line.message.hasPrefix("TimeoutError") || line.message.hasPrefix("asyncio.exceptions.TimeoutError") {
        endOfUncaughtTimeout(at: at)
      }
      return
    }
    if let level = line.level, level >= .error { keepError(line, at: at) }
    guard line.logger == "livekit.agents", let event = WorkerEvent(line) else { return }
    lifetime(event, line, at: at)
    jobs(event, line, at: at)
    drain(event, line, at: at)
  }

  private mutating func lifetime(_ event: WorkerEvent, _ line: LogLine, at: Timestamp) {
    switch event {
    case .starting:
      sdkVersion = line.text("version")?.harmless ?? sdkVersion
      startingAt = startingAt ?? at
    case .initializing:
      if !line.isOfInference { isInitializing = true }
    case .initializationLate:
      // It registers all the same, on a slow machine before the first process has been begun.
      isInitializing = true
    case .initialized:
      if !line.isOfInference { initializedAt = initializedAt ?? at }
    case .initializationFailed:
      isInitializing = true
      initializationFailures += 1
    case .registered:
      guard let id = line.text("id") else { return }
      if registrations.count == 64 { registrations.remove(at: 8) }
      registrations.append(Registration(worker: WorkerID(id), at: at))
    case .failed:
      failure = failure ?? Occurrence(summary: line.summary, firstAt: at)
    case .listening:
      http = HTTPAddress(line.message.dropFirst(WorkerLog.listening.count)) ?? http
    default: break
    }
  }

  private static let listening = "HTTP server listening on "

  private mutating func jobs(_ event: WorkerEvent, _ line: LogLine, at: Timestamp) {
    guard let id = line.text("job_id").map({ SessionID($0) }) else { return }
    switch event {
    case .jobOffered:
      guard job(id) == nil else { return }
      if jobs.count >= WorkerLog.jobLimit { jobs.remove(at: jobs.firstIndex { $0.end != nil } ?? 0) }
      let room = line.text("room") ?? line.text("room_name")
      jobs.append(Job(id: id, room: room, offeredAt: at, isLate: drain.confirmedAt != nil))
    case .jobEnded:
      let reason = line.text("reason") ?? ""
      end(id, at: at, reason: reason, isCrash: reason == "job crashed")
    case .jobCrashed: end(id, at: at, reason: line.exception ?? "job crashed", isCrash: true)
    case .processEnded: end(id, at: at, reason: line.message, isCrash: true)
    default: break
    }
  }

  private func job(_ id: SessionID) -> Int? { jobs.lastIndex { $0.id == id } }

  /// Keeps the first end of a job; a crash stays a crash, whatever its process says when it leaves.
  private mutating func end(_ id: SessionID, at: Timestamp, reason: String, isCrash: Bool) {
    guard let index = job(id) else { return }
    guard let end = jobs[index].end else {
      jobs[index].end = JobEnd(at: at, reason: reason.harmless, isCrash: isCrash)
      return
    }
    if isCrash, !end.isCrash { jobs[index].end?.isCrash = true }
  }

  private mutating func drain(_ event: WorkerEvent, _ line: LogLine, at: Timestamp) {
    switch event {
    case .draining:
      // A worker that dies by itself says the same: after `worker failed`, or before it ever registered.
      guard failure == nil, let id = line.text("id"), id != "unregistered" else { return }
      drain.confirmedAt = drain.confirmedAt ?? at
      drain.timeout = line.number("timeout").flatMap { $0 >= 0 && $0.isFinite ? Duration(seconds: $0) : nil }
    case .drainTimedOut:
      drain.timedOutAt = drain.timedOutAt ?? at
    case .forced:
      drain.forcedAt = drain.forcedAt ?? at
    case .shuttingDown:
      guard drain.confirmedAt != nil, drain.timedOutAt == nil, drain.forcedAt == nil else { return }
      drain.finishedAt = drain.finishedAt ?? at
    default: break
    }
  }

  /// Before 1.5.2 a drain that timed out raised TimeoutError out of the program instead of saying so.
  private mutating func endOfUncaughtTimeout(at: Timestamp) {
    guard drain.confirmedAt != nil, drain.finishedAt == nil else { return }
    drain.timedOutAt = drain.timedOutAt ?? at
  }

  private mutating func keepError(_ line: LogLine, at: Timestamp) {
    let summary = line.summary
    if let index = errors.firstIndex(where: { $0.summary == summary }) {
      errors[index].count += 1
    } else if errors.count < WorkerLog.errorLimit {
      errors.append(Occurrence(summary: summary, firstAt: at))
    }
  }
}

extension LogLine {
  /// Whether the line is about the process that runs shared models, not one for jobs.
  fileprivate var isOfInference: Bool { fields["inference"] == .truth(true) }
}

extension WorkerLog.HTTPAddress {
  /// Reads `:8081`, `127.0.0.1:8081` or `:::8081`; nil for anything else, port 0 included.
  init?(_ text: some StringProtocol) {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
      return nil
    }
    self.init(host: String(text[..<colon]), port: port)
  }

  /// The address on this machine, as a URL without a path: `http://127.0.0.1:8081`.
  package var localURL: String {
    switch host {
    case "", "0.0.0.0": "http://127.0.0.1:\(port)"
    case "::": "http://[::1]:\(port)"
    case let host where host.contains(":"): "http://[\(host)]:\(port)"
    default: "http://\(host):\(port)"
    }
  }
}

extension [UInt8] {
  /// Whether the bytes hold others in a row; both may be empty.
  func contains(sequence other: [UInt8]) -> Bool {
    guard let first = other.first else { return true }
    var start = startIndex
    while let found = self[start...].firstIndex(of: first) {
      if self[found...].starts(with: other) { return true }
      start = found + 1
    }
    return false
  }
}
