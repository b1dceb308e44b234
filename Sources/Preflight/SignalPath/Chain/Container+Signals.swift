import Machine
import Vocabulary

extension Container {
  /// Sends a signal to one process, as the kernel delivers it.
  mutating func send(_ signal: Signal, to id: Int, from sender: Int) {
    guard let process = processes[id], process.ending == nil, !hasEnded else { return }
    events.append(Event(at: now, process: sender, kind: .sent(signal, to: id)))
    func note(_ kind: Event.Kind) { events.append(Event(at: now, process: id, kind: kind)) }
    if signal == .kill {
      // Process 1 is out of reach for its own container.
      guard id != 1 else { return note(.spared(signal)) }
      if agents.contains(id) { lastKiller = sender }
      return end(id, .signal(.kill))
    }
    if process.launch.blocked.contains(signal) { return note(.blocked(signal)) }
    switch process.program {
    case .shell: return signalShell(signal, id)
    case .agent(let behaviour):
      guard let response = response(of: behaviour, to: signal, process) else { break }
      note(.handled(signal))
      processes[id]?.signalsSeen += 1
      switch response {
      case .drains:
        processes[id]?.drainsSince = now
        schedule(id, after: Container.drainTime)
      case .ends:
        lastKiller = process.drainsSince == nil ? nil : sender
        end(id, .status(process.drainsSince == nil ? 0 : 1))
      case .goesOn: break
      }
      return
    case .supervisor(var state):
      if let steps = state.model.handlers[signal] {
        note(.handled(signal))
        // A signal on its way is let through; the same one again starts its steps again, as handlers do.
        state.steps = steps[...]
        state.signal = signal
        state.timer += 1
        processes[id]?.program = .supervisor(state)
        return superviseOn(id, timer: state.timer)
      }
      if state.model.ignored.contains(signal) { return note(.ignored(signal)) }
    case .runs(let handled):
      if handled.contains(signal) {
        note(.handled(signal))
        return end(id, .status(0))
      }
    case .filter, .nothing: break
    }
    if process.launch.ignored.contains(signal) { return note(.ignored(signal)) }
    byDefault(signal, id)
  }

  private func response(
    of behaviour: AgentBehaviour, to signal: Signal, _ process: ContainerProcess
  ) -> AgentBehaviour.Response? {
    guard let first = behaviour.first[signal] else { return nil }
    return process.drainsSince == nil ? first : behaviour.second
  }

  /// What the kernel does for a process without a handler.
  mutating func byDefault(_ signal: Signal, _ id: Int) {
    guard id != 1 else { return events.append(Event(at: now, process: id, kind: .spared(signal))) }
    guard signal.endsByDefault else { return }
    end(id, .signal(signal))
  }

  /// Sends a signal to all of a group.
  mutating func send(_ signal: Signal, toGroup group: Int, from sender: Int) {
    for id in living.reversed() where processes[id]?.group == group { send(signal, to: id, from: sender) }
  }

  // MARK: Supervisors

  /// Starts what a supervisor starts.
  mutating func supervise(_ id: Int, _ model: Supervision) {
    var state = SupervisorState(model: model)
    if model.afterwards == .leavesAfterDescendants { state.pipe = makePipe() }
    processes[id]?.program = .supervisor(state)
    switch model.order {
    case .together: for index in model.children.indices { startChild(index, of: id) }
    case .oneAfterAnother: startChild(0, of: id)
    }
    if model.children.isEmpty { end(id, .status(0)) }
  }

  private mutating func startChild(_ index: Int, of id: Int) {
    guard case .supervisor(let state)? = processes[id]?.program, state.model.children.indices.contains(index),
      let process = processes[id]
    else { return }
    let child = state.model.children[index]
    var launch = child.launch
    launch.ignored.formUnion(process.launch.ignored)
    launch.blocked.formUnion(process.launch.blocked)
    let outputs = process.outputs.union(state.pipe.map { [$0] } ?? [])
    let new = makeProcess(
      parent: id, launch: launch, ownGroup: child.ownGroup, input: index == 0 ? process.input : nil, outputs: outputs)
    var now = state
    now.children[new] = index
    now.started = max(now.started, index + 1)
    processes[id]?.program = .supervisor(now)
    start(new, by: .execvp)
  }

