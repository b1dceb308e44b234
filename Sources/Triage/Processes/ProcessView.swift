package import Machine
package import Vocabulary

/// A tree of processes with the verdict on its signal's way, as people and machines are shown it.
package struct ProcessView: Hashable, Codable, Sendable {
  /// What the tree is called.
  package let name: String
  /// Where it was read.
  package let source: String
  /// When it was looked at; nil where that is not known.
  package let takenAt: Timestamp?
  /// `reaches`, `swallowed`, `deaf`, `dies`, `aborts` or `unknown`.
  package let outcome: String
  /// One sentence that says why.
  package let why: String
  /// The process that the platform signals; nil: not known.
  package let signaled: Int32?
  /// The process that is the agent; nil: none can be one.
  package let agent: Int32?
  /// By what the agent was recognized.
  package let agentSign: String?
  /// The processes, parents before children.
  package let processes: [Line]

  /// One process.
  package struct Line: Hashable, Codable, Sendable {
    /// Its id.
    package let pid: Int32
    /// Its id in its container; nil: not known.
    package let innerPid: Int32?
    /// How many of the processes shown are above it.
    package let depth: Int
    /// Its command line.
    package let command: String
    /// What it does with SIGTERM: `catches`, `ignores`, `blocks`, `dropped`, `default`; nil: not known.
    package let sigterm: String?
    /// Its signal sets, 16 hexadecimal digits each; nil: not known.
    package let caught, ignored, blocked: SignalSet?
    /// TCP ports on which it listens; nil: not known.
    package let listening: [UInt16]?
    /// Established connections that it holds; nil: not known.
    package let connections: Int?
    /// Why something above is not known.
    package let note: String?
  }

  init(_ tree: ProcessTree) {
    let route = SignalRoute(in: tree)
    name = tree.name.harmless
    source = tree.source.harmless
    takenAt = tree.takenAt
    outcome = route.outcome.rawValue
    why = route.why
    signaled = tree.signaled
    agent = route.agent?.process.pid
    agentSign = route.agent?.sign
    var depths: [Int32: Int] = [:]
    processes = tree.ordered.map { process in
      let depth = process.parent.flatMap { depths[$0] }.map { $0 + 1 } ?? 0
      depths[process.pid] = depth
      return Line(
        pid: process.pid, innerPid: process.innerPID, depth: depth, command: process.commandLine,
        sigterm: process.isZombie ? nil : process.reaction?.rawValue, caught: process.caught, ignored: process.ignored,
        blocked: process.blocked, listening: process.listening, connections: process.connections,
        note: process.isZombie ? "it has ended and waits for its parent" : process.note)
    }
  }
}

extension ProcessTree {
  /// The processes, each followed by what descends from it.
  fileprivate var ordered: [ObservedProcess] {
    let known = Set(processes.map(\.pid))
    let children = Dictionary(grouping: processes) { process in
      process.parent.flatMap { known.contains($0) && $0 != process.pid ? $0 : nil } ?? 0
    }
    var ordered: [ObservedProcess] = []
    var pending = (children[0] ?? []).reversed() as [ObservedProcess]
    while let next = pending.popLast(), ordered.count < processes.count {
      ordered.append(next)
      pending += (children[next.pid] ?? []).reversed()
    }
    return ordered
  }
}
