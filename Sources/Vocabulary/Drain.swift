/// One clock that can end a drain: how long it lets sessions go on after the stop was asked for.
package struct DrainClock: Hashable, Codable, Sendable {
  /// What the clock belongs to, in words: `livekit-agents drain_timeout`, `stop-timeout`.
  package let name: String
  /// How long it lets a drain go on; nil is no limit.
  package let limit: Duration?
  /// Where the number comes from: a file and line, a log line, the platform, `default`.
  package let origin: String

  /// A clock with its limit and where that is known from.
  package init(name: String, limit: Duration?, origin: String) {
    self.name = name
    self.limit = limit
    self.origin = origin
  }

  enum CodingKeys: String, CodingKey { case name, limitSeconds, origin }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    limit = try container.decodeIfPresent(Double.self, forKey: .limitSeconds).map(Duration.init(seconds:))
    origin = try container.decode(String.self, forKey: .origin)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(limit?.seconds, forKey: .limitSeconds)
    try container.encode(origin, forKey: .origin)
  }
}

/// Every clock found for a target, and the one that binds.
package struct DrainWindow: Hashable, Codable, Sendable {
  /// All clocks, in the order they were found.
  package let clocks: [DrainClock]
  /// What may follow the agent's own drain timeout before the process is gone: entrypoint grace, callbacks.
  ///
  /// 15 s for the entrypoint, then `shutdown_process_timeout` 10 s (livekit-agents 1.8.9, worker.py and ipc).
  package let tail: Duration

  /// A window of clocks and the tail that follows the agent's own timeout.
  package init(clocks: [DrainClock], tail: Duration = .seconds(25)) {
    self.clocks = clocks
    self.tail = tail
  }

  /// The clock with the least limit, the first of equals; nil when no clock was found or none has a limit.
  package var binding: DrainClock? {
    clocks.filter { $0.limit != nil }.min { ($0.limit ?? .zero) < ($1.limit ?? .zero) }
  }

  /// The least limit; nil when nothing limits the drain or nothing is known of it.
  package var effective: Duration? { binding?.limit }

  enum CodingKeys: String, CodingKey { case clocks, tailSeconds }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    clocks = try container.decode([DrainClock].self, forKey: .clocks)
    tail = Duration(seconds: try container.decode(Double.self, forKey: .tailSeconds))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(clocks, forKey: .clocks)
    try container.encode(tail.seconds, forKey: .tailSeconds)
  }
}
