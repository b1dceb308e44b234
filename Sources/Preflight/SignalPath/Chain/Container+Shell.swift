import Machine

extension Container {
  /// Runs a shell until it waits for something or has ended.
  mutating func runShell(_ id: Int) {
    guard case .shell(var shell)? = processes[id]?.program else { return }
    let images = processes[id]?.images.count
    var slice = 5_000
    while processes[id]?.ending == nil {
      if shell.waiting != nil { break }
      if takePending(&shell) { continue }
      if shell.checksAt == shell.frames.count {
        shell.checksAt = nil
        checkStatus(&shell, id)
        continue
      }
      guard let frame = shell.frames.last else {
        processes[id]?.program = .shell(shell)
        return leave(&shell, id, .status(shell.status))
      }
      guard frame.next < frame.code.instructions.count else {
        finishFrame(&shell, id)
        continue
      }
      guard spend() else { break }
      slice -= 1
      if slice == 0 {
        // A script that never waits takes time, too.
        schedule(id, after: 10)
        break
      }
      let top = shell.frames.count - 1
      shell.frames[top].next += 1
      step(frame.code.instructions[frame.next], &shell, id)
      // The step may have put another program in the shell's place.
      guard processes[id]?.images.count == images else { return }
    }
    processes[id]?.program = .shell(shell)
  }

  /// Takes the next trap that waits; false when there is none to run.
  private mutating func takePending(_ shell: inout ShellMachine) -> Bool {
    // A trap is not interrupted by its own signal.
    guard let index = shell.pending.firstIndex(where: { !shell.isHandling($0) }) else { return false }
    let signal = shell.pending.remove(at: index)
    guard let action = shell.traps[.signal(signal)], !action.isEmpty else { return true }
    let place = shell.frames.last?.code.origin ?? Place(file: shell.name)
    let script = ShellParser.parse(action, dialect: shell.shell)
    let code = ShellCompiler.compile(script, shell: shell.shell, origin: place, lastIsLast: false)
    shell.frames.append(
      ShellMachine.Frame(code: code, kind: .trap(signal, shell.status), arguments: shell.arguments))
    return true
  }

  private mutating func finishFrame(_ shell: inout ShellMachine, _ id: Int) {
    guard let frame = shell.frames.popLast() else { return }
    for (name, value) in frame.hidden { shell.variables[name] = value }
    switch frame.kind {
    case .trap(_, let status): shell.status = status
    case .exitTrap(let ending):
      shell.frames = []
      finish(&shell, id, ending)
    case .script:
      shell.frames = []
      leave(&shell, id, .status(shell.status))
    case .function, .sourced, .text: break
    }
  }

  /// The shell leaves by itself: its EXIT trap runs first.
  mutating func leave(_ shell: inout ShellMachine, _ id: Int, _ ending: ProcessEnding) {
    guard let action = shell.traps.removeValue(forKey: .exit), !action.isEmpty else {
      return finish(&shell, id, ending)
    }
    let place = shell.frames.first?.code.origin ?? Place(file: shell.name)
    let code = ShellCompiler.compile(
      ShellParser.parse(action, dialect: shell.shell), shell: shell.shell, origin: place, lastIsLast: false)
    shell.frames = [ShellMachine.Frame(code: code, kind: .exitTrap(ending), arguments: shell.arguments)]
    shell.waiting = nil
    processes[id]?.program = .shell(shell)
    makeReady(id)
  }

  private mutating func finish(_ shell: inout ShellMachine, _ id: Int, _ ending: ProcessEnding) {
    processes[id]?.program = .shell(shell)
    end(id, ending)
  }

  // MARK: Instructions

