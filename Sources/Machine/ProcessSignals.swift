/// What a process does with signals at one moment, as the system keeps it (`/proc/PID/status`).
package struct ProcessSignals: Hashable, Sendable {
  /// Signals for which it has a handler.
  package let caught: SignalSet
  /// Signals that it ignores.
  package let ignored: SignalSet
  /// Signals that every one of its threads blocks: one that is sent to the process waits.
  package let blocked: SignalSet
  /// Signals that were sent to the process and wait.
  package let pending: SignalSet
  /// Its ids, from the observer's pid namespace to the innermost that it is in; in a container's the last one is small.
  package let ids: [Int32]

  /// Reads it; nil when there is no such process or its files do not tell.
  package init?(pid: Int32) {
    guard let status = try? Files.read("/proc/\(pid)/status", limit: 65_536) else { return nil }
    // Threads may end while they are looked at; one thread's mask is that of the whole process.
    let threads = (try? Files.list("/proc/\(pid)/task")) ?? []
    let masks = threads.prefix(Self.threadLimit).compactMap { thread in
      (try? Files.read("/proc/\(pid)/task/\(thread)/status", limit: 65_536)).flatMap { Self.fields($0)["SigBlk"] }
        .flatMap { SignalSet($0) }
    }
    self.init(status: status, threads: masks)
  }

  /// Reads the text of `/proc/PID/status`; `threads` are the masks of its threads, empty where they are not known.
  package init?(status: [UInt8], threads: [SignalSet] = []) {
    let fields = Self.fields(status)
    guard let caught = fields["SigCgt"].flatMap({ SignalSet($0) }),
      let ignored = fields["SigIgn"].flatMap({ SignalSet($0) }),
      let blocked = fields["SigBlk"].flatMap({ SignalSet($0) })
    else { return nil }
    self.caught = caught
    self.ignored = ignored
    self.blocked = threads.reduce(blocked) { $0.intersection($1) }
    pending = fields["ShdPnd"].flatMap { SignalSet($0) } ?? SignalSet(rawValue: 0)
    ids = (fields["NSpid"] ?? "").split { $0 == "\t" || $0 == " " }.compactMap { Int32($0) }
  }

  /// How many threads are asked; a process with more of them is no agent.
  private static let threadLimit = 1_024

  /// The lines `Name:<tab>value`.
  private static func fields(_ status: [UInt8]) -> [Substring: Substring] {
    var fields: [Substring: Substring] = [:]
    for line in String(decoding: status, as: UTF8.self).split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon]] = line[line.index(after: colon)...].drop { $0 == "\t" || $0 == " " }
    }
    return fields
  }
}