  /// A supervised child has ended.
  mutating func supervisedEnded(_ child: Int, parent id: Int, _ ending: ProcessEnding) {
    guard case .supervisor(var state)? = processes[id]?.program, let index = state.children.removeValue(forKey: child)
    else { return }
    state.lastEnding = ending
    processes[id]?.program = .supervisor(state)
    if state.model.order == .oneAfterAnother, state.started < state.model.children.count,
      ending.shellStatus == 0 || ending.shellStatus == nil
    {
      return startChild(state.started, of: id)
    }
    switch state.model.afterwards {
    case .leaves where index == 0 || state.model.order == .oneAfterAnother || state.children.isEmpty:
      end(id, .status(ending.shellStatus))
    case .leavesAfterAll where state.children.isEmpty: end(id, .status(ending.shellStatus))
    case .restarts:
      if state.isStopping {
        if state.children.isEmpty { end(id, .status(0)) }
      } else if state.retries < 3 {
        // A child that ends again and again is given up, as supervisord does after three tries.
        state.retries += 1
        processes[id]?.program = .supervisor(state)
        startChild(index, of: id)
      }
    case .raisesChildsSignal(let pause) where state.children.isEmpty || index == 0:
      guard case .signal(let signal) = ending else { return end(id, .status(ending.shellStatus)) }
      guard id == 1 else { return end(id, .signal(signal)) }
      events.append(Event(at: now, process: id, kind: .spared(signal)))
      state.steps = [.pause(pause), .leave(1)]
      state.timer += 1
      processes[id]?.program = .supervisor(state)
      superviseOn(id, timer: state.timer)
    default:
      if state.children.isEmpty, state.awaitsChildren { superviseOn(id, timer: state.timer) }
    }
  }

  /// Goes on with a handler's steps.
  mutating func superviseOn(_ id: Int, timer: Int) {
    while let process = processes[id], process.ending == nil, case .supervisor(var state) = process.program,
      timer == state.timer, let step = state.steps.first
    {
      state.steps.removeFirst()
      state.awaitsChildren = false
      processes[id]?.program = .supervisor(state)
      switch step {
      case .send(let signal, let target):
        let targets = targets(target, of: id, state)
        for other in targets { send(signal ?? state.signal ?? .terminate, to: other, from: id) }
      case .pause(let duration):
        schedule(id, after: Int(duration.seconds * 1_000), number: timer)
        return
      case .awaitChildren:
        guard state.children.isEmpty else {
          state.awaitsChildren = true
          processes[id]?.program = .supervisor(state)
          return
        }
      case .leave(let status):
        lastKiller = id
        return end(id, .status(status))
      case .raise:
        guard id != 1 else {
          events.append(Event(at: now, process: id, kind: .spared(state.signal ?? .terminate)))
          continue
        }
        lastKiller = id
        return end(id, .signal(state.signal ?? .terminate))
      case .stopRestarting:
        state.isStopping = true
        processes[id]?.program = .supervisor(state)
      }
    }
  }

  private func targets(_ target: Supervision.Target, of id: Int, _ state: SupervisorState) -> [Int] {
    let children = state.children.keys.sorted()
    switch target {
    case .children: return children
    case .descendants: return descendants(of: id).reversed()
    case .childGroups:
      let groups = Set(children.compactMap { processes[$0]?.group })
      return living.reversed().filter { processes[$0].map { groups.contains($0.group) } ?? false }
    case .ownGroup:
      let group = processes[id]?.group
      return living.reversed().filter { processes[$0]?.group == group }
    case .everything: return living.reversed().filter { $0 != 1 && $0 != id }
    }
  }
}

/// A supervisor at work.
struct SupervisorState {
  let model: Supervision
  /// Its living children, and which of the model's each is.
  var children: [Int: Int] = [:]
  var started = 0
  var steps: ArraySlice<Supervision.Step> = []
  var signal: Signal?
  var awaitsChildren = false
  var isStopping = false
  var lastEnding: ProcessEnding?
  /// How often a child was started again.
  var retries = 0
  /// What its descendants hold open, where it waits for that.
  var pipe: Int?
  /// The number of the steps that are gone through; older timers mean nothing.
  var timer = 1

  init(model: Supervision) { self.model = model }
}
