package import Vocabulary

/// A moment that is known within bounds.
package struct MomentRange: Hashable, Sendable {
  /// The best estimate.
  package var at: Timestamp
  /// It was not before; nil: nobody looked before.
  package var notBefore: Timestamp?
  /// It was not after.
  package var notAfter: Timestamp

  /// A moment within bounds; without them it is exact.
  package init(_ at: Timestamp, notBefore: Timestamp? = nil, notAfter: Timestamp? = nil) {
    self.at = at
    self.notBefore = notBefore ?? (notAfter == nil ? at : nil)
    self.notAfter = notAfter ?? at
  }
}

/// The part that an instance or a session plays in a rollout.
package enum RolloutRole: String, Codable, Sendable { case incoming, outgoing, other, unknown }

/// What all sources together say of one session.
package struct SessionStory: Hashable, Sendable {
  /// The session.
  package let id: SessionID
  /// Its room.
  package let room: String?
  /// Its version and how that was learned; both nil: not known.
  package var version: VersionName?
  package var basis: Basis?
  /// Which part its version plays.
  package var role: RolloutRole
  /// The instance that serves it.
  package var instance: InstanceID?
  /// Its region.
  package let region: RegionName?
  /// Whether sluice made it itself.
  package let isProbe: Bool
  /// When it was asked for; nil: not known.
  package let askedAt: Timestamp?
  /// When an agent took it; nil: none has.
  package let start: MomentRange?
  /// When its agent was gone; nil: it is not.
  package let end: MomentRange?
  /// How it ended; nil: it has not, or that is being found out.
  package let ending: Ending?
  /// What shows how it ended.
  package let why: String?
  /// Whether it started on an outgoing instance after the grace.
  package let isLate: Bool
  /// Whether a person waits or waited longer than an agent may take.
  package let isUnserved: Bool

  /// How a session ended.
  package enum Ending: String, Codable, Sendable { case normal, cut, unclear }
}

/// What all sources together say of one life of an instance: restarts are lives of their own.
package struct InstanceStory: Hashable, Sendable {
  /// Tells lives apart within one watch.
  package let life: Int
  /// The name it goes by.
  package let id: InstanceID
  /// What it runs, as far as that is known.
  package let version: VersionName?
  package let generation: GenerationID?
  package let sdk: String?
  /// Where it runs.
  package let region: RegionName?
  /// Its part.
  package let role: RolloutRole
  /// Its phase in one word.
  package let phase: String
  /// Its last count of sessions; nil: nobody ever counted.
  package let sessions: Int?
  /// When that was counted.
  package let countedAt: Timestamp?
  /// When it started, registered with its server, and first served; nil: not known.
  package let startedAt: Timestamp?
  package let registeredAt: Timestamp?
  package let servingAt: Timestamp?
  /// When it was told to drain; nil: it was not, or nobody saw it.
  package let told: MomentRange?
  /// What is known of its drain.
  package let drain: InstanceObservation.Drain
  /// When its drain was first seen confirmed; nil: it was not.
  package let confirmedSeenAt: Timestamp?
  /// When it was gone; nil: it is not.
  package let end: MomentRange?
  /// Exit code, signal and cause; nil: no source told.
  package let exit: InstanceObservation.End?
  /// How it ended, one short phrase; nil: it has not.
  package let endPhrase: String?
  /// Whether it had ended before the rollout began.
  package let isPast: Bool
}

extension CutoverVerifier {
  /// Sessions that are known at this moment, by id; one that ended is known for at least a minute more.
  package var knownSessions: [SessionID] { Array(sessions.keys) }

  /// What is known of a session; nil: it was never seen, or was folded after its end.
  package func story(of id: SessionID) -> SessionStory? {
    guard let record = sessions[id] else { return nil }
    let ending: SessionStory.Ending? =
      switch record.decision {
      case .normal: .normal
      case .cut: .cut
      case .unclear: .unclear
      case nil: nil
      }
    let version = version(of: record)
    let isClaimed = version != nil && version == record.claim?.version
    return SessionStory(
      id: id, room: record.room, version: version,
      basis: version.map { _ in isClaimed ? record.claim?.basis ?? .instance : .instance },
      role: RolloutRole(record.role), instance: record.instance.flatMap { fleet[fleet.canonical($0)]?.id },
      region: record.region, isProbe: record.isProbe,
      askedAt: record.views.compactMap(\.observation.createdAt).min(),
      start: record.startedAt.map {
        MomentRange($0, notBefore: record.start?.earliest, notAfter: record.start?.latest)
      },
      end: record.ending.map { ending in
        let stated = record.stated?.at
        let bounds = MomentBounds(earliest: ending.after, latest: ending.by)
        return MomentRange(bounds.estimate(stated), notBefore: ending.after, notAfter: ending.by)
      },
      ending: ending, why: record.decision?.why, isLate: record.marks.contains(.late), isUnserved: record.isUnserved)
  }

  /// Lives of instances that are known at this moment; one that ended is known for at least a minute more.
  package var knownInstances: [Int] { Array(fleet.records.keys) }

  /// Whether a life turned out to be part of another.
  package func isAlias(life index: Int) -> Bool { fleet.canonical(index) != index }

  /// What is known of a life; nil: it turned out to be another's, or was folded after its end.
  package func story(ofLife index: Int) -> InstanceStory? {
    guard let record = fleet[index] else { return nil }
    var end: MomentRange?
    if case .ended(let after, let by) = record.life {
      end = MomentRange(
        MomentBounds(earliest: after, latest: by).estimate(record.facts.end?.at), notBefore: after, notAfter: by)
    }
    let facts = record.facts
    return InstanceStory(
      life: index, id: record.id, version: facts.version, generation: facts.generation, sdk: facts.sdk,
      region: facts.region, role: RolloutRole(role(of: record)), phase: record.phaseWord,
      sessions: record.lastCount?.count, countedAt: record.lastCount?.at, startedAt: facts.startedAt,
      registeredAt: facts.registeredAt, servingAt: facts.servingAt,
      told: record.toldAt.map { MomentRange($0, notBefore: record.told?.earliest, notAfter: record.told?.latest) },
      drain: facts.drain, confirmedSeenAt: record.confirmedSeenAt, end: end, exit: facts.end,
      endPhrase: record.endPhrase, isPast: record.isPast)
  }
}

extension RolloutRole {
  init(_ role: InstanceRecord.Role) {
    switch role {
    case .incoming: self = .incoming
    case .outgoing: self = .outgoing
    case .other: self = .other
    case .unknown: self = .unknown
    }
  }
}
