import Machine
import Vocabulary

/// An agent's processes at one moment, and which of them serves.
struct ProcessLook {
  private let processes: [ProcessStatus]
  /// The process that serves: who listens, else the parent of Python's helpers, else the only one there is; nil: none is known.
  let agent: Int32?

  /// Looks at processes, the one that the platform would signal first; `port` is where the one that serves listens.
  init(_ processes: [ProcessStatus], port: UInt16?) {
    self.processes = processes
    agent = ProcessLook.agent(among: processes, port: port)
  }

  /// What a record keeps of each; in a namespace of their own the first of them is process 1.
  func records(
    signal: Signal, isGroup: Bool, hasNamespace: Bool, words: ([String]) -> String
  ) -> [TermTestRecord.Process] {
    processes.enumerated().map { index, process in
      let command = words(ProcessTable.arguments(of: process.pid) ?? [process.name])
      return TermTestRecord.Process(
        pid: process.pid, parent: process.parent, command: String(command.prefix(200)),
        isFirst: hasNamespace && index == 0, isSignalled: index == 0 || isGroup, isAgent: process.pid == agent,
        disposition: TermTestRecord.Disposition(of: process.pid, towards: signal))
    }
  }

  private static func agent(among processes: [ProcessStatus], port: UInt16?) -> Int32? {
    if let port {
      var sockets = ProcessSockets()
      // A process that has just ended listens nowhere.
      let listener = processes.first { process in
        (try? sockets.sockets(of: process.pid))?.contains { $0.state == .listening && $0.port == port } ?? false
      }
      if let listener { return listener.pid }
    }
    let helper = processes.first { process in
      ProcessTable.arguments(of: process.pid)?.contains { $0.contains("from multiprocessing.") } ?? false
    }
    return helper?.parent ?? (processes.count == 1 ? processes[0].pid : nil)
  }
}

extension TermTestRecord.Disposition {
  /// What a process does with a signal.
  fileprivate init(of pid: Int32, towards signal: Signal) {
    guard let signals = ProcessSignals(pid: pid) else {
      self = .unknown
      return
    }
    self =
      if signals.blocked.contains(signal) {
        .blocked
      } else if signals.ignored.contains(signal) {
        .ignored
      } else {
        signals.caught.contains(signal) ? .caught : .byDefault
      }
  }
}

extension TermTestRecord.Exit {
  /// An end as a keeper recorded it.
  init(_ how: ProcessEnd, at moment: Timestamp) {
    let status: Int32? =
      switch how {
      case .exited(let code): code
      case .signaled(let signal): signal.exitStatus
      case .unknown: nil
      }
    self.init(at: moment, how: "\(how)", status: status)
  }
}
