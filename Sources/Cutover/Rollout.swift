package import Vocabulary

/// The change that is verified: which generation comes, which go, and since when.
package struct Rollout: Hashable, Codable, Sendable {
  /// The fleet.
  package let target: TargetName
  /// The run that journals it.
  package let run: RunID
  /// What was done.
  package let kind: Kind
  /// When it began; what started before is not charged to it.
  package let began: Timestamp
  /// The generation that should take all new sessions.
  package let incoming: Generation
  /// The generations that should drain; empty: every generation but the incoming one.
  package let outgoing: [Generation]
  /// The clocks that end a drain.
  package let window: DrainWindow
  /// Who tells the outgoing generations to drain.
  package let drainedBy: Drainer
  /// The moment from which new sessions belong on the incoming generation, as whoever asked has said; nil: nobody did. It
  /// counts where no source tells when the outgoing generations were told to drain.
  package let belongsSince: Timestamp?

  /// A rollout.
  package init(
    target: TargetName, run: RunID, kind: Kind, began: Timestamp, incoming: Generation, outgoing: [Generation],
    window: DrainWindow, drainedBy: Drainer = .sluice, belongsSince: Timestamp? = nil
  ) {
    self.target = target
    self.run = run
    self.kind = kind
    self.began = began
    self.incoming = incoming
    self.outgoing = outgoing
    self.window = window
    self.belongsSince = belongsSince
    self.drainedBy = drainedBy
  }

  /// Whether a release takes its own place, with no turn of it told from the other by the platform: a restart, or an update
  /// of secrets. Then only times tell who is of which turn.
  package var isOfOneVersion: Bool {
    incoming.id == nil && outgoing.contains { $0.id == nil && $0.version == incoming.version }
  }

  /// Who tells the outgoing generations to drain.
  package enum Drainer: String, Codable, Sendable {
    /// This program, once the incoming generation serves; until then it can take that back.
    case sluice
    /// The platform by itself: what it has begun, only a rollback undoes.
    case platform
  }

  /// What was done to the fleet.
  package enum Kind: String, Codable, Sendable {
    /// A new version was deployed.
    case deploy
    /// An earlier version was put back.
    case rollback
    /// Somebody else did it; sluice looks on.
    case observed
    /// A fleet that lives only as long as the run was rolled.
    case rehearsal
  }
}

extension Rollout {
  enum CodingKeys: String, CodingKey {
    case target, run, kind, began, incoming, outgoing, window, drainedBy, belongsSince
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      target: try container.decode(TargetName.self, forKey: .target),
      run: try container.decode(RunID.self, forKey: .run), kind: try container.decode(Kind.self, forKey: .kind),
      began: try container.decode(Timestamp.self, forKey: .began),
      incoming: try container.decode(Generation.self, forKey: .incoming),
      outgoing: try container.decode([Generation].self, forKey: .outgoing),
      window: try container.decode(DrainWindow.self, forKey: .window),
      // Journals from before there was a choice do not have it.
      drainedBy: try container.decodeIfPresent(Drainer.self, forKey: .drainedBy) ?? .sluice,
      belongsSince: try container.decodeIfPresent(Timestamp.self, forKey: .belongsSince))
  }
}

/// One turn of a version in service.
package struct Generation: Hashable, Codable, Sendable {
  /// The platform's id of the turn; nil where turns cannot be told apart but by their version.
  package let id: GenerationID?
  /// The release.
  package let version: VersionName

  /// A turn of a release.
  package init(id: GenerationID? = nil, version: VersionName) {
    self.id = id
    self.version = version
  }

  /// The turn for people: its id, behind the release where that is another word; harmless.
  package var name: String {
    guard let id, id.rawValue != version.rawValue else { return version.rawValue.harmless }
    return id.rawValue.hasPrefix(version.rawValue)
      ? id.rawValue.harmless : "\(version.rawValue.harmless) (\(id.rawValue.harmless))"
  }
}
