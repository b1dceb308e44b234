import Machine
import Vocabulary

/// What becomes of SIGTERM in a tree, by what its processes do with signals at the moment they were looked at: the verdict
/// before any signal is sent.
struct SignalRoute: Hashable, Sendable {
  /// The agent; nil: nothing in the tree can be one.
  let agent: AgentProcess?
  /// The processes from the one that is signaled to the agent's parent, outermost first.
  let chain: [ObservedProcess]
  let outcome: Outcome
  /// The process that the outcome rests on; nil where there is none.
  let culprit: ObservedProcess?
  /// One sentence that says why.
  let why: String

  /// What becomes of the signal.
  enum Outcome: String, Sendable {
    /// The agent gets it, and has a handler for it.
    case reaches
    /// The agent never gets it.
    case swallowed
    /// The agent itself blocks or ignores it.
    case deaf
    /// The agent gets it and dies of it at once.
    case dies
    /// Something in between cuts the agent's sessions.
    case aborts
    case unknown
  }

  init(in tree: ProcessTree) {
    agent = AgentProcess(in: tree)
    guard let agent else {
      (chain, outcome, culprit) = ([], .unknown, nil)
      why = "no process in it can be an agent"
      return
    }
    guard let signaled = tree.signaled else {
      (chain, outcome, culprit) = ([], .unknown, nil)
      why = "which process the platform signals is not known"
      return
    }
    guard tree.processes.contains(where: { $0.pid == signaled && !$0.isZombie }) else {
      (chain, outcome, culprit) = ([], .swallowed, agent.process)
      why =
        "process \(signaled), which the platform signals, has ended, and the agent (pid \(agent.process.pid)) lives on untold"
      return
    }
    guard let chain = tree.chain(from: signaled, to: agent.process.pid) else {
      (self.chain, outcome, culprit) = ([], .unknown, nil)
      why = "process \(agent.process.pid) does not descend from process \(signaled), which the platform signals"
      return
    }
    self.chain = chain
    var judged = Self.judge(chain, agent.process, entry: tree.entry)
    // A worker takes its handlers before it makes processes for jobs, and gives them back when the last one has gone.
    if judged.outcome == .dies, agent.kind == .worker, !tree.hasJobProcesses {
      judged.outcome = .unknown
      judged.why =
        "the agent (pid \(agent.process.pid)) has no handler for SIGTERM and no processes for jobs: it starts or ends"
    }
    (outcome, culprit, why) = (judged.outcome, judged.culprit, judged.why)
  }

  private static func judge(
    _ chain: [ObservedProcess], _ agent: ObservedProcess, entry: ProjectFacts.Entry?
  ) -> (outcome: Outcome, culprit: ObservedProcess?, why: String) {
    for process in chain {
      let name = "\(process.program.harmless) (pid \(process.pid))"
      // An init that waits for signals by sigtimedwait shows masks as if it had never heard of them.
      let isJudged = ["drains", "swallowed", "aborts"].contains(entry?.outcome)
      switch process.isShell || !isJudged || process.reaction == .ignores ? process.reaction : .catches {
      case nil: return (.unknown, process, "what \(name) does with signals could not be read")
      case .ignores: return (.swallowed, process, "\(name) ignores SIGTERM, and the agent below it is never told")
      case .dropped:
        return (
          .swallowed, process,
          "\(name) is process 1 of its container and has no handler for SIGTERM: the kernel drops the signal"
        )
      case .dies:
        return (.swallowed, process, "\(name) has no handler for SIGTERM: it dies of it, and the agent is never told")
      // Whether it passes on what it takes is not to be seen from outside; its command line tells.
      case .catches, .waits: break
      }
    }
    if let last = chain.last {
      switch entry?.outcome {
      case "drains": break
      case "swallowed": return (.swallowed, last, entry?.sentence ?? "")
      case "aborts": return (.aborts, last, entry?.sentence ?? "")
      default:
        return (
          .unknown, last,
          "\(last.program.harmless) (pid \(last.pid)) takes SIGTERM, and whether it passes it on cannot be seen from outside"
        )
      }
    }
    let name = "the agent (pid \(agent.pid))"
    switch agent.reaction {
    case nil: return (.unknown, agent, "what \(name) does with signals could not be read")
    case .ignores: return (.deaf, agent, "\(name) ignores SIGTERM")
    case .waits: return (.deaf, agent, "every thread of \(name) blocks SIGTERM: its handler never runs")
    case .dropped:
      return (
        .swallowed, agent, "\(name) is process 1 of its container and has no handler for SIGTERM: the kernel drops it"
      )
    case .dies: return (.dies, agent, "\(name) has no handler for SIGTERM and dies of it at once")
    case .catches:
      let way = chain.map { $0.program.harmless }.joined(separator: " and ")
      return (
        .reaches, nil, "SIGTERM reaches \(name)\(way.isEmpty ? "" : " through \(way)"), which has a handler for it"
      )
    }
  }
}

extension ProcessTree {
  /// Whether a worker has processes for jobs: what the fork server has made, or `spawn`.
  var hasJobProcesses: Bool {
    let helpers = Set(processes.filter(\.isMultiprocessing).map(\.pid))
    return processes.contains { process in
      process.isSpawned || (process.isMultiprocessing && process.parent.map(helpers.contains) == true)
    }
  }

  /// The processes from one to the parent of another that descends from it, outermost first; empty where they are the same,
  /// nil where it does not descend from it.
  func chain(from first: Int32, to last: Int32) -> [ObservedProcess]? {
    let byID = Dictionary(processes.map { ($0.pid, $0) }) { first, _ in first }
    var chain: [ObservedProcess] = []
    var pid = last
    while pid != first {
      guard let parent = byID[pid]?.parent, let process = byID[parent], chain.count < processes.count else {
        return nil
      }
      chain.append(process)
      pid = parent
    }
    return chain.reversed()
  }
}

extension ObservedProcess {
  /// What it does with SIGTERM by itself.
  enum Reaction: String, Sendable {
    /// It has a handler.
    case catches
    case ignores
    /// All of its threads block it: it waits for it in another way, or never gets it.
    case waits = "blocks"
    /// It has no handler, and the kernel spares process 1 of a container.
    case dropped
    /// It has no handler.
    case dies = "default"
  }

  /// What it does with SIGTERM; nil: that could not be read.
  var reaction: Reaction? {
    guard let caught, let ignored, let blocked else { return nil }
    if ignored.contains(.terminate) { return .ignores }
    if blocked.contains(.terminate) { return .waits }
    if caught.contains(.terminate) { return .catches }
    return innerPID == 1 ? .dropped : .dies
  }
}