  private mutating func step(_ instruction: ShellCode.Instruction, _ shell: inout ShellMachine, _ id: Int) {
    let top = shell.frames.count - 1
    switch instruction {
    case .substitute(let substitution, let code):
      let pipe = makePipe()
      let child = fork(&shell, id, outputs: [pipe]) { child in
        child.frames = [ShellMachine.Frame(code: code, kind: .script, arguments: child.arguments)]
      }
      shell.waiting = .substitution(child: child, pipe: pipe, ObjectIdentifier(substitution))
    case .beside(let substitution, let code, let isInput):
      let pipe = makePipe()
      let outputs = processes[id]?.outputs ?? []
      let child = fork(&shell, id, input: isInput ? nil : pipe, outputs: isInput ? [pipe] : outputs) { child in
        child.frames = [ShellMachine.Frame(code: code, kind: .script, arguments: child.arguments)]
        if !isInput { child.input = .pipe(pipe) }
      }
      if !isInput { processes[id]?.outputs.insert(pipe) }
      shell.printed[ObjectIdentifier(substitution)] = "/dev/fd/\(pipe)"
      shell.lastBackground = child
    case .simple(let command, let isLast): simple(command, isLast: isLast, &shell, id)
    case .fork(let kind, let end): forkElement(kind, end: end, &shell, id)
    case .leave: leave(&shell, id, .status(shell.status))
    case .awaitPipeline:
      let waiting = shell.pipeline.filter { processes[$0]?.ending == nil }
      if waiting.isEmpty { return finishPipeline(&shell) }
      shell.waiting = .foreground(shell.pipeline)
    case .leavePipeline:
      shell.lastBackground = shell.pipeline.last
      shell.jobs += shell.pipeline
      if let last = shell.pipeline.last { shell.pipelines[last] = shell.pipeline }
      (shell.pipeline, shell.status) = ([], 0)
    case .jump(let target): shell.frames[top].next = target
    case .jumpIfTrue(let target): if isTrue(&shell, top) { shell.frames[top].next = target }
    case .jumpIfFalse(let target): if !isTrue(&shell, top) { shell.frames[top].next = target }
    case .setStatus(let status): shell.status = status
    case .negate: shell.status = shell.status.map { $0 == 0 ? 1 : 0 }
    case .exempt(let change): shell.exempt += change
    case .check: checkStatus(&shell, id)
    case .beginEach(let words):
      let list = words.map { expand($0, &shell, id) } ?? shell.arguments
      shell.frames[top].iterators.append((list, 0))
    case .nextEach(let name, let exit):
      guard let last = shell.frames[top].iterators.indices.last else { return shell.frames[top].next = exit }
      let (words, next) = shell.frames[top].iterators[last]
      guard next < words.count else { return shell.frames[top].next = exit }
      shell.frames[top].iterators[last].next += 1
      shell.variables[name] = .text(words[next])
    case .endEach: _ = shell.frames[top].iterators.popLast()
    case .enterLoop(let exit, let again):
      shell.frames[top].loops.append(ShellMachine.Loop(exit: exit, again: again))
    case .leaveLoop: _ = shell.frames[top].loops.popLast()
    case .subject(let word): shell.frames[top].subjects.append(text(of: word, &shell, id))
    case .pattern(let patterns, let otherwise):
      let subject = shell.frames[top].subjects.last ?? ""
      if !matches(subject, patterns, &shell, id) { shell.frames[top].next = otherwise }
    case .endSubject: _ = shell.frames[top].subjects.popLast()
    case .define(let name, let code): shell.functions[name] = code
    case .test(let tokens, let line):
      let place = place(of: shell, line: line)
      var reader = ShellTest(tokens: testTokens(tokens, &shell, id))
      shell.status = decide(reader.evaluate(in: self, shell), place, "\(tokens.count)") ? 0 : 1
    case .arithmetic(let text):
      let expanded = shell.arithmetic(text)
      let value = ShellArithmetic.value(of: expanded, variables: &shell.variables)
      let place = place(of: shell, line: 0)
      shell.status = decide(value.map { $0 != 0 }, place, text) ? 0 : 1
    case .beginRedirection(let redirections):
      shell.savedInputs.append(shell.input)
      for redirection in redirections { redirect(redirection, &shell, id) }
    case .endRedirection: if let input = shell.savedInputs.popLast() { shell.input = input }
    case .broken(let line, let reason):
      failures.append(Failure(place: place(of: shell, line: line), reason: "syntax error: \(reason)"))
      shell.status = 2
      if case .text? = shell.frames.last?.kind, shell.shell == .bash { return }
      leave(&shell, id, .status(2))
    }
  }

  /// Whether the last status is success; one that is not known is chosen.
  private mutating func isTrue(_ shell: inout ShellMachine, _ top: Int) -> Bool {
    if let status = shell.status { return status == 0 }
    let frame = shell.frames[top]
    let yes = choices.choose("\(frame.code.origin):\(frame.next)", supposing: true)
    shell.status = yes ? 0 : 1
    return yes
  }

