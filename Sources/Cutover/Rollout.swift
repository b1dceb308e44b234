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

  /// A rollout.
  package init(
    target: TargetName, run: RunID, kind: Kind, began: Timestamp, incoming: Generation, outgoing: [Generation],
    window: DrainWindow
  ) {
    self.target = target
    self.run = run
    self.kind = kind
    self.began = began
    self.incoming = incoming
    self.outgoing = outgoing
    self.window = window
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
}
