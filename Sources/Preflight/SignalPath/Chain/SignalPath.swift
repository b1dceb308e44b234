import Machine
import Vocabulary

/// What becomes of the signal that stops an entry command.
///
/// The command is run in thought until its agent serves; then the signal is sent to process 1, and it is seen what becomes
/// of the agent. Conditions that cannot be known are walked both ways; the verdict is the worst of them.
package enum SignalPath {
  /// How many ways through a script are walked.
  static let wayLimit = 64

  /// The verdict for a command.
  ///
  /// What is not known of its image is thought of in each way that there is. The verdict is the one that holds in all of
  /// them, else `unknown` with what it depends on.
  package static func judge(_ entry: EntryCommand, programs: any ProgramCatalogue) -> SignalVerdict {
    let judged = ImageGuess.all(entry.image).map { guess in
      var entry = entry
      entry.image = guess.facts
      return (guess: guess, verdict: judgeKnown(entry, programs))
    }
    // As with the ways through a script: a start that fails is seen, and says nothing of the signal.
    let starting = judged.filter { $0.verdict.outcome != .neverStarts }
    let serious = starting.isEmpty ? judged : starting
    let worst = serious.max { $0.verdict.weight < $1.verdict.weight }
    guard let worst, let other = serious.first(where: { $0.verdict.outcome != worst.verdict.outcome }) else {
      return worst?.verdict ?? SignalVerdict(outcome: .unknown, chain: [])
    }
    let name = entry.image.name.map { "of \($0)" } ?? "of the image"
    let why =
      "it depends on what is not known \(name): \(ImageGuess.words(serious.map { ($0.guess, $0.verdict.outcome) }))"
    let kept = (worst.verdict.findings + other.verdict.findings).filter { $0.severity != .critical }
    return SignalVerdict(
      outcome: .unknown, chain: worst.verdict.chain,
      findings: [
        SignalFindings.undecided(
          entry, why, "exec the agent, so that it does not matter, or install what it needs here")
      ]
        + kept.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
      notes: [why.harmless] + worst.verdict.notes)
  }

  private static func judgeKnown(_ entry: EntryCommand, _ programs: any ProgramCatalogue) -> SignalVerdict {
    var ways = walk(entry, programs)
    // What the likely way passes over, a build or a migration, is not the agent where only it is left running.
    if let likely = ways.first(where: { $0.agent != nil })?.container {
      let passedOver = likely.candidates.filter { $0 != likely.chosen }
      ways.removeAll { way in way.container.chosen.map(passedOver.contains) == true }
    }
    guard let first = ways.first else { return SignalVerdict(outcome: .unknown, chain: []) }
    let starting = ways.filter { $0.outcome != .neverStarts && ($0.outcome != .unknown || $0.agent != nil) }
    // A way on which the agent does not start is a failure that somebody sees; it says nothing of the signal.
    let worst = starting.max { rank($0.outcome) < rank($1.outcome) } ?? first
    var notes = worst.container.doubts.sorted()
    var findings = SignalFindings(entry: entry, way: worst).findings
    if let other = starting.first(where: { $0.outcome != worst.outcome }) {
      let places = worst.differences(from: other)
      notes.append("it depends on \(places): the other way \(other.outcome.rawValue)")
      findings.append(SignalFindings.undecided(entry, "the verdict depends on \(places); the worse way is judged"))
    }
    return SignalVerdict(
      outcome: worst.outcome, chain: worst.chain, ownDeadline: worst.ownDeadline, findings: findings, notes: notes)
  }

  fileprivate static func rank(_ outcome: SignalVerdict.Outcome) -> Int {
    switch outcome {
    case .drains: 0
    case .unknown, .neverStarts: 1
    case .swallowed: 2
    case .aborts: 3
    }
  }

  /// The ways through a command: the likely one first, then those with one choice turned, with two, …
  private static func walk(_ entry: EntryCommand, _ programs: any ProgramCatalogue) -> [SignalWay] {
    var ways: [SignalWay] = []
    var scripts: [[Bool]] = [[]]
    var instructions = 0
    while !scripts.isEmpty, ways.count < wayLimit, instructions < 200_000 {
      let script = scripts.removeFirst()
      let way = SignalWay(entry, programs, choices: script)
      ways.append(way)
      instructions += 60_000 - way.container.instructionsLeft
      let made = way.container.choices.made.map(\.value)
      for index in made.indices.dropFirst(script.count).prefix(12) { scripts.append(made[..<index] + [!made[index]]) }
    }
    return ways
  }
}

extension SignalVerdict {
  /// How bad it is: by its outcome, and of two that cut calls the one that does it sooner.
  fileprivate var weight: (Int, Double) {
    (SignalPath.rank(outcome), ownDeadline.map { -$0.after.seconds } ?? 0)
  }
}

/// One way through an entry command: a container from its start to its end.
struct SignalWay {
  let entry: EntryCommand
  let container: Container
  let outcome: SignalVerdict.Outcome
  /// The agent that the verdict is about; nil when none was started.
  let agent: Int?
  let ownDeadline: SignalVerdict.OwnDeadline?
  /// The container when the signal came.
  let before: Container

