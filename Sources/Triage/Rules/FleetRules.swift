import Logs
import Preflight
import Vocabulary

/// What only several workers together show: one that is replaced and does not react.
extension Opinion {
  mutating func judgeFleet(_ workers: [WorkerStory], _ server: LiveKitServerStory?) {
    let members = workers.compactMap { FleetMember($0, server) }
    for (_, group) in Dictionary(grouping: members, by: \.agentName).sorted(by: { $0.key < $1.key }) {
      judgeReplaced(group)
    }
    noteHiddenDrains(members)
  }

  /// Workers that went on to take calls when newer ones served, and never drained.
  private mutating func judgeReplaced(_ group: [FleetMember]) {
    for cohort in FleetMember.cohorts(group) {
      let newer = group.filter { member in cohort.allSatisfy { $0.isOlder(than: member) } }
      let silent = cohort.filter { !$0.hasDrained && !$0.isDrainHidden }
      guard !newer.isEmpty, !silent.isEmpty else { continue }
      let drained = cohort.filter(\.hasDrained)
      if let sibling = drained.compactMap(\.drainBegun).min(by: { $0.isBefore($1) }) {
        judge(silent, told: sibling)
      } else if newer.count >= cohort.count,
        let served = newer.flatMap(\.offers).min(by: { $0.isBefore($1) })
      {
        judge(silent, while: served, newer)
      }
    }
  }

  /// Some of them drained: the others were told at the same time, and did not react.
  private mutating func judge(_ silent: [FleetMember], told: Mention) {
    for member in silent {
      let late = member.offers.filter { told.isBefore($0) }
      guard !late.isEmpty else { continue }
      let isOld = member.isOlder(than: "1.8.0")
      let lines = [told] + late.prefix(3)
      add(
        Finding(
          code: isOld ? "SIG-010" : "SIG-001", status: .suspected, severity: .critical,
          summary: "\(member.name) did not react when the others of its release were told to stop: it took "
            + "\(counted(late.count, "more call")) and never drained",
          cause: isOld
            ? "livekit-agents \(member.story.sdkVersion ?? "") can lose a stop signal in whatever callback runs at that moment"
            : "the stop signal did not reach it: another way to start it, or a signal that was never sent to it",
          evidence: lines.map(evidence),
          remedy: Finding.Remedy(
            isOld
              ? "upgrade livekit-agents to 1.8.0 or later; until then send SIGTERM to that process once more (the second "
                + "forces it to leave at once)"
              : "look at the processes of that instance (sluice triage --pid) and at its entry command (sluice check signals)"
          ),
          appliesTo: isOld ? "livekit-agents < 1.8.0" : nil))
      if isOld {
        exclude("SIG-001", "workers of the same release drained: what starts them lets the signal through")
      }
    }
  }

  /// None of them drained: what starts them keeps the signal to itself, or nobody sent one.
  private mutating func judge(_ silent: [FleetMember], while served: Mention, _ newer: [FleetMember]) {
    let late = silent.flatMap { member in member.offers.filter { served.isBefore($0) } }
    guard let first = late.min(by: { $0.isBefore($1) }) else { return }
    let ends = silent.compactMap(\.brokenEnd)
    // Newer workers that came and went again could have been a scale-out: that is likely no more than a rollout.
    guard !ends.isEmpty || newer.contains(where: \.hasDrained) else { return }
    let names = silent.map(\.name).joined(separator: ", ")
    let isOld = silent.contains { $0.isOlder(than: "1.8.0") }
    add(
      Finding(
        code: "SIG-001", status: .suspected, severity: ends.isEmpty ? .warning : .critical,
        summary: "\(counted(silent.count, "worker")) never began to drain while newer ones served, and took "
          + "\(counted(late.count, "more call")): the stop signal did not reach the agent",
        cause: "\(names): no 'draining worker'"
          + (ends.isEmpty ? "" : ", and the connection broke without the drain's WS_FULL")
          + (isOld ? "; livekit-agents before 1.8.0 can also lose the signal itself (SIG-010)" : ""),
        evidence: ([served, first] + ends.prefix(3)).map(evidence),
        remedy: Finding.Remedy(
          "exec the agent in every wrapper and use the exec form of CMD, so that it gets the signal itself; then stop the old "
            + "processes, which serve on",
          commands: ["sluice check signals"])))
    exclude("RTE-002", "the workers that took calls had not begun to drain")
  }

