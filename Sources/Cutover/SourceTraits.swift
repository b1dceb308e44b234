package import Vocabulary

/// What a source can tell, declared once: what is in its listings, and what its silence means.
package struct SourceTraits: Hashable, Codable, Sendable {
  /// The source's name within its target.
  package let id: SourceID
  /// Its kind in `sluice.yaml`: `local-processes`, `worker-http`, `livekit-rooms`, `dispatch-server`.
  package let kind: String
  /// What its listings hold.
  package let sees: Set<Sight>
  /// How often it can have something new; zero: at each poll. Freshness is the greater of this and three intervals.
  package let period: Duration
  /// How long after its start a session may still be missing from a listing.
  ///
  /// LiveKit rooms: 8.4 s (seen on livekit-server 1.13.5); the rehearsal's own dispatch server: zero.
  package let arrivalLag: Duration
  /// How long a session may stay listed after its agent has died.
  ///
  /// LiveKit rooms: 21.2 s (seen on livekit-server 1.13.5).
  package let lingering: Duration
  /// Whether its answers are dated by a clock of its own, which may differ from the one that stamps samples.
  package var datesItself = false

  /// A source's traits; see the properties.
  package init(
    id: SourceID, kind: String, sees: Set<Sight>, period: Duration = .zero, arrivalLag: Duration = .zero,
    lingering: Duration = .zero
  ) {
    self.id = id
    self.kind = kind
    self.sees = sees
    self.period = period
    self.arrivalLag = arrivalLag
    self.lingering = lingering
  }

  /// One thing that a source's listings hold completely.
  package enum Sight: String, Codable, Sendable, CaseIterable {
    /// Every instance of the fleet, ended ones included for at least one listing after their end.
    case instances
    /// Every session that an agent serves, by identity.
    case sessions
    /// How many sessions each listed instance serves, as a number only.
    case counts
    /// Sessions in which a person waits and no agent is.
    case unserved
    /// How sessions ended: ended ones stay listed with their `end`.
    case endings
    /// Whether an instance was told to drain and took it: log, worker status.
    case drains
  }

  enum CodingKeys: String, CodingKey {
    case id, kind, sees, periodSeconds, arrivalLagSeconds, lingeringSeconds, datesItself
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(SourceID.self, forKey: .id)
    kind = try container.decode(String.self, forKey: .kind)
    sees = Set(try container.decode([Sight].self, forKey: .sees))
    period = Duration(seconds: try container.decode(Double.self, forKey: .periodSeconds))
    arrivalLag = Duration(seconds: try container.decode(Double.self, forKey: .arrivalLagSeconds))
    lingering = Duration(seconds: try container.decode(Double.self, forKey: .lingeringSeconds))
    datesItself = try container.decodeIfPresent(Bool.self, forKey: .datesItself) ?? false
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(kind, forKey: .kind)
    try container.encode(sees.sorted { $0.rawValue < $1.rawValue }, forKey: .sees)
    try container.encode(period.seconds, forKey: .periodSeconds)
    try container.encode(arrivalLag.seconds, forKey: .arrivalLagSeconds)
    try container.encode(lingering.seconds, forKey: .lingeringSeconds)
    if datesItself { try container.encode(true, forKey: .datesItself) }
  }
}
