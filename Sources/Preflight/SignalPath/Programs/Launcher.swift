import Machine
import Vocabulary

/// What a program's own text says of the processes it starts and of the stop signals it takes.
///
/// It is the same value for Python and JavaScript: what differs is how it is read, and what the language does where the text
/// says nothing.
struct Launcher: Sendable {
  /// Processes that are started, in the order of the text.
  var starts: [Start] = []
  /// Handlers of signals, in the order of the text; the last one for a signal holds.
  var handlers: [Handler] = []

  /// A process that is started.
  struct Start: Hashable, Sendable {
    var command: Command
    var manner: Manner
    /// The name that the process has in the text.
    var name: String?
    /// The folder in which it is started, as it is written.
    var directory: Word?
    /// Whether it is waited for only where the text says so.
    var isPopen = false
    /// Whether it gets a process group of its own.
    var ownGroup = false
    /// From 1.
    let line: Int
  }

  /// What is started.
  enum Command: Hashable, Sendable {
    case words([Word])
    /// A line for `/bin/sh -c`, or for another shell.
    case shell(Word, shell: Word?)
  }

  /// What becomes of the process that starts another.
  enum Manner: Hashable, Sendable {
    /// Its program is replaced.
    case replaces
    /// It stays until the other ends, and leaves then.
    case waits
    /// It stays; a library sends signals on, ends it by them, and kills after a delay (nil: never).
    case forwardsAndRaises(killsAfter: Duration?)
    /// It does not wait, and ends when its text does.
    case leaves
  }

  /// What is done when a signal comes.
  struct Handler: Hashable, Sendable {
    var signals: Set<Signal>
    var actions: [Action]
    /// From 1.
    let line: Int
  }

  /// A thing that a handler does.
  enum Action: Hashable, Sendable {
    /// Sends a signal to what was started; nil is the one that came.
    case signal(Signal?, group: Bool)
    /// Waits for what was started.
    case waits
    /// Ends the process.
    case exits
    /// Raises what ends the process unless its own text catches it; whether that is KeyboardInterrupt.
    case unwinds(asInterrupt: Bool)
    /// Ends the process by the signal, as if there were no handler.
    case raises
    /// Kills what was started when this time has passed.
    case killsAfter(Duration)
    /// Ignores the signal, which what is started inherits.
    case ignores
    /// Does what the signal does by default.
    case restoresDefault
    /// Blocks the signal, which what is started inherits.
    case blocks
    /// Lets the agent's sessions end.
    case drains
  }

  /// The handler that holds for a signal.
  func handler(of signal: Signal) -> Handler? { handlers.last { $0.signals.contains(signal) } }

  /// The signals whose last handler only does this.
  private func signals(_ action: Action) -> Set<Signal> {
    Set(handlers.flatMap(\.signals).filter { handler(of: $0)?.actions == [action] })
  }

  /// The launches of what is started, with what they inherit.
  func launches(below launch: Launch, origin: Place) -> [Launch] {
    starts.map { start in
      let place = Place(file: origin.file, line: start.line)
      var started =
        switch start.command {
        case .words(let words): launch.with(words, at: place)
        case .shell(let line, let shell): launch.shell(line, by: shell ?? "/bin/sh", at: place)
        }
      started.ignored.formUnion(signals(.ignores))
      started.blocked.formUnion(signals(.blocks))
      if let folder = start.directory { started.workingDirectory = folder.known.flatMap(launch.absolute) }
      return started
    }
  }

  /// What the process does that started others and stays.
  ///
  /// `unhandled` says what the language's own handlers do for signals that the text does not name.
  func supervision(
    below launch: Launch, origin: Place, unhandled: [Signal: [Supervision.Step]]
  ) -> Supervision {
    let children = zip(launches(below: launch, origin: origin), starts).map {
      Supervision.Child($0.asChild, ownGroup: $1.ownGroup)
    }
    var supervision = Supervision(children: children, handlers: unhandled)
    if children.count > 1 { supervision.afterwards = .leavesAfterAll }
    for start in starts {
      guard case .forwardsAndRaises(let delay) = start.manner else { continue }
      let kill = delay.map { [Supervision.Step.pause($0), .send(.kill, to: .children)] } ?? []
      supervision.handlers[.terminate] = [.send(nil, to: .children), .raise] + kill
      supervision.handlers[.interrupt] = [.send(nil, to: .children), .raise] + kill
    }
    for signal in Set(handlers.flatMap(\.signals)) {
      guard let handler = handler(of: signal) else { continue }
      switch handler.actions {
      case [.ignores]:
        supervision.ignored.insert(signal)
        supervision.handlers[signal] = nil
      case [.restoresDefault], [.blocks]: supervision.handlers[signal] = nil
      default: supervision.handlers[signal] = handler.actions.flatMap(\.steps)
      }
    }
    return supervision
  }
}

extension Launcher.Action {
  /// The steps of a supervision that do the same.
  fileprivate var steps: [Supervision.Step] {
    switch self {
    case .signal(let signal, let isGroup): [.send(signal, to: isGroup ? .childGroups : .children)]
    case .waits: [.awaitChildren]
    case .exits, .unwinds: [.leave(0)]
    case .raises: [.raise]
    case .killsAfter(let delay): [.pause(delay), .send(.kill, to: .children)]
    case .ignores, .restoresDefault, .blocks, .drains: []
    }
  }
}
