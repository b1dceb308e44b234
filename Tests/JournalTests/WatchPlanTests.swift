import Cutover
import Documents
import Journal
import Testing
import Vocabulary

struct WatchPlanTests {
  @Test func aPlanIsTheSameWhenItIsReadBackWhateverItsDurationsWere() throws {
    var policy = Policy()
    policy.interval = .nanoseconds(333_333_333)
    policy.timeout = .nanoseconds(117_235_764_550)
    let rollout = Rollout(
      target: "here", run: "r", kind: .deploy, began: Timestamp(milliseconds: 1), incoming: Generation(version: "v2"),
      outgoing: [], window: DrainWindow(clocks: []))
    let plan = WatchPlan(rollout: rollout, policy: policy, sources: [])
    #expect(try CanonicalJSON.decode(WatchPlan.self, from: try CanonicalJSON.encode(plan)) == plan)
  }
}