  /// An answer, or a way chosen where there is none.
  mutating func decide(_ answer: Bool?, _ place: Place, _ key: String) -> Bool {
    answer ?? choices.choose("\(place):\(key)", supposing: false)
  }

  func place(of shell: ShellMachine, line: Int) -> Place {
    (shell.frames.last?.code.origin ?? Place(file: shell.name)).advanced(by: line)
  }

  /// `set -e`: a failure that nobody looks at ends the shell.
  mutating func checkStatus(_ shell: inout ShellMachine, _ id: Int) {
    guard shell.options.errexit, shell.exempt == 0, let status = shell.status, status != 0 else { return }
    leave(&shell, id, .status(status))
  }

  // MARK: Children

  /// Forks a shell; the copy runs what `prepare` leaves in it.
  mutating func fork(
    _ shell: inout ShellMachine, _ id: Int, input: Int? = nil, outputs: Set<Int>, isBackground: Bool = false,
    prepare: (inout ShellMachine) -> Void
  ) -> Int {
    guard let process = processes[id] else { return 0 }
    var launch = process.launch
    launch.environment = shell.environment
    launch.workingDirectory = shell.workingDirectory
    launch.ignored.formUnion(shell.ignoredSignals)
    if isBackground, !shell.options.monitor { launch.ignored.formUnion([.interrupt, .quit]) }
    let child = makeProcess(
      parent: id, launch: launch, ownGroup: shell.options.monitor, input: input ?? process.input, outputs: outputs)
    var copy = shell.forked()
    prepare(&copy)
    processes[child]?.program = .shell(copy)
    let image = ContainerProcess.Image(
      name: shell.shell.program, text: process.images.last?.text ?? shell.name, place: place(of: shell, line: 0),
      explanation: "")
    processes[child]?.images = [image]
    makeReady(child)
    return child
  }

  private mutating func forkElement(
    _ kind: ShellCode.Fork, end: Int, _ shell: inout ShellMachine, _ id: Int
  ) {
    let top = shell.frames.count - 1
    let outputs = processes[id]?.outputs ?? []
    switch kind {
    case .subshell:
      let child = fork(&shell, id, outputs: outputs) { _ in }
      shell.waiting = .foreground([child])
    case .background:
      let child = fork(&shell, id, outputs: outputs, isBackground: true) { $0.input = .nothing }
      processes[child]?.isBackground = true
      shell.lastBackground = child
      shell.jobs.append(child)
      shell.status = 0
    case .pipelineElement(let first, let last, let isBackground):
      if first { shell.pipeline = [] }
      let from = first ? nil : shell.pipeAhead
      let to = last ? nil : makePipe()
      let child = fork(&shell, id, input: from, outputs: outputs.union(to.map { [$0] } ?? [])) { child in
        if let from { child.input = .pipe(from) }
        child.pipeline = []
      }
      if isBackground { processes[child]?.isBackground = true }
      shell.pipeAhead = to
      shell.pipeline.append(child)
    }
    shell.frames[top].next = end
  }

  private mutating func finishPipeline(_ shell: inout ShellMachine) {
    let statuses = shell.pipeline.map { processes[$0]?.ending?.shellStatus ?? nil }
    shell.pipeline = []
    guard let last = statuses.last else { return }
    shell.status = last
    if shell.options.pipefail, let failed = statuses.last(where: { $0 != nil && $0 != 0 }) { shell.status = failed }
  }

  /// A child of a shell has ended.
  mutating func shellChildEnded(_ child: Int, parent id: Int, _ ending: ProcessEnding) {
    guard case .shell(var shell)? = processes[id]?.program else { return }
    switch shell.waiting {
    case .foreground(let children)?:
      guard children.allSatisfy({ processes[$0]?.ending != nil }) else { break }
      shell.waiting = nil
      if shell.pipeline == children, children.count > 1 || !shell.pipeline.isEmpty {
        finishPipeline(&shell)
      } else {
        shell.status = processes[children.last ?? child]?.ending?.shellStatus
      }
      shell.checksAt = shell.frames.count
      interruptAfterChild(&shell, id, ending)
      makeReady(id)
    case .builtin(let children, let any)?:
      guard children.contains(child) else { break }
      guard any || children.allSatisfy({ processes[$0]?.ending != nil }) else { break }
      shell.waiting = nil
      shell.status = any ? ending.shellStatus : children.last.flatMap { processes[$0]?.ending?.shellStatus }
      shell.checksAt = shell.frames.count
      if any { shell.jobs.removeAll { $0 == child } }
      makeReady(id)
    default: break
    }
    processes[id]?.program = .shell(shell)
  }

