import Vocabulary

/// The numbers that decide; the defaults are those of a production fleet.
package struct Policy: Hashable, Sendable {
  /// Time between two polls.
  package var interval: Duration = .seconds(5)
  /// How long the incoming generation may take until it serves.
  package var warmUp: Duration = .seconds(300)
  /// How long after the cutover point a session may still start on an outgoing instance: work already in flight.
  package var grace: Duration = .seconds(30)
  /// How long no session may have started on an outgoing instance, under exposure, before condition B holds.
  package var quiet: Duration = .seconds(60)
  /// How many fresh samples in a row must show zero.
  package var hold: Int = 3
  /// How many new sessions must have landed on the incoming version.
  package var minimumNewSessions: Int = 3
  /// How long a session may wait for an agent before it is unserved.
  package var joinTimeout: Duration = .seconds(15)
  /// How long after the first failure the watching goes on, so that what fails together is named together.
  package var settle: Duration = .seconds(30)
  /// How long after a drain was asked for it must be confirmed before that is a finding.
  package var drainConfirmation: Duration = .seconds(15)
  /// The whole watch's limit; nil: effective drain window + its tail + warm-up.
  package var timeout: Duration?
  /// Whether an agent that leaves first is a normal end.
  package var agentHangsUp: AgentHangsUp = .unexpected
  /// The largest share of new sessions that may go to outgoing instances unseen, 0 to 1, enforced when it is set.
  package var leakBound: Double?

  /// The defaults.
  package init() {}

  /// Whether a target's agents end calls by themselves.
  package enum AgentHangsUp: String, Codable, Sendable, CaseIterable { case expected, unexpected }
}

extension Policy: Codable {
  enum CodingKeys: String, CodingKey {
    case intervalSeconds, warmUpSeconds, graceSeconds, quietSeconds, hold, minimumNewSessions, joinTimeoutSeconds
    case settleSeconds, drainConfirmationSeconds, timeoutSeconds, agentHangsUp, leakBound
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func duration(_ key: CodingKeys) throws -> Duration {
      Duration(seconds: try container.decode(Double.self, forKey: key))
    }
    interval = try duration(.intervalSeconds)
    warmUp = try duration(.warmUpSeconds)
    grace = try duration(.graceSeconds)
    quiet = try duration(.quietSeconds)
    hold = try container.decode(Int.self, forKey: .hold)
    minimumNewSessions = try container.decode(Int.self, forKey: .minimumNewSessions)
    joinTimeout = try duration(.joinTimeoutSeconds)
    settle = try duration(.settleSeconds)
    drainConfirmation = try duration(.drainConfirmationSeconds)
    timeout = try container.decodeIfPresent(Double.self, forKey: .timeoutSeconds).map(Duration.init(seconds:))
    agentHangsUp = try container.decode(AgentHangsUp.self, forKey: .agentHangsUp)
    leakBound = try container.decodeIfPresent(Double.self, forKey: .leakBound)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(interval.seconds, forKey: .intervalSeconds)
    try container.encode(warmUp.seconds, forKey: .warmUpSeconds)
    try container.encode(grace.seconds, forKey: .graceSeconds)
    try container.encode(quiet.seconds, forKey: .quietSeconds)
    try container.encode(hold, forKey: .hold)
    try container.encode(minimumNewSessions, forKey: .minimumNewSessions)
    try container.encode(joinTimeout.seconds, forKey: .joinTimeoutSeconds)
    try container.encode(settle.seconds, forKey: .settleSeconds)
    try container.encode(drainConfirmation.seconds, forKey: .drainConfirmationSeconds)
    try container.encodeIfPresent(timeout?.seconds, forKey: .timeoutSeconds)
    try container.encode(agentHangsUp, forKey: .agentHangsUp)
    try container.encodeIfPresent(leakBound, forKey: .leakBound)
  }
}

extension Policy {
  /// The same numbers, durations to the millisecond.
  package var roundedToMilliseconds: Policy {
    var policy = self
    let durations: [WritableKeyPath<Policy, Duration>] = [
      \.interval, \.warmUp, \.grace, \.quiet, \.joinTimeout, \.settle, \.drainConfirmation,
    ]
    for duration in durations { policy[keyPath: duration] = Duration(seconds: policy[keyPath: duration].seconds) }
    policy.timeout = timeout.map { Duration(seconds: $0.seconds) }
    return policy
  }
}
