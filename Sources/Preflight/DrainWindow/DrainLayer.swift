package import Vocabulary

/// One clock that bears on a drain, as far as it is known.
package struct DrainLayer: Hashable, Sendable {
  /// Whose clock it is: `livekit-agents drain_timeout`, `Kubernetes`, `docker stop`.
  package var name: String
  /// How long it lets a drain go on.
  package var window: Window
  /// What to change to change it.
  package var controls: String
  /// Where the number comes from: `agent.py:14`, `default of livekit-agents 1.8.9`.
  package var origin: String
  /// On which side of the agent it is.
  package var side: Side

  /// A layer.
  package init(name: String, window: Window, controls: String, origin: String, side: Side) {
    self.name = name
    self.window = window
    self.controls = controls
    self.origin = origin
    self.side = side
  }

  /// How long a clock lets a drain go on.
  package enum Window: Hashable, Sendable {
    /// So long.
    case limit(Duration)
    /// For ever.
    case unlimited
    /// Not known, and why; never a default in its place.
    case unknown(String)

    /// The limit where there is one.
    package var limit: Duration? { if case .limit(let limit) = self { limit } else { nil } }

    /// As people read it.
    package var text: String {
      switch self {
      case .limit(let limit): limit.text
      case .unlimited: "no limit"
      case .unknown: "unknown"
      }
    }
  }

  /// On which side of the agent a clock is.
  package enum Side: String, Hashable, Sendable {
    /// The agent's own: at its end the agent goes on to clean up.
    case agent
    /// A platform, a supervisor or a wrapper: at its end everything is killed.
    case outer
  }

  /// The same as a clock of the verifier's; nil where it is not known.
  package var clock: DrainClock? {
    switch window {
    case .limit(let limit): DrainClock(name: name, limit: limit, origin: origin)
    case .unlimited: DrainClock(name: name, limit: nil, origin: origin)
    case .unknown: nil
    }
  }

  /// `agent.py:14` where the origin is a place in a file; nil elsewhere.
  var locator: String? {
    let parts = origin.split(separator: ":")
    return parts.count >= 2 && parts.last.flatMap { Int($0) } != nil && !origin.contains(" ") ? origin : nil
  }
}

/// What follows the agent's own drain timeout before its process is gone; all of it has to fit into every outer clock
/// too.
package struct DrainTail: Hashable, Sendable {
  /// When callbacks and entrypoints end as they should: the entrypoint's grace and the process's end.
  package let usual: Duration
  /// When each step takes all the time that it may.
  package let worst: Duration
  /// What they are made of, for people.
  package let parts: String

  /// The tail of an SDK's version, with the settings that its source gives.
  ///
  /// livekit-agents: 15 s for the entrypoint (fixed), 60 s for the session's close, `session_end_timeout` 300 s,
  /// `shutdown_process_timeout` 10 s (60 s before 1.3.1), about 5 s more; before 1.5.2 neither the 15 s nor the 300 s.
  /// @livekit/agents: `shutdownProcessTimeout` 60 s.
  package init(
    _ sdk: AgentSDK, _ version: SDKVersionKnowledge?, shutdownProcess: Duration? = nil, sessionEnd: Duration? = nil
  ) {
    guard sdk == .python else {
      usual = shutdownProcess ?? .seconds(60)
      worst = usual + .seconds(5)
      parts = "shutdownProcessTimeout \(usual.text)"
      return
    }
    let isOld = version?.isWithin(VersionRange(below: "1.5.2")) == true
    let process =
      shutdownProcess ?? .seconds(version?.isWithin(VersionRange(below: "1.3.1")) == true ? 60 : 10)
    let entrypoint = isOld ? Duration.zero : .seconds(15)
    let session = isOld ? Duration.zero : sessionEnd ?? .seconds(300)
    usual = entrypoint + process
    worst = usual + .seconds(60) + session + .seconds(5)
    parts =
      (isOld ? "" : "15s for the entrypoint, ")
      + "shutdown_process_timeout \(process.text); at worst 1m for the session's "
      + "close" + (isOld ? "" : ", session_end_timeout \(session.text)") + " and 5s more"
  }
}

/// Every clock that was found and what follows from them.
package struct DrainLayers: Sendable {
  /// The clocks, the agent's first.
  package var layers: [DrainLayer]
  /// What follows the agent's own timeout; nil where its SDK is not known.
  package var tail: DrainTail?

  /// Clocks and the tail.
  package init(_ layers: [DrainLayer], tail: DrainTail?) {
    self.layers = layers.filter { $0.side == .agent } + layers.filter { $0.side == .outer }
    self.tail = tail
  }

  /// The clock with the least limit that is known, the first of equals; nil: none is known or none has a limit.
  package var binding: DrainLayer? {
    layers.filter { $0.window.limit != nil }.min { ($0.window.limit ?? .zero) < ($1.window.limit ?? .zero) }
  }

  /// The least limit that is known. Where a clock is unknown it may be less.
  package var effective: Duration? { binding?.window.limit }

  /// The clocks that are not known.
  package var unknown: [DrainLayer] { layers.filter { if case .unknown = $0.window { true } else { false } } }

  /// The agent's own clock; the least of several.
  package var agent: DrainLayer? {
    layers.filter { $0.side == .agent }.min {
      ($0.window.limit ?? .seconds(Int64.max / 4)) < ($1.window.limit ?? .seconds(Int64.max / 4))
    }
  }

  /// The clocks outside of the agent that have a limit, the least first.
  package var outer: [DrainLayer] {
    layers.filter { $0.side == .outer && $0.window.limit != nil }
      .sorted { ($0.window.limit ?? .zero) < ($1.window.limit ?? .zero) }
  }
}
