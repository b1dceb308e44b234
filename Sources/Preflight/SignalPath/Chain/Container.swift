import Machine
import Vocabulary

/// A container run in thought: its processes, the signals between them, and a clock that jumps to what happens next.
///
/// What cannot be known is chosen: a condition's way comes from `choices`, and another run takes the other way. The same
/// choices give the same run.
struct Container {
  var processes: [Int: ContainerProcess] = [:]
  /// The numbers of those that live, in the order of their start.
  private(set) var living: [Int] = []
  /// Milliseconds since the start.
  var now = 0
  var choices: Choices
  /// The candidate that is taken for the agent, by its number among the candidates; nil while one is looked for.
  let chosenCandidate: Int?
  var candidates: [Candidate] = []
  /// How often each was started.
  var starts: [Int: Int] = [:]
  /// The agents that were started, in order.
  var agents: [Int] = []
  var events: [Event] = []
  /// Why nothing, or not the agent, was started.
  var failures: [Failure] = []
  /// What was supposed because it cannot be known.
  var doubts: Set<String> = []
  var findings: [Finding] = []
  let programs: any ProgramCatalogue

  private var ready: [Int] = []
  private var timers: [(at: Int, process: Int, number: Int)] = []
  private var nextProcess = 1
  private var nextPipe = 1
  private(set) var instructionsLeft = 60_000
  /// The process of the platform's hook.
  private(set) var hook: Int?
  /// When the stop signal was sent.
  private(set) var stoppedAt = Container.stopTime
  /// Who took part in ending the agent, for the own deadline.
  var lastKiller: Int?

  /// What is needed to think of something that may be the agent.
  struct Candidate: Equatable {
    let text: String
    let place: Place
    /// Why it is not known what it does; nil for a program that looks like the agent itself.
    var doubt: String?
  }

  struct Failure: Hashable {
    let place: Place
    let reason: String
  }

  /// What was seen happening after the stop signal was sent.
  struct Event {
    let at: Int
    let process: Int
    let kind: Kind

    enum Kind: Equatable {
      case sent(Signal, to: Int)
      case handled(Signal)
      case deferred(Signal)
      case spared(Signal)
      case ignored(Signal)
      case blocked(Signal)
      case ended(ProcessEnding)
      case drained
    }
  }

  /// How long an agent drains that nobody disturbs: longer than any wrapper's patience.
  static let drainTime = 1_200_000
  /// When the stop signal comes: start-up is over by then.
  static let stopTime = 60_000

  init(programs: any ProgramCatalogue, choices: Choices, chosenCandidate: Int?) {
    self.programs = programs
    self.choices = choices
    self.chosenCandidate = chosenCandidate
  }

  /// Whether the first process is gone, and with it everything.
  var hasEnded: Bool { processes[1]?.ending != nil }

  /// The candidate that is taken for the agent.
  var chosen: Candidate? { chosenCandidate.flatMap { candidates.indices.contains($0) ? candidates[$0] : nil } }

  var isExhausted: Bool { instructionsLeft <= 0 }

  /// Whether the signal has been sent and every agent has ended since.
  private var isDecided: Bool { isStopping && agents.allSatisfy { processes[$0]?.ending != nil } }
  /// Whether the stop signal has been sent.
  private var isStopping = false

  // MARK: Time

  /// Lets everything happen that happens until a time.
  mutating func run(until end: Int) {
    while !hasEnded, !isExhausted, !isDecided {
      if !ready.isEmpty {
        let id = ready.removeFirst()
        if processes[id]?.ending == nil, case .shell = processes[id]?.program { runShell(id) }
        continue
      }
      guard let index = timers.indices.min(by: { timers[$0].at < timers[$1].at }), timers[index].at <= end else {
        break
      }
      let timer = timers.remove(at: index)
      now = max(now, timer.at)
      wake(timer.process, number: timer.number)
    }
    now = max(now, end)
  }

  /// Wakes a process after a while; a number tells its timers apart.
  mutating func schedule(_ process: Int, after milliseconds: Int, number: Int = 0) {
    timers.append((now + milliseconds, process, number))
  }

  mutating func makeReady(_ id: Int) {
    if !ready.contains(id) { ready.append(id) }
  }

  /// Counts an instruction; false when the script has used up what one run may take.
  mutating func spend() -> Bool {
    instructionsLeft -= 1
    return instructionsLeft > 0
  }

  /// Ends the run: nothing new comes of it.
  mutating func giveUp() { instructionsLeft = 0 }

  /// Sends the stop signal: what rests on a long pause when it comes rests for good.
  ///
  /// A hook of the platform's is run to its end before, in the container and beside its first process.
  mutating func stop(_ signal: Signal, after hook: Launch? = nil) {
    events = []
    isStopping = true
    timers.removeAll { timer in
      if case .runs? = processes[timer.process]?.program { timer.at - now > 30_000 } else { false }
    }
    if let hook {
      let id = makeProcess(parent: 0, launch: hook, ownGroup: true)
      self.hook = id
      start(id, by: .kernel)
      let end = now + Container.drainTime + 60_000
      while processes[id]?.ending == nil, !hasEnded, !isExhausted, !isDecided, now < end { run(until: now + 1_000) }
    }
    stoppedAt = now
    send(signal, to: 1, from: 0)
  }