  /// Ctrl-C came while a child ran: dash and its kin leave with it then; bash only when the child died of it, too.
  private func interruptAfterChild(_ shell: inout ShellMachine, _ id: Int, _ ending: ProcessEnding) {
    guard shell.wasInterrupted else { return }
    shell.wasInterrupted = false
    if shell.shell != .bash || ending == .signal(.interrupt) {
      shell.frames = []
      shell.status = Signal.interrupt.exitStatus
    }
  }

  mutating func shellPipeClosed(_ pipe: Int, _ id: Int) {
    guard case .shell(var shell)? = processes[id]?.program else { return }
    switch shell.waiting {
    case .substitution(let child, let waited, let key)? where waited == pipe:
      shell.waiting = nil
      shell.status = processes[child]?.ending?.shellStatus
      var text = processes[child]?.printed ?? ""
      while text.hasSuffix("\n") { text.removeLast() }
      shell.printed[key] = text
      makeReady(id)
    case .read(let waited)? where waited == pipe:
      shell.waiting = nil
      shell.status = 0
      makeReady(id)
    default: return
    }
    processes[id]?.program = .shell(shell)
  }

  // MARK: Signals

  /// A signal for a shell.
  mutating func signalShell(_ signal: Signal, _ id: Int) {
    guard case .shell(var shell)? = processes[id]?.program, let process = processes[id] else { return }
    func note(_ kind: Event.Kind) { events.append(Event(at: now, process: id, kind: kind)) }
    defer { if case .shell? = processes[id]?.program, processes[id]?.ending == nil { store(shell, id) } }
    if let action = shell.traps[.signal(signal)] {
      guard !action.isEmpty else { return note(.ignored(signal)) }
      shell.pending.append(signal)
      if case .builtin? = shell.waiting {
        shell.waiting = nil
        // ksh93 gives 1 for a wait that a trap interrupts.
        shell.status = shell.shell == .ksh ? 1 : signal.exitStatus
        shell.checksAt = shell.frames.count
        note(.handled(signal))
        return makeReady(id)
      }
      note(shell.waiting == nil ? .handled(signal) : .deferred(signal))
      return
    }
    if process.launch.ignored.contains(signal) { return note(.ignored(signal)) }
    // mksh catches TERM as well, and leaves with it as soon as nothing runs in the foreground.
    if signal == .interrupt && holdsInterrupts(shell) || shell.shell == .mksh && signal == .terminate {
      switch shell.waiting {
      case .foreground?, .substitution?, .read?:
        shell.wasInterrupted = true
        return note(.deferred(signal))
      default:
        note(.handled(signal))
        return leave(&shell, id, .status(signal.exitStatus))
      }
    }
    // bash and ksh with an EXIT trap catch what would end them, run the trap and go, as process 1, too.
    if [.bash, .ksh].contains(shell.shell), shell.traps[.exit] != nil,
      [1, 2, 6, 10, 12, 13, 14, 15].contains(signal.rawValue)
    {
      note(.handled(signal))
      lastKiller = id
      return leave(&shell, id, id == 1 ? .status(signal.exitStatus) : .signal(signal))
    }
    guard id != 1 else { return note(.spared(signal)) }
    guard signal.endsByDefault else { return }
    end(id, .signal(signal))
  }

  private mutating func store(_ shell: ShellMachine, _ id: Int) { processes[id]?.program = .shell(shell) }

  /// Whether the shell has a handler for Ctrl-C of its own.
  private func holdsInterrupts(_ shell: ShellMachine) -> Bool {
    switch shell.shell {
    case .dash, .busybox, .bash, .unknown, .ksh, .mksh: true
    case .zsh: false
    }
  }
}
