package import Cutover
package import Vocabulary

/// Something that happened in a run, for whoever shows it: the live view and the plain lines are made of the same events.
package enum ProgressEvent: Hashable, Sendable {
  /// What the run is; sent first, and again when more of it is known.
  case titled(RunTitle)
  /// Every step of the procedure in its order, before the first starts.
  case planned([StepProgress])
  /// One step changed its state; a step that was not planned is added at the end.
  case step(StepProgress)
  /// A sample was judged.
  case assessed(Assessment)
  /// Something else worth a line.
  case noted(ProgressNote)
  /// What a person at the keyboard can do at this moment; replaces what was said before.
  case hinted([String])
}

/// What a run is, as far as it is known.
package struct RunTitle: Hashable, Sendable {
  /// What is done: `deploy`, `rollback`, `rehearse`, `verify-cutover`.
  package var kind: String
  /// The fleet.
  package var target: TargetName
  /// The versions that go, in the rollout's order; empty: not known yet, or there is none.
  package var outgoing: [VersionName]
  /// The version that comes; nil: not known yet.
  package var incoming: VersionName?
  /// The run's id.
  package var run: RunID
  /// When it began.
  package var began: Timestamp

  /// A title.
  package init(
    kind: String, target: TargetName, outgoing: [VersionName] = [], incoming: VersionName? = nil, run: RunID,
    began: Timestamp
  ) {
    self.kind = kind
    self.target = target
    self.outgoing = outgoing
    self.incoming = incoming
    self.run = run
    self.began = began
  }
}

/// One step of the procedure and where it stands.
package struct StepProgress: Hashable, Sendable {
  /// Its name, unique within the run: `preflight`.
  package var name: String
  /// Where it stands.
  package var state: State
  /// When it started; nil: it has not.
  package var startedAt: Timestamp?
  /// When it ended; nil: it has not.
  package var endedAt: Timestamp?
  /// What came of it, one short sentence; nil: nothing to add.
  package var outcome: String?

  /// A step; waiting unless it is said otherwise.
  package init(
    name: String, state: State = .waiting, startedAt: Timestamp? = nil, endedAt: Timestamp? = nil,
    outcome: String? = nil
  ) {
    self.name = name
    self.state = state
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.outcome = outcome
  }

  /// Where a step stands.
  package enum State: String, Hashable, Sendable, CaseIterable {
    case waiting, running, done, failed, inconclusive, skipped, interrupted
    case timedOut = "timed out"

    var mark: TextStyle.Mark {
      switch self {
      case .waiting, .skipped: .waiting
      case .running: .running
      case .done: .ok
      case .failed: .fail
      case .inconclusive: .unknown
      case .interrupted, .timedOut: .warn
      }
    }
  }
}

/// One line about something that happened.
package struct ProgressNote: Hashable, Sendable {
  /// When it happened.
  package var at: Timestamp
  /// What it means.
  package var tone: TextStyle.Tone
  /// What happened, one sentence.
  package var text: String
  /// Whether the line stays on the screen after the live view has moved on.
  package var stay: Stay

  /// A line.
  package init(at: Timestamp, tone: TextStyle.Tone = .plain, text: String, stay: Stay = .passing) {
    self.at = at
    self.tone = tone
    self.text = text
    self.stay = stay
  }

  /// How long a line can be seen on a live screen.
  package enum Stay: Hashable, Sendable {
    /// Until newer ones push it out.
    case passing
    /// For good: it is printed above the live region.
    case lasting
  }
}
