import Preflight
import Vocabulary

/// The process of a tree that is the agent.
struct AgentProcess: Hashable, Sendable {
  let process: ObservedProcess
  let kind: Kind
  /// By what it was recognized.
  let sign: String

  /// What kind of agent it is.
  enum Kind: String, Sendable {
    /// A livekit-agents worker, which drains on SIGTERM.
    case worker
    /// A server that accepts connections: uvicorn, ADK.
    case server
    /// A program that nothing more is known of.
    case program
  }

  /// The agent of a tree; nil: nothing in it can be one.
  init?(in tree: ProcessTree) {
    let alive = tree.processes.filter { !$0.isZombie }
    let helpers = Set(alive.filter(\.isMultiprocessing).map(\.pid))
    func isParentOfHelpers(_ process: ObservedProcess) -> Bool {
      !helpers.contains(process.pid) && alive.contains { helpers.contains($0.pid) && $0.parent == process.pid }
    }
    if let server = alive.first(where: { !helpers.contains($0.pid) && !$0.isWrapper && $0.server != nil }) {
      self.init(process: server, kind: .server, sign: "its command line: \(server.server ?? "")")
    } else if let worker = alive.first(where: { isParentOfHelpers($0) && !$0.isWrapper }) {
      self.init(process: worker, kind: .worker, sign: "it is the parent of Python's helpers for job processes")
    } else if let program = alive.first(where: { !$0.isWrapper && !helpers.contains($0.pid) }) {
      self.init(process: program, kind: program.isWorker ? .worker : .program, sign: "the first that is no wrapper")
    } else {
      return nil
    }
  }

  private init(process: ObservedProcess, kind: Kind, sign: String) {
    self.process = process
    self.kind = kind
    self.sign = sign
  }
}

extension ObservedProcess {
  /// Whether it has ended and waits to be collected.
  var isZombie: Bool { state.map { ["Z", "X", "x"].contains($0.prefix(1)) } ?? false }

  /// The name of its program without its folder.
  var program: String {
    let first = arguments?.first { !$0.isEmpty } ?? name
    // A login shell is called `-bash`.
    let base = first.split(separator: "/").last.map(String.init) ?? first
    return base.hasPrefix("-") ? String(base.dropFirst()) : base
  }

  /// The command line for people; the name in brackets where there is none.
  var commandLine: String {
    guard let arguments, !arguments.isEmpty else { return "[\(name.harmless)]" }
    return arguments.map { Word($0) }.commandLine.harmless
  }

  /// Python's own helper processes: resource tracker, fork server, and what they start.
  var isMultiprocessing: Bool {
    (arguments ?? []).contains {
      $0.contains("multiprocessing.forkserver") || $0.contains("multiprocessing.resource_tracker")
        || $0.contains("multiprocessing.spawn")
    }
  }

  /// What a job process is: something that the fork server or spawn has made, the fork server itself not.
  var isSpawned: Bool { (arguments ?? []).contains { $0.contains("multiprocessing.spawn") } }

  /// Whether it stands between a platform and an agent: a shell, an init, a prefix, a supervisor.
  var isWrapper: Bool { !Self.runtimes.contains(runtime) && server == nil && Self.wrappers.contains(program) }

  /// Whether the command line is that of a worker: livekit-agents, OpenRTC.
  var isWorker: Bool {
    guard let arguments else { return false }
    return arguments.contains { ["start", "dev", "connect"].contains($0) }
      && (Self.runtimes.contains(runtime) || program == "openrtc")
  }

  /// Whether a worker is in development mode, which does not drain.
  var isInDevelopmentMode: Bool { isWorker && (arguments ?? []).contains { $0 == "dev" || $0 == "--dev" } }

  /// The server that it runs, by its command line; nil where it is none that is known.
  var server: String? {
    guard let arguments else { return nil }
    let names = arguments.prefix(4).map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    if let adk = names.firstIndex(of: "adk"),
      names.dropFirst(adk + 1).contains(where: { ["api_server", "web"].contains($0) })
    {
      return "adk"
    }
    return names.first { ["uvicorn", "hypercorn", "gunicorn", "daphne", "granian"].contains($0) }
  }

  /// The program's name without a version: `python3.11` is a python.
  private var runtime: String { String(program.prefix { !$0.isNumber && $0 != "." }) }

  /// Whether it is a shell.
  var isShell: Bool { Self.shells.contains(program) }

  private static let runtimes: Set<String> = ["python", "pypy", "node", "nodejs", "deno", "bun", "ruby", "java"]

  private static let shells: Set<String> = ["sh", "dash", "bash", "ash", "zsh", "ksh", "mksh", "busybox", "fish"]

  private static let wrappers = shells.union(Programs.names).union(["sluice"])
}
