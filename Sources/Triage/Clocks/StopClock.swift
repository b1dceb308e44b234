import Vocabulary

/// A clock that can end what a stop lets go on, as it runs where nobody sets it.
struct StopClock {
  /// What it belongs to.
  let layer: String
  /// How long it lets sessions go on.
  let window: Duration
  /// How long after its end the process may still be there: the agent cleans up, a platform is a little late.
  let tail: Duration
  /// What to change to change it.
  let controls: String

  /// What follows the agent's own limit: 15 s for the entrypoint, then `shutdown_process_timeout`; AgentSession.aclose (60 s)
  /// and on_session_end (300 s) only where they hang.
  static let agentTail = Duration.seconds(25)

  /// The agent's own limit, as its log says it.
  static func own(_ limit: Duration) -> StopClock {
    StopClock(
      layer: "this worker's drain_timeout", window: limit, tail: agentTail,
      controls: "AgentServer(drain_timeout=...), --drain-timeout")
  }

  /// The clocks that are met most, by their defaults.
  ///
  /// docker, supervisord and Cloud Run 10 s; Kubernetes and ECS 30 s, Kubernetes with two more where preStop overruns;
  /// systemd 90 s; livekit-agents by its releases; LiveKit Cloud one hour.
  static let usual = [
    StopClock(
      layer: "docker stop, Cloud Run, supervisord", window: .seconds(10), tail: .seconds(1),
      controls: "-t, stop_grace_period, stopwaitsecs"),
    StopClock(
      layer: "Kubernetes, ECS", window: .seconds(30), tail: .seconds(2.5),
      controls: "terminationGracePeriodSeconds, stopTimeout"),
    StopClock(
      layer: "livekit-agents up to 1.0.20", window: .seconds(60), tail: agentTail, controls: "--drain-timeout"),
    StopClock(layer: "systemd", window: .seconds(90), tail: .seconds(1), controls: "TimeoutStopSec"),
    StopClock(
      layer: "livekit-agents 1.0.21 to 1.6.4", window: .seconds(1_800), tail: agentTail, controls: "drain_timeout"),
    StopClock(
      layer: "livekit-agents from 1.6.5, LiveKit Cloud", window: .seconds(3_600), tail: agentTail,
      controls: "drain_timeout; Cloud's is fixed"),
  ]

  /// Whether something ended by it after so long.
  func matches(_ elapsed: Duration) -> Bool { elapsed >= window - .seconds(0.5) && elapsed <= window + tail }
}
