import Logs
package import Vocabulary

/// How long a stop took from the moment it was asked for, and what ended it.
package struct ObservedStop: Hashable, Codable, Sendable {
  /// Who was stopped.
  package let worker: String
  /// When it was told; nil where the log has no time with a zone.
  package let toldAt: Timestamp?
  /// From then to its end; nil: the end was not seen.
  package let seconds: Double?
  /// The agent's own limit; nil: not said.
  package let limitSeconds: Double?
  /// How it ended.
  package let outcome: Outcome
  /// The clock that ended it, by its layer; nil where none did, or none that is known.
  package let clock: String?
  /// The same in a sentence.
  package let explanation: String

  /// How a stop ended.
  package enum Outcome: String, Codable, Sendable {
    /// Everything ended by itself.
    case drained
    /// The agent's own limit cut what was left.
    case cut
    /// A second signal ended it at once.
    case forced
    /// Somebody else ended it.
    case killed
    /// The end was not seen.
    case unknown
  }

  /// A worker's stop; nil where it was told nothing that is known of.
  init?(_ story: WorkerStory, _ file: CaseFile, _ logs: [String]) {
    let view = WorkerView(story: story, logs: logs, server: file.liveKit)
    let noted = StopNotes(story.pid, isOnly: file.workers.count + file.webServers.count == 1, file.notes)
    guard let told = story.drain.begun ?? view.seen?.fullToItsEnd ?? noted.signal?.mention else { return nil }
    let limit = story.drain.limitSeconds
    let own = limit.flatMap { $0 > 0 ? StopClock.own(.seconds($0)) : nil }
    let ending = view.ending(told: told, noted)
    let elapsed = ending.mention?.since(told) ?? ending.elapsed
    var clock: String?
    switch ending.outcome {
    case .cut: clock = own?.layer ?? elapsed.flatMap { time in StopClock.usual.first { $0.matches(time) }?.layer }
    case .killed: clock = elapsed.flatMap { time in StopClock.usual.first { $0.matches(time) }?.layer }
    case .drained, .forced, .unknown: break
    }
    self.init(
      worker: view.name, toldAt: told.at, seconds: elapsed?.seconds, limitSeconds: limit, outcome: ending.outcome,
      clock: clock, gone: noted.elapsed, hadSessions: story.drain.begun == nil || story.drain.jobsAtBegin > 0)
  }

  /// A uvicorn server's stop, timed by what was noted beside its log: uvicorn writes no times.
  init?(_ server: WebServerStory, _ file: CaseFile, _ logs: [String]) {
    let noted = StopNotes(server.pid, isOnly: file.workers.count + file.webServers.count == 1, file.notes)
    guard server.stopping != nil, let elapsed = noted.elapsed, let signal = noted.signal else { return nil }
    let isCut = server.cancelled != nil
    self.init(
      worker: ["server", server.pid.map { "(pid \($0))" }].compactMap { $0 }.joined(separator: " "),
      toldAt: signal.mention.at, seconds: elapsed.seconds, limitSeconds: nil, outcome: isCut ? .cut : .drained,
      clock: isCut ? "uvicorn --timeout-graceful-shutdown" : nil, gone: nil, hadSessions: true)
  }

  private init(
    worker: String, toldAt: Timestamp?, seconds: Double?, limitSeconds: Double?, outcome: Outcome, clock: String?,
    gone: Duration?, hadSessions: Bool
  ) {
    (self.worker, self.toldAt, self.seconds) = (worker, toldAt, seconds)
    (self.limitSeconds, self.outcome, self.clock) = (limitSeconds, outcome, clock)
    let time = seconds.map { " after \(Duration.seconds($0).text)" } ?? ""
    let words =
      switch outcome {
      case .drained: hadSessions ? "its sessions ended by themselves\(time)" : "it had no sessions and left\(time)"
      case .cut: "its own limit cut what was left\(time)"
      case .forced: "a second signal ended it\(time)"
      case .killed: "it was killed\(time)" + (clock == nil ? ", which is none of the usual clocks" : "")
      case .unknown: "its end is not in what was looked at"
      }
    // What follows the drain is the tail: an outer clock must leave it its time.
    let tail = gone.flatMap { gone in
      seconds.flatMap { gone.seconds - $0 > 1 ? ", and its process was gone after \(gone.text)" : nil }
    }
    explanation = words + (clock.map { ": \($0)" } ?? "") + (tail ?? "")
  }
}

/// What was noted of one process's stop.
struct StopNotes {
  let signal: Note?
  let end: Note?

  init(_ pid: Int32?, isOnly: Bool, _ notes: [Note]) {
    let signal = notes.first { note in
      note.kind == .signalled && (note.signal == "SIGTERM" || note.signal == "SIGINT")
        && (note.pid == nil ? isOnly : note.pid == pid)
    }
    self.signal = signal
    end = signal.flatMap { signal in
      notes.first { note in
        note.kind == .ended && (note.pid ?? pid) == pid && note.status != nil
          && (note.mention.since(signal.mention).map { $0 >= .zero } ?? false)
      }
    }
  }

  /// From the signal to the end of the process.
  var elapsed: Duration? {
    guard let signal, let end else { return nil }
    return end.mention.since(signal.mention)
  }
}

extension LiveKitServerStory.Worker {
  /// When it said that it is full and never took it back: its drain.
  var fullToItsEnd: Mention? { hasLeft ? full : nil }
}

extension WorkerView {
  /// How a stop ended, and when.
  func ending(
    told: Mention, _ noted: StopNotes
  ) -> (outcome: ObservedStop.Outcome, mention: Mention?, elapsed: Duration?) {
    if let forced = story.events[.forced]?.first { return (.forced, forced, nil) }
    if let cut = story.events[.drainTimedOut]?.first ?? silentTimeout { return (.cut, cut, nil) }
    if story.drain.begun != nil, let end = story.events[.shuttingDown]?.first { return (.drained, end, nil) }
    if let seen, let closed = seen.closed, seen.closing != nil, !seen.hasLeft { return (.killed, closed, nil) }
    if let seen, let closed = seen.closed, seen.fullToItsEnd != nil { return (.drained, closed, nil) }
    if let status = noted.end?.status, status == -9 || status == 137 { return (.killed, nil, noted.elapsed) }
    return (.unknown, nil, nil)
  }
}
