import Machine

/// A shell in the middle of a script. Copying it is what fork does.
struct ShellMachine: Sendable {
  let shell: ShellKind
  /// `$$`: the process that reads the script, whatever forks of it do.
  let process: Int
  /// `$0`.
  var name: String
  var frames: [Frame]
  var variables: [String: Value]
  var exported: Set<String>
  var functions: [String: ShellCode] = [:]
  var options = Options()
  var workingDirectory: String?

  var traps: [Trap: String] = [:]
  /// Whether a trap with commands was ever set: busybox never forgets.
  var hadTraps = false
  /// Signals that came and whose traps wait for the command that runs.
  var pending: [Signal] = []
  var waiting: Waiting?

  /// The status of the last command; nil when it cannot be known.
  var status: Int32? = 0
  var lastBackground: Int?
  /// The background children that `wait` and `jobs` know, in order.
  var jobs: [Int] = []
  /// The processes of pipelines in the background, by the one that `$!` names.
  var pipelines: [Int: [Int]] = [:]
  /// `set -e` looks at the status of what was waited for, once as many frames are there as when the waiting ended.
  var checksAt: Int?
  /// Above zero, `set -e` sees no failure.
  var exempt = 0
  /// The children of the pipeline that is being forked; the last of them gives its status.
  var pipeline: [Int] = []
  /// The pipe that the next element of the pipeline reads.
  var pipeAhead: Int?
  /// What substitutions printed, by their identity.
  var printed: [ObjectIdentifier: String] = [:]
  /// Whether Ctrl-C came while a child ran in the foreground.
  var wasInterrupted = false
  var input = Input.nothing
  var savedInputs: [Input] = []

  struct Options: Sendable, Equatable {
    var errexit = false
    var monitor = false
    var pipefail = false
    var nounset = false
    var allexport = false
  }

  enum Value: Sendable, Hashable {
    case text(String)
    case list([String])

    /// What `$name` gives.
    var text: String {
      switch self {
      case .text(let text): text
      case .list(let list): list.first ?? ""
      }
    }

    var list: [String] {
      switch self {
      case .text(let text): [text]
      case .list(let list): list
      }
    }
  }

  enum Trap: Sendable, Hashable {
    case signal(Signal)
    case exit
    /// ERR, DEBUG, RETURN.
    case other(String)
  }

  /// What `read` reads.
  enum Input: Sendable {
    case nothing
    /// Lines that are known.
    case lines([String])
    /// At least one line, which is not known.
    case unknown
    /// A pipe, of which one line is read when its writers are gone.
    case pipe(Int)
  }

  /// What a shell waits for.
  enum Waiting: Sendable {
    /// Children in the foreground; traps wait with it.
    case foreground([Int])
    /// The `wait` builtin: all of them, or any of them; a trap ends it.
    case builtin([Int], any: Bool)
    /// What a substitution's child prints, until nobody can print any more.
    case substitution(child: Int, pipe: Int, ObjectIdentifier)
    /// A line from a pipe.
    case read(pipe: Int)
  }

  struct Frame: Sendable {
    let code: ShellCode
    var next = 0
    let kind: Kind
    /// `$1`…
    var arguments: [String]
    var loops: [Loop] = []
    var iterators: [(words: [String], next: Int)] = []
    var subjects: [String] = []
    /// What local variables hide.
    var hidden: [String: Value?] = [:]

    enum Kind: Sendable {
      case script, function, sourced, text
      /// A trap's commands; then the status is what it was.
      case trap(Signal, Int32?)
      /// The commands of the EXIT trap; then the shell ends this way.
      case exitTrap(ProcessEnding)
    }
  }

  struct Loop: Sendable {
    let exit: Int
    let again: Int
  }

  var isInTrap: Bool {
    frames.contains { frame in
      switch frame.kind {
      case .trap, .exitTrap: true
      default: false
      }
    }
  }

  /// Whether the trap of a signal is running.
  func isHandling(_ signal: Signal) -> Bool {
    frames.contains { frame in
      if case .trap(signal, _) = frame.kind { true } else { false }
    }
  }

  /// The frame whose arguments `$1` means.
  var argumentsFrame: Int { frames.lastIndex { if case .text = $0.kind { false } else { true } } ?? 0 }

  var arguments: [String] {
    get { frames.isEmpty ? [] : frames[argumentsFrame].arguments }
    set { if !frames.isEmpty { frames[argumentsFrame].arguments = newValue } }
  }

  /// Whether the shell may be replaced by its last command: no trap would be lost.
  var allowsReplacement: Bool {
    if isInTrap || shell == .busybox && hadTraps { return false }
    return !traps.contains { trap, action in
      switch trap {
      case .signal: !action.isEmpty
      case .exit: true
      case .other(let name): name == "ERR" || shell == .zsh
      }
    }
  }

  /// A copy that goes on as a child: ignored signals stay ignored, other traps are reset, jobs are the parent's.
  func forked() -> ShellMachine {
    var copy = self
    copy.traps = traps.filter { trap, action in
      if case .signal = trap { action.isEmpty } else { false }
    }
    (copy.hadTraps, copy.pending, copy.pipeline, copy.pipeAhead) = (false, [], [], nil)
    // `$(jobs -p)` lists the parent's jobs in bash and busybox only.
    if shell != .bash && shell != .busybox { copy.jobs = [] }
    copy.checksAt = nil
    return copy
  }
}

/// How a process has ended.
enum ProcessEnding: Sendable, Hashable {
  case status(Int32?)
  case signal(Signal)

  /// What a shell makes of it.
  var shellStatus: Int32? {
    switch self {
    case .status(let status): status
    case .signal(let signal): signal.exitStatus
    }
  }
}