  init(_ entry: EntryCommand, _ programs: any ProgramCatalogue, choices: [Bool]) {
    self.entry = entry
    var container = SignalWay.started(entry, programs, choices, candidate: nil)
    if container.agents.isEmpty, let candidate = SignalWay.likeliest(of: container.candidates) {
      container = SignalWay.started(entry, programs, choices, candidate: candidate)
    }
    before = container
    let serving = container.agents.filter { container.processes[$0]?.ending == nil }
    if container.isExhausted, serving.isEmpty {
      (outcome, agent, ownDeadline) = (.unknown, nil, nil)
      self.container = container
      return
    }
    guard !container.hasEnded, let first = serving.first else {
      (outcome, agent, ownDeadline) = (.neverStarts, container.agents.first, nil)
      self.container = container
      return
    }
    container.stop(entry.stopSignal, after: entry.hook)
    container.run(until: container.stoppedAt + Container.drainTime + 600_000)
    self.container = container
    let outcomes = serving.map { SignalWay.outcome(of: $0, in: container) }
    let order: [SignalVerdict.Outcome] = [.drains, .swallowed, .aborts]
    let worst = outcomes.indices.max { left, right in
      (order.firstIndex(of: outcomes[left]) ?? 0) < (order.firstIndex(of: outcomes[right]) ?? 0)
    }
    agent = worst.map { serving[$0] } ?? first
    let judged = worst.map { outcomes[$0] } ?? .unknown
    // What nobody can look into may drain or not; what never tells it anything is judged all the same.
    outcome = judged == .drains && container.chosen?.doubt != nil ? .unknown : judged
    ownDeadline = outcome == .aborts ? SignalWay.deadline(of: agent ?? first, in: container) : nil
  }

  private static func started(
    _ entry: EntryCommand, _ programs: any ProgramCatalogue, _ choices: [Bool], candidate: Int?
  ) -> Container {
    var container = Container(
      programs: programs, choices: Choices(script: choices), chosenCandidate: candidate)
    var launch = Launch(entry)
    launch.isFirst = !entry.hasInit
    let first = container.makeProcess(parent: 0, launch: launch)
    if entry.hasInit {
      let forwarding: [Signal: [Supervision.Step]] = Dictionary(
        uniqueKeysWithValues: (Int32(1)...31).map { (Signal(rawValue: $0), [.send(nil, to: .children)]) })
      container.processes[first]?.images = [
        ContainerProcess.Image(
          name: "tini", text: "tini --", place: entry.origin, explanation: "the platform's own init passes signals on")
      ]
      container.supervise(
        first, Supervision(children: [Supervision.Child(launch, ownGroup: true)], handlers: forwarding))
    } else {
      container.start(first, by: .kernel)
    }
    container.run(until: Container.stopTime)
    return container
  }

  /// The candidate that is the agent, as far as anybody can tell: its name, its arguments, and the last one started.
  private static func likeliest(of candidates: [Container.Candidate]) -> Int? {
    let agents = ["agent", "worker", "main", "bot", "assistant", "voice", "server", "app"]
    let others = [
      "migrat", "alembic", "manage", "wait", "download", "setup", "init", "seed", "check", "health", "metric",
    ]
    func score(_ index: Int) -> Int {
      let text = candidates[index].text.lowercased()
      var score = index
      if text.hasSuffix(" start") { score += 100 }
      if agents.contains(where: text.contains) { score += 40 }
      if others.contains(where: text.contains) { score -= 80 }
      return score
    }
    return candidates.indices.max { score($0) < score($1) }
  }

  private static func outcome(of agent: Int, in container: Container) -> SignalVerdict.Outcome {
    guard let process = container.processes[agent] else { return .unknown }
    // Nobody has disturbed a drain that still goes on.
    if process.hasDrained || process.drainsSince != nil && process.ending == nil { return .drains }
    return process.ending == nil ? .swallowed : .aborts
  }

  /// How long after the signal the agent was cut, when that was not at once.
  private static func deadline(of agent: Int, in container: Container) -> SignalVerdict.OwnDeadline? {
    guard let end = container.processes[agent]?.endedAt, end - container.stoppedAt >= 300 else { return nil }
    let owner = container.lastKiller.flatMap { container.processes[$0]?.images.last?.name }
    return SignalVerdict.OwnDeadline(
      after: .milliseconds(end - container.stoppedAt),
      program: owner ?? container.processes[1]?.images.last?.name ?? "?"
    )
  }

  /// The places at which two ways part.
  func differences(from other: SignalWay) -> String {
    let (mine, theirs) = (container.choices.made, other.container.choices.made)
    let index = zip(mine, theirs).enumerated().first { $0.element.0.value != $0.element.1.value }?.offset
    guard let index else { return "a condition" }
    let key = mine[index].key.split(separator: ":").prefix(2).joined(separator: ":")
    return "the condition at \(key)".harmless
  }
}
