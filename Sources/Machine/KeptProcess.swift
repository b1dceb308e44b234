package import Vocabulary

/// A process that outlives the command that started it, as its keeper recorded it in the state file.
///
/// The file is the truth for how it ended. A process that is gone without a record has ended in a way nobody knows.
package struct KeptProcess: Hashable, Sendable {
  /// The process.
  package let identity: ProcessIdentity
  /// Its keeper, which waits for its end.
  package let keeper: ProcessIdentity
  /// When it was started.
  package let startedAt: Timestamp
  /// The recorded end; nil: none is recorded.
  package var end: End?

  /// A recorded end.
  package struct End: Hashable, Sendable {
    /// How it ended.
    package let how: ProcessEnd
    /// When its keeper saw it.
    package let at: Timestamp

    /// A recorded end.
    package init(_ how: ProcessEnd, at: Timestamp) {
      self.how = how
      self.at = at
    }
  }

  /// What is known of a kept process.
  package enum Condition: Hashable, Sendable {
    /// It runs.
    case running
    /// It has ended; `at` is nil when only that is known.
    case ended(ProcessEnd, at: Timestamp?)
  }

  /// How it is at this moment, by its record and, without one, by whether it is alive.
  package var condition: Condition {
    if let end { return .ended(end.how, at: end.at) }
    return identity.isAlive ? .running : .ended(.unknown, at: nil)
  }

  /// Reads a state file. Throws `MachineFailure`: missing, malformed, or what the keeper recorded why nothing started.
  package static func read(_ path: String) throws(MachineFailure) -> KeptProcess {
    let record = try KeeperRecord.read(path)
    if let failure = record.failure { throw .notStarted(path, reason: failure) }
    guard let process = record.process else { throw .malformed(path: path, reason: "its process has not started") }
    return process
  }

  /// Waits for the end and returns it as recorded; `.unknown` when the keeper ended without a record.
  ///
  /// Throws `CancellationError`, or `MachineFailure` when the state file cannot be read.
  package static func waitForEnd(_ path: String, clock: some Clock<Duration> = ContinuousClock()) async throws
    -> (how: ProcessEnd, at: Timestamp?)
  {
    let process = try read(path)
    if process.end == nil { try await process.identity.waitForEnd() }
    // The keeper sees the end at the same moment and records it within milliseconds.
    let recorded = try await repeating(every: .milliseconds(10), within: .seconds(10), clock: clock) {
      let isKept = process.keeper.isAlive
      let end = try read(path).end
      return end != nil || !isKept ? .some(end) : nil
    }
    guard let end = recorded ?? nil else { return (.unknown, nil) }
    return (end.how, end.at)
  }
}

/// The lines of a state file: `key value`, written and replaced whole.
struct KeeperRecord {
  static let schema = "sluice.kept-process/1"

  var process: KeptProcess?
  var failure: String?

  static func read(_ path: String) throws(MachineFailure) -> KeeperRecord {
    let text = String(decoding: try Files.read(path, limit: 65_536), as: UTF8.self)
    guard let record = KeeperRecord(text: text) else { throw .malformed(path: path, reason: "it is no \(schema)") }
    return record
  }

  func write(to path: String) throws(MachineFailure) { try Files.write(Array(text.utf8), to: path) }

  var text: String {
    var lines = ["schema \(KeeperRecord.schema)"]
    if let process {
      lines += [
        "pid \(process.identity.pid)", "start-time \(process.identity.startTime)",
        "boot-id \(process.identity.bootID)", "keeper-pid \(process.keeper.pid)",
        "keeper-start-time \(process.keeper.startTime)", "started-at \(process.startedAt)",
      ]
      switch process.end?.how {
      case .exited(let code): lines.append("exit-code \(code)")
      case .signaled(let signal): lines.append("signal \(signal.rawValue)")
      case .unknown, nil: break
      }
      if let end = process.end { lines.append("ended-at \(end.at)") }
    }
    if let failure { lines.append("failure \(failure.harmless)") }
    return lines.joined(separator: "\n") + "\n"
  }

  init(process: KeptProcess? = nil, failure: String? = nil) {
    self.process = process
    self.failure = failure
  }

  init?(text: String) {
    var values: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") {
      guard let space = line.firstIndex(of: " ") else { return nil }
      values[line[..<space]] = line[line.index(after: space)...]
    }
    guard values["schema"].map(String.init) == KeeperRecord.schema else { return nil }
    failure = values["failure"].map(String.init)
    guard values["pid"] != nil else { return }
    guard let pid = values["pid"].flatMap({ Int32($0) }), let start = values["start-time"].flatMap({ UInt64($0) }),
      let boot = values["boot-id"], let keeper = values["keeper-pid"].flatMap({ Int32($0) }),
      let keeperStart = values["keeper-start-time"].flatMap({ UInt64($0) }),
      let started = values["started-at"].flatMap({ Timestamp($0) })
    else { return nil }
    var process = KeptProcess(
      identity: ProcessIdentity(pid: pid, startTime: start, bootID: String(boot)),
      keeper: ProcessIdentity(pid: keeper, startTime: keeperStart, bootID: String(boot)), startedAt: started)
    if let ended = values["ended-at"].flatMap({ Timestamp($0) }) {
      let code = values["exit-code"].flatMap { Int32($0) }.map(ProcessEnd.exited)
      let signal = values["signal"].flatMap { Int32($0) }.map { ProcessEnd.signaled(Signal(rawValue: $0)) }
      process.end = KeptProcess.End(code ?? signal ?? .unknown, at: ended)
    }
    self.process = process
  }
}
