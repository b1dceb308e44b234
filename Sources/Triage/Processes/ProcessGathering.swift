import Machine
import Preflight
package import Vocabulary

/// Reads processes of this machine from `/proc`; changes nothing.
package enum ProcessGathering {
  /// How many processes of one tree are looked at; an agent has a few dozen.
  static let limit = 4_096

  /// The tree of an agent: of a process that is it or stands above it. In a container it begins at process 1, which gets the
  /// signal; elsewhere at the process itself, and always there where `isSignaled` says that the platform signals this one.
  ///
  /// Throws `ProcessFailure` when there is no such process.
  package static func tree(
    of pid: Int32, name: String, isSignaled: Bool = false, now: Timestamp
  ) throws(ProcessFailure) -> ProcessTree {
    guard let own = ProcessStatus(pid: pid) else { throw .missing(pid) }
    guard own.isAlive else { throw .ended(pid) }
    let root = isSignaled ? pid : first(of: pid)
    var sockets = ProcessSockets()
    var held: [Int32: [ProcessSocket]] = [:]
    var processes = ProcessTable.tree(of: root).prefix(limit).map { status in
      var process = observe(status)
      guard status.isAlive else { return process }
      do throws(MachineFailure) {
        held[status.pid] = try sockets.sockets(of: status.pid)
      } catch {
        process.add("its sockets could not be read: \(error.why ?? error.what)")
      }
      return process
    }
    // What was accepted has the listener's port, whichever process of the tree has it; what was dialled has another.
    let ports = Set(held.values.flatMap { $0 }.filter { $0.state == .listening }.map(\.port))
    for index in processes.indices {
      guard let held = held[processes[index].pid] else { continue }
      processes[index].listening = Set(held.filter { $0.state == .listening }.map(\.port)).sorted()
      processes[index].connections = held.count { $0.state == .established && ports.contains($0.port) }
    }
    var tree = ProcessTree(name: name, source: "/proc", signaled: root, takenAt: now, processes: processes)
    tree.entry = RunningEntry(pid: root, command: processes.first)?.judged
    return tree
  }

  /// A process without its sockets.
  private static func observe(_ status: ProcessStatus) -> ObservedProcess {
    var process = ObservedProcess(pid: status.pid, parent: status.parent, name: status.name)
    process.group = status.group
    process.state = String(status.state)
    process.arguments = ProcessTable.arguments(of: status.pid)?.withoutSecrets
    guard status.isAlive else { return process }
    guard let signals = ProcessSignals(pid: status.pid) else {
      process.add("its signal masks could not be read")
      return process
    }
    process.caught = signals.caught
    process.ignored = signals.ignored
    process.blocked = signals.blocked
    process.innerPID = signals.ids.last
    if signals.pending.contains(.terminate) { process.add("a SIGTERM was sent to it and waits") }
    return process
  }

  /// The process that a platform signals when it stops what `pid` belongs to.
  private static func first(of pid: Int32) -> Int32 {
    let ancestors = ancestors(of: pid)
    if let ids = ProcessSignals(pid: pid)?.ids, ids.count > 1 {
      // Of the same pid namespace, as far as the observer's own ids go.
      return ancestors.last { ProcessSignals(pid: $0)?.ids.count == ids.count } ?? pid
    }
    // Whoever was put into a container beside its process 1 does not descend from it.
    if ancestors.last == 1, Self.ancestors(of: Host.process.pid).last != 1 { return 1 }
    return pid
  }

  /// A process and those above it, up to the first.
  private static func ancestors(of pid: Int32) -> [Int32] {
    var ancestors = [pid]
    while let last = ancestors.last, let parent = ProcessStatus(pid: last)?.parent, parent > 0, ancestors.count < 1_000
    {
      ancestors.append(parent)
    }
    return ancestors
  }
}

extension ObservedProcess {
  fileprivate mutating func add(_ note: String) {
    self.note = [self.note, note.harmless].compactMap(\.self).joined(separator: "; ")
  }
}

/// A process that cannot be looked at.
package enum ProcessFailure: Failure {
  case missing(Int32)
  case ended(Int32)

  package var what: String {
    switch self {
    case .missing(let pid): "there is no process \(pid)"
    case .ended(let pid): "process \(pid) has ended"
    }
  }
  package var why: String? {
    switch self {
    case .missing: "it has ended, or this user may not see it"
    case .ended: "its parent has not collected it yet"
    }
  }
  package var remedy: String? { "look for the agent's pid with: ps -eo pid,ppid,args" }
  package var exitStatus: ExitStatus { .missingInput }
}
