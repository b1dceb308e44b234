package import Vocabulary

/// What one source said at one moment, or why it said nothing.
package struct Reading: Hashable, Codable, Sendable {
  /// The source that was asked.
  package let source: SourceID
  /// When the answer was complete, or the asking was given up.
  package let takenAt: Timestamp
  /// The moment the answer describes, where the source says so; nil: `takenAt`.
  package let asOf: Timestamp?
  /// How long the source takes at this pace to look at everything once, in seconds, where it looks at its parts in turn:
  /// then they are of different ages, the oldest of `asOf`. nil: they are of one age.
  package let turnSeconds: Double?
  /// The answer.
  package let answer: Answer

  /// A reading; `asOf` is given only where it differs from `takenAt`.
  package init(
    source: SourceID, takenAt: Timestamp, asOf: Timestamp? = nil, turn: Duration? = nil, answer: Answer
  ) {
    self.source = source
    self.takenAt = takenAt
    self.asOf = asOf
    turnSeconds = turn?.seconds
    self.answer = answer
  }

  /// What was answered. A failure is never an empty snapshot.
  package enum Answer: Hashable, Sendable {
    /// Everything that the source lists.
    case snapshot(Observation)
    /// What differs from the source's last answer that was not a failure.
    case changes(ObservationChanges)
    /// No answer that can be used.
    case failure(SourceFailure)
  }

  /// The moment that the answer describes.
  package var describes: Timestamp { asOf ?? takenAt }
  /// `turnSeconds` as a duration.
  package var turn: Duration? { turnSeconds.map(Duration.init(seconds:)) }
}

extension Reading.Answer: Codable {
  enum CodingKeys: String, CodingKey { case snapshot, changes, failure }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let snapshot = try container.decodeIfPresent(Observation.self, forKey: .snapshot) {
      self = .snapshot(snapshot)
    } else if let changes = try container.decodeIfPresent(ObservationChanges.self, forKey: .changes) {
      self = .changes(changes)
    } else {
      self = .failure(try container.decode(SourceFailure.self, forKey: .failure))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .snapshot(let value): try container.encode(value, forKey: .snapshot)
    case .changes(let value): try container.encode(value, forKey: .changes)
    case .failure(let value): try container.encode(value, forKey: .failure)
    }
  }
}

/// Why a source gave no answer that can be used.
package struct SourceFailure: Hashable, Codable, Sendable, Error {
  /// What kind of failure it was.
  package let kind: Kind
  /// What happened, one line, text from outside made harmless, without secrets.
  package let detail: String

  /// A failure with its kind and one line of detail.
  package init(kind: Kind, detail: String) {
    self.kind = kind
    self.detail = detail
  }

  /// The kinds of failure that are told apart.
  package enum Kind: String, Codable, Sendable {
    /// Nobody answered: refused, no route, name unknown.
    case unreachable
    /// No complete answer within the time allowed.
    case timeout
    /// An answer that refuses: 401, 403.
    case denied
    /// An answer that cannot be understood: HTML, half a body, too large, another status.
    case malformed
    /// The program or file that the source reads is missing.
    case missing
  }
}

/// Everything that a source lists at one moment. What a source can list at all is said by its `SourceTraits`.
package struct Observation: Hashable, Codable, Sendable {
  /// The instances listed, in any order, each id once.
  package var instances: [InstanceObservation]
  /// The sessions listed, in any order, each id once.
  package var sessions: [SessionObservation]
  /// What the source has to report beside its listing: incidents, contradictions, why it is slow; nil: nothing.
  package var findings: [Finding]?

  /// A listing.
  package init(
    instances: [InstanceObservation] = [], sessions: [SessionObservation] = [], findings: [Finding]? = nil
  ) {
    self.instances = instances
    self.sessions = sessions
    self.findings = findings
  }
}

/// The difference between two listings of one source.
package struct ObservationChanges: Hashable, Codable, Sendable {
  /// Instances that are new or differ, whole.
  package var instances: [InstanceObservation]
  /// Instances that are no longer listed.
  package var instancesGone: [InstanceID]
  /// Sessions that are new or differ, whole.
  package var sessions: [SessionObservation]
  /// Sessions that are no longer listed.
  package var sessionsGone: [SessionID]
  /// All that the source reports beside its listing, where that differs; nil: it does not.
  package var findings: [Finding]?

  /// A difference.
  package init(
    instances: [InstanceObservation] = [], instancesGone: [InstanceID] = [], sessions: [SessionObservation] = [],
    sessionsGone: [SessionID] = [], findings: [Finding]? = nil
  ) {
    self.instances = instances
    self.instancesGone = instancesGone
    self.sessions = sessions
    self.sessionsGone = sessionsGone
    self.findings = findings
  }

  /// Whether nothing differs.
  package var isEmpty: Bool {
    instances.isEmpty && instancesGone.isEmpty && sessions.isEmpty && sessionsGone.isEmpty && findings == nil
  }
}

/// All readings of one poll.
package struct Sample: Hashable, Codable, Sendable {
  /// The poll's number within the run, from 1, without gaps.
  package let sequence: Int
  /// When the poll was complete; never before the sample before it.
  package let at: Timestamp
  /// One reading a source that was asked, in the order of the sources.
  package let readings: [Reading]

  /// A sample.
  package init(sequence: Int, at: Timestamp, readings: [Reading]) {
    self.sequence = sequence
    self.at = at
    self.readings = readings
  }
}