  /// Node's SDK writes its drain at debug: what is not seen there did not fail to happen.
  private mutating func noteHiddenDrains(_ members: [FleetMember]) {
    let hidden = members.filter { $0.isDrainHidden && !$0.hasDrained }
    guard let first = hidden.first else { return }
    miss(
      "whether \(first.name)\(hidden.count > 1 ? " and \(hidden.count - 1) more" : "") drained",
      "@livekit/agents writes it at the level debug (DRN-004)",
      "LOG_LEVEL=debug, exit status 143, or the server's log at debug (WS_FULL)")
  }
}

/// A worker among others, with what its server says of it.
struct FleetMember {
  let story: WorkerStory
  let registered: Mention
  private let seen: LiveKitServerStory.Worker?
  private let isServerDetailed: Bool

  /// A worker that was registered and did not fail as a whole; nil for any other.
  init?(_ story: WorkerStory, _ server: LiveKitServerStory?) {
    guard let first = story.registrations.first, story.failure == nil, !story.isColoured else { return nil }
    (self.story, registered) = (story, first.mention)
    seen = story.registrations.compactMap { server?.workers[$0.worker.rawValue] }.last
    isServerDetailed = server?.workers.values.contains { $0.full != nil || $0.closing != nil } ?? false
  }

  var agentName: String { story.registrations.last?.agentName ?? "" }

  var name: String {
    let id = story.registrations.last?.worker.rawValue.harmless ?? "?"
    return "worker \(id)" + (story.pid.map { " (pid \($0))" } ?? "")
  }

  /// When jobs were offered to it.
  var offers: [Mention] { story.jobs.compactMap(\.offered) }

  var drainBegun: Mention? { story.drain.begun ?? (seen?.hasLeft == true ? seen?.full : nil) }

  /// Whether it drained, in its own words or its server's.
  var hasDrained: Bool {
    drainBegun != nil || story.events[.shuttingDown] != nil || story.events[.stopSignalSwallowed] != nil
      || seen?.unanswered != nil
  }

  /// Whether its log could not show a drain, and no server's does.
  var isDrainHidden: Bool { story.sdk == .node && !(isServerDetailed && seen?.closed != nil) }

  /// The server's line of an end that was no drain's.
  var brokenEnd: Mention? {
    guard let seen, seen.closing != nil, !seen.hasLeft, seen.full == nil else { return nil }
    return seen.closed
  }

  func isOlder(than release: PackageVersion?) -> Bool { WorkerView(story: story, logs: []).isOlder(than: release) }

  /// Whether it was registered clearly before another.
  func isOlder(than other: FleetMember) -> Bool {
    other.registered.since(registered).map { $0 >= .seconds(2) } ?? false
  }

  /// Workers that were started together: of one release, as far as that is told, and each within two seconds of the next.
  static func cohorts(_ members: [FleetMember]) -> [[FleetMember]] {
    var cohorts: [[FleetMember]] = []
    for member in members.sorted(by: { $0.registered.isBefore($1.registered) }) {
      if let last = cohorts.last?.last, !last.isOlder(than: member), last.story.sdkVersion == member.story.sdkVersion,
        last.story.registrations.last?.deployment == member.story.registrations.last?.deployment
      {
        cohorts[cohorts.count - 1].append(member)
      } else {
        cohorts.append([member])
      }
    }
    return cohorts
  }
}
