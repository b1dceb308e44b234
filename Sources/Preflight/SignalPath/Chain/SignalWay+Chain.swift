import Machine
import Vocabulary

extension SignalWay {
  /// The processes from process 1 to the agent, with what each does with the signal.
  var chain: [ChainLink] {
    let line = lineage
    var links: [ChainLink] = []
    for (depth, id) in line.enumerated() {
      guard let process = before.processes[id] else { continue }
      for image in process.images.dropLast() {
        links.append(
          ChainLink(
            program: image.name, text: image.text, place: image.place, reaction: "replaces itself",
            explanation: image.explanation.isEmpty ? "it is replaced by the next program" : image.explanation,
            passesOn: true))
      }
      guard let image = process.images.last else { continue }
      let next = depth + 1 < line.count ? line[depth + 1] : nil
      let (reaction, explanation, passesOn) = reaction(of: id, before: next)
      let doubt = outcome == .unknown && agent == id ? container.chosen?.doubt : nil
      links.append(
        ChainLink(
          program: agent == id ? "agent" : image.name, text: image.text, place: image.place, reaction: reaction,
          explanation: doubt ?? (image.explanation.isEmpty ? explanation : image.explanation), passesOn: passesOn))
    }
    return links
  }

  /// From process 1 to the agent, or as far as it got.
  private var lineage: [Int] {
    var line: [Int] = []
    var current = agent ?? 1
    while current != 0, line.count < 100, let process = before.processes[current] {
      line.append(current)
      current = process.parent
    }
    if line.last != 1 { line.append(1) }
    return line.reversed()
  }

  private func events(of process: Int) -> [Container.Event.Kind] {
    container.events.filter { $0.process == process }.map(\.kind)
  }

  private func reaction(of id: Int, before next: Int?) -> (String, String, Bool) {
    let signal = "SIG" + entry.stopSignal.shortName
    guard outcome != .neverStarts else {
      let failure = container.failures.last?.reason ?? "it ends without having started the agent"
      return next == nil ? ("ends", failure, false) : ("starts the next", "it starts the next program", true)
    }
    let events = events(of: id)
    if id == agent {
      return outcome == .unknown ? ("cannot be judged", "what it does is not known", false) : agentReaction(events)
    }
    let isTold = events.contains { if case .handled = $0 { true } else { false } }
    let tells = events.contains { if case .sent(_, let to) = $0 { to == next } else { false } }
    if tells {
      let dies = container.processes[id]?.ending != nil && outcome == .aborts
      return dies
        ? ("passes it on and leaves", "it sends the signal on, and does not wait for the end of the drain", false)
        : ("passes it on", "it sends the signal on and waits", outcome == .drains || outcome == .unknown)
    }
    for event in events {
      switch event {
      case .spared:
        return (
          "ignores it",
          "it has no handler for \(signal), and the kernel spares process 1 from signals without one; "
            + waitingSentence(id), false
        )
      case .deferred:
        return (
          "puts it off", "its trap runs only when the command in the foreground has ended: \(waitingSentence(id))",
          false
        )
      case .ignored: return ("ignores it", "\(signal) is ignored", false)
      case .blocked: return ("never sees it", "\(signal) is blocked when it starts", false)
      case .ended(.signal): return ("dies of it", "it has no handler for \(signal): the signal ends it", false)
      default: continue
      }
    }
    if isTold { return ("keeps it", "it handles \(signal) and sends nothing on", false) }
    return ("is not told", "no signal reaches it: \(waitingSentence(id))", false)
  }

  private func agentReaction(_ events: [Container.Event.Kind]) -> (String, String, Bool) {
    guard let process = container.processes[agent ?? 0] else { return ("", "", false) }
    if process.hasDrained { return ("drains", "it gets the signal once and lets its sessions end", true) }
    if events.contains(where: { if case .blocked = $0 { true } else { false } }) {
      return ("never sees it", "the signal is blocked when it starts", false)
    }
    if process.signalsSeen > 1 {
      return ("is told twice", "the second signal ends it, and every session with it", false)
    }
    if process.drainsSince != nil {
      return ("is cut off", "it drains, and is killed before its sessions have ended", false)
    }
    if process.ending != nil, process.signalsSeen == 0 {
      return ("is killed", "it is killed without having been told", false)
    }
    if process.ending != nil { return ("ends at once", "it ends at the signal without a drain", false) }
    if events.contains(where: { if case .spared = $0 { true } else { false } }) {
      return ("ignores it", "it has no handler for the signal, and the kernel spares process 1", false)
    }
    return ("is never told", "it goes on until everything is killed", false)
  }

  private func waitingSentence(_ id: Int) -> String {
    guard case .shell(let shell)? = before.processes[id]?.program else { return "it waits for its child" }
    switch shell.waiting {
    case .foreground?: return "the shell waits for its command in the foreground and tells it nothing"
    case .builtin?: return "the shell waits with 'wait' and has no trap"
    case .substitution?: return "the shell waits for what the command prints"
    case .read?: return "the shell waits for a line to read"
    case nil: return "the shell is at its own work"
    }
  }
}
