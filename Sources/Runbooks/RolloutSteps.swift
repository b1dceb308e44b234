package import Cutover
import Vocabulary

/// The order inside `deploy` and `rollback`, as named steps.
package enum RolloutSteps {
  /// Reads which generations serve before anything changes.
  package static let record = StepID("record")
  /// Starts the incoming generation beside the outgoing ones.
  package static let start = StepID("start")
  /// Watches until the incoming generation serves.
  package static let awaitServing = StepID("await-serving")
  /// Tells the outgoing generations to drain: the point of no return.
  package static let drain = StepID("drain")
  /// Watches until the verdict is final.
  package static let verify = StepID("verify")

  /// The steps with their timeouts: those of the policy where it has them.
  package static func all(
    _ kind: Rollout.Kind, policy: Policy, watchLimit: Duration, startLimit: Duration = .seconds(600),
    drainedBy: Rollout.Drainer = .sluice
  ) -> [Step] {
    [
      Step(id: record, title: "record what serves now", timeout: .seconds(60)),
      Step(
        id: start, title: kind == .rollback ? "start the earlier version again" : "start the new version",
        timeout: startLimit, mutates: true),
      Step(id: awaitServing, title: "wait until it serves", timeout: policy.warmUp),
      Step(
        id: drain,
        title: drainedBy == .sluice ? "tell the old version to drain" : "the platform drains the old version",
        timeout: .seconds(60), mutates: drainedBy == .sluice),
      Step(id: verify, title: "verify the cutover", timeout: watchLimit),
    ]
  }
}
