import Logs
import Vocabulary

/// A contract that broke while two versions served side by side.
extension Opinion {
  /// Failures that outgoing workers had not before newer ones served, and that these have not.
  mutating func judgeContracts(_ workers: [WorkerStory], _ server: LiveKitServerStory?) {
    let members = workers.compactMap { FleetMember($0, server) }
    for (_, group) in Dictionary(grouping: members, by: \.agentName).sorted(by: { $0.key < $1.key }) {
      for cohort in FleetMember.cohorts(group) {
        let newer = group.filter { member in cohort.allSatisfy { $0.isOlder(than: member) } }
        guard let served = newer.flatMap(\.offers).min(by: { $0.isBefore($1) }) else { continue }
        judge(cohort, beside: newer, since: served)
      }
    }
  }

  private mutating func judge(_ outgoing: [FleetMember], beside incoming: [FleetMember], since served: Mention) {
    let failures = outgoing.flatMap { $0.story.contractFailures }
    guard !failures.isEmpty else { return }
    let alike = Set(incoming.flatMap { $0.story.contractFailures }.map(\.cause))
    let early = Set(failures.filter { !served.isBefore($0.mentions.first) }.map(\.cause))
    let broken = failures.filter { !alike.contains($0.cause) && !early.contains($0.cause) }
    if broken.isEmpty {
      exclude(
        "RUN-009",
        early.isEmpty ? "both versions fail alike" : "the outgoing version failed before the incoming one served")
      return
    }
    explainedFailures.formUnion(broken.map(\.cause))
    let count = broken.reduce(0) { $0 + $1.mentions.count }
    guard let first = broken.min(by: { $0.mentions.first.isBefore($1.mentions.first) }) else { return }
    add(
      Finding(
        code: "RUN-009", status: .suspected, severity: count > 1 ? .critical : .warning,
        summary: "errors began on the outgoing version after the incoming one served: \(first.cause)",
        cause:
          "\(counted(count, "error")) of \(broken.count) kind\(broken.count == 1 ? "" : "s"); none before, and none of "
          + "them on the incoming version",
        evidence: [evidence(served)] + broken.prefix(5).map { evidence($0.mentions.first) },
        remedy: Finding.Remedy(
          "roll back, and phase the change: add the new field or tool first, deploy, then remove the old",
          commands: ["sluice rollback", "sluice check contracts"])))
  }
}

extension WorkerStory {
  /// What failed in the agent's own code: exceptions of entrypoints, and errors that are not the SDK's.
  var contractFailures: [Failure] { errors.filter { $0.event == .jobCrashed || $0.event == nil } }
}
