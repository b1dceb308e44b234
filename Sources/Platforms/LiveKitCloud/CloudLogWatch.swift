import Cutover
import LiveKit
import Logs
import Machine
import Vocabulary
import Web

/// Reads the log stream of one log server for as long as it lives, and keeps what its lines say of drains.
///
/// The stream carries the newest instance's lines, after a short piece of what was written before; those of draining
/// instances are not promised to be in it. So a line is evidence, and no line is none. A stream that ends is opened again.
final class CloudLogWatch: Sendable {
  /// What the lines have said.
  struct Report: Sendable {
    /// What the SDK's own lines tell, all replicas taken together.
    var log = WorkerLog()
    /// Replicas that registered, by the time of their line.
    var registered: [WorkerID: Timestamp] = [:]
    /// Replicas that said `draining worker`, and `shutting down worker` after it.
    var draining: [WorkerID: Timestamp] = [:]
    var finished: [WorkerID: Timestamp] = [:]
    /// When the last line came; nil: none did.
    var lastLineAt: Timestamp?
    /// Why the stream is not open; nil: it is.
    var failure: String?
    /// Lines that were handed on; a snapshot at a new connection gives them once more.
    fileprivate var told: Set<String> = []

    /// The replicas that drain and had not registered since a moment: those of before it.
    func drained(since began: Timestamp, _ moments: [WorkerID: Timestamp]) -> [Timestamp] {
      moments.filter { $0.value >= began && registered[$0.key].map { $0 < began } ?? true }.values.sorted()
    }
  }

  private let state: Locked<Report>
  private let task: Task<Void, Never>

  /// Lines of evidence are handed on at most this often; a crash loop must not fill the journal.
  private static let noteLimit = 500

  var report: Report { state.withLock { $0 } }

  /// Opens the stream and reads it until this is let go; `tell` gets lines of evidence, harmless.
  init(
    place: String, clock: WallClock, tell: @escaping @Sendable (PlatformNote) -> Void,
    open: @escaping @Sendable () async throws(LiveKitFailure) -> HTTPLines
  ) {
    let state = Locked(Report())
    self.state = state
    task = Task {
      var backoff = Backoff(base: .seconds(2), cap: .seconds(30))
      while !Task.isCancelled {
        let failure = await CloudLogWatch.read(state, place, clock, tell, open) { backoff.reset() }
        state.withLock { $0.failure = failure }
        do { try await Task.sleep(for: backoff.next()) } catch { return }
      }
    }
  }

  deinit { task.cancel() }

  /// Reads one connection to its end and says why it ended.
  private static func read(
    _ state: Locked<Report>, _ place: String, _ clock: WallClock,
    _ tell: @Sendable (PlatformNote) -> Void, _ open: @Sendable () async throws(LiveKitFailure) -> HTTPLines,
    _ opened: () -> Void
  ) async -> String {
    do {
      let lines = try await open()
      opened()
      state.withLock { $0.failure = nil }
      for try await line in lines {
        let evidence = state.withLock { $0.take(line.bytes, at: clock.now) }
        if let evidence { tell(PlatformNote(source: "log", text: "\(place.harmless): \(evidence)")) }
      }
      return "LiveKit Cloud ended the stream"
    } catch {
      return (error as? any Failure).map { [$0.what, $0.why].compactMap(\.self).joined(separator: ": ") } ?? "it failed"
    }
  }
}

extension CloudLogWatch.Report {
  /// The replicas of one version from before and after a restart, as far as the log has named them: one instance for each
  /// of the two. Sessions name their workers, so those on replicas that the log did not name stay unattributed.
  func turns(of version: VersionName, at place: String, since began: Timestamp) -> [InstanceObservation] {
    let after = registered.filter { $0.value >= began }
    let before = Set(registered.keys).union(draining.keys).subtracting(after.keys).sorted()
    var turns: [InstanceObservation] = []
    if !before.isEmpty {
      var turn = InstanceObservation(
        id: InstanceID("\(place)/\(version.rawValue)-before"), version: version, workers: before, phase: .serving,
        // Whoever did not register since is older; how old matters to nothing.
        startedAt: before.compactMap { registered[$0] }.min() ?? began - .milliseconds(1))
      let drains = before.compactMap { draining[$0] }
      if let told = drains.min() { turn.drain = InstanceObservation.Drain(requestedAt: told) }
      if drains.count == before.count {
        turn.phase = .draining
        turn.drain?.confirmedAt = drains.max()
        turn.drain?.confirmedBy = .log
        turn.drain?.timedOutAt = log.drain.timedOutAt
      }
      let ends = before.compactMap { finished[$0] }
      if ends.count == before.count {
        turn.phase = .ended
        turn.drain?.finishedAt = ends.max()
      }
      turns.append(turn)
    }
    if let started = after.values.min() {
      turns.append(
        InstanceObservation(
          id: InstanceID("\(place)/\(version.rawValue)-after"), version: version, workers: after.keys.sorted(),
          phase: .serving, startedAt: started, registeredAt: started))
    }
    return turns
  }

  /// Takes in a line; returns it in words where it is evidence that was not told before.
  fileprivate mutating func take(_ bytes: [UInt8], at now: Timestamp) -> String? {
    lastLineAt = now
    log.append((bytes + [0x0A])[...], readAt: now)
    let line = LogLine(bytes)
    guard line.form != .text, line.logger == "livekit.agents" else { return nil }
    let at = line.at ?? now
    if let worker = line.text("id").map({ WorkerID($0) }) {
      switch line.message {
      case "registered worker": registered[worker] = registered[worker] ?? at
      case "draining worker": draining[worker] = draining[worker] ?? at
      case "shutting down worker": if draining[worker] != nil { finished[worker] = finished[worker] ?? at }
      default: break
      }
    }
    guard CloudLogWatch.isEvidence(line) else { return nil }
    let fields = ["id", "job_id", "reason", "timeout"].compactMap { key -> String? in
      switch line.fields[key] {
      case .text(let text)?: "\(key)=\(text.harmless)"
      case .number(let number)?: "\(key)=\(Int64(exactly: number).map(String.init) ?? String(number))"
      default: nil
      }
    }
    let text = ([line.summary] + fields).joined(separator: " ")
    let mark = "\(line.at?.description ?? "") \(text)"
    guard told.count < CloudLogWatch.noteLimit, told.insert(mark).inserted else { return nil }
    return text
  }
}

extension CloudLogWatch {
  /// Whether a line says something of a drain or of how a replica ended.
  fileprivate static func isEvidence(_ line: LogLine) -> Bool {
    switch line.message {
    case "registered worker", "draining worker", "shutting down worker", "drain timed out, forcing shutdown",
      "exiting forcefully", "worker failed":
      true
    case "process exiting": ["job crashed", "parent process shutdown"].contains(line.text("reason") ?? "")
    case let message:
      message.hasPrefix("unhandled exception") || message.hasPrefix("process exited with non-zero exit code")
    }
  }
}