  // MARK: Processes

  mutating func makePipe() -> Int {
    nextPipe += 1
    return nextPipe
  }

  func hasWriters(_ pipe: Int) -> Bool { living.contains { processes[$0]?.outputs.contains(pipe) == true } }

  /// A process in its parent's image, not started yet.
  mutating func makeProcess(
    parent: Int, launch: Launch, ownGroup: Bool = false, input: Int? = nil, outputs: Set<Int> = []
  ) -> Int {
    let id = nextProcess
    // Numbers are far apart from those a script could have written itself.
    nextProcess = id == 1 ? 7 : id + 1
    processes[id] = ContainerProcess(
      parent: parent, group: ownGroup || id == 1 ? id : processes[parent]?.group ?? id, launch: launch, input: input,
      outputs: outputs)
    if processes[parent]?.isBackground == true { processes[id]?.isBackground = true }
    living.append(id)
    return id
  }

  /// Children, by the number of their start.
  func children(of id: Int) -> [Int] {
    living.filter { processes[$0]?.parent == id }
  }

  func descendants(of id: Int) -> [Int] {
    var result: [Int] = []
    var queue = children(of: id)
    while !queue.isEmpty {
      let next = queue.removeFirst()
      result.append(next)
      queue += children(of: next)
    }
    return result
  }

  /// Ends a process, and tells who waits for it.
  mutating func end(_ id: Int, _ ending: ProcessEnding) {
    guard let process = processes[id], process.ending == nil, !hasEnded else { return }
    processes[id]?.ending = ending
    processes[id]?.endedAt = now
    living.removeAll { $0 == id }
    events.append(Event(at: now, process: id, kind: .ended(ending)))
    guard id != 1 else {
      // With the first process the kernel kills all others.
      for other in living {
        processes[other]?.ending = .signal(.kill)
        processes[other]?.endedAt = now
      }
      living = []
      return
    }
    for child in living where processes[child]?.parent == id { processes[child]?.parent = 1 }
    childEnded(id, parent: process.parent, ending)
    for pipe in process.outputs where !hasWriters(pipe) { closed(pipe) }
  }

  private mutating func childEnded(_ id: Int, parent: Int, _ ending: ProcessEnding) {
    switch processes[parent]?.program {
    case .shell: shellChildEnded(id, parent: parent, ending)
    case .supervisor: supervisedEnded(id, parent: parent, ending)
    default: break
    }
  }

  /// A pipe has lost its last writer.
  private mutating func closed(_ pipe: Int) {
    for id in living {
      switch processes[id]?.program {
      case .filter where processes[id]?.input == pipe: end(id, .status(0))
      case .shell: shellPipeClosed(pipe, id)
      case .supervisor(let state) where state.pipe == pipe: end(id, .status(state.lastEnding?.shellStatus ?? 0))
      default: break
      }
    }
  }

  private mutating func wake(_ id: Int, number: Int) {
    guard let process = processes[id], process.ending == nil else { return }
    switch process.program {
    case .runs where number == 0: end(id, .status(0))
    case .agent where process.drainsSince != nil:
      events.append(Event(at: now, process: id, kind: .drained))
      processes[id]?.hasDrained = true
      end(id, .status(0))
    case .supervisor: superviseOn(id, timer: number)
    case .shell: makeReady(id)
    default: break
    }
  }
}

/// One process of a container.
struct ContainerProcess {
  var parent: Int
  var group: Int
  var launch: Launch
  var program = Program.nothing
  /// The pipe that it reads; nil for an input that is at its end.
  var input: Int?
  /// What it reads when that is a here-document.
  var inputLines: [String]?
  /// The pipes that it holds open.
  var outputs: Set<Int>
  var ending: ProcessEnding?
  var endedAt: Int?
  /// What a shell has printed itself, for a substitution that keeps it.
  var printed = ""
  /// What it has been, one program after the other.
  var images: [Image] = []

  /// Whether a shell started it, or what it belongs to, with `&`.
  var isBackground = false

  // What an agent knows of its own drain.
  var drainsSince: Int?
  var hasDrained = false
  var signalsSeen = 0

  enum Program {
    case nothing
    case shell(ShellMachine)
    case agent(AgentBehaviour)
    case supervisor(SupervisorState)
    case runs(handled: Set<Signal>)
    case filter
  }

  /// One program that a process was.
  struct Image: Hashable {
    let name: String
    let text: String
    let place: Place
    let explanation: String
  }
}

/// What cannot be known, and how it was chosen in one run.
struct Choices {
  /// The choices to make, in order; further ones are made as the caller supposes.
  let script: [Bool]
  private(set) var made: [(key: String, value: Bool)] = []
  private var known: [String: (value: Bool, times: Int)] = [:]

  init(script: [Bool] = []) { self.script = script }

  /// Chooses a way; the same question gets the same answer twice, and the other one then, so that loops end.
  mutating func choose(_ key: String, supposing usual: Bool) -> Bool {
    if let (value, times) = known[key] {
      known[key] = (value, times + 1)
      return times < 2 ? value : !value
    }
    let value = made.count < script.count ? script[made.count] : usual
    made.append((key, value))
    known[key] = (value, 1)
    return value
  }
}
