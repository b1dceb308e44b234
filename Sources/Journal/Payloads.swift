package import Cutover
package import Vocabulary

/// The first record of every journal: what was asked for, by which program, where.
package struct RunStarted: Hashable, Codable, Sendable {
  /// `sluice.journal/1`.
  package var schema = "sluice.journal/1"
  /// The run.
  package var run: RunID
  /// The fleet; nil for a command without one.
  package var target: TargetName?
  /// The command and its arguments, secrets taken out.
  package var command: [String]
  /// The program's version.
  package var version: String
  /// The machine it runs on.
  package var host: String
  /// Who asked for it; nil: not known, as in journals of earlier programs.
  package var performer: Performer?

  /// A beginning.
  package init(
    run: RunID, target: TargetName?, command: [String], version: String = Sluice.version, host: String,
    performer: Performer? = nil
  ) {
    self.run = run
    self.target = target
    self.command = command
    self.version = version
    self.host = host
    self.performer = performer
  }
}

/// Who asked for a run, and from which sources.
package struct Performer: Hashable, Codable, Sendable {
  /// The user of the machine; nil: not known.
  package var user: String?
  /// The git commit of the folder that the command was called in; nil: there is none.
  package var commit: String?
  /// The pipeline that ran the command, by its address, and who started it; nil: none did.
  package var pipeline: String?
  package var actor: String?

  /// Nobody is known yet.
  package init() {}

  /// Who it was, in a few words; nil: nobody knows.
  package var name: String? { actor ?? user }
}

/// Everything from which a verifier is built again: journaled as soon as it is known, before the first sample.
///
/// A later plan of a run replaces the numbers of the one before it, such as its timeout; the samples before it count.
package struct WatchPlan: Hashable, Codable, Sendable {
  /// The change that is verified.
  package var rollout: Rollout
  /// The numbers that decide.
  package var policy: Policy
  /// What the sources can tell, in their order.
  package var sources: [SourceTraits]

  /// A plan; its durations are taken to the millisecond, as the journal keeps them, so that a replay has the same ones.
  package init(rollout: Rollout, policy: Policy, sources: [SourceTraits]) {
    self.rollout = rollout
    self.policy = policy.roundedToMilliseconds
    self.sources = sources
  }
}

/// A step of a command begins.
package struct StepStarted: Hashable, Codable, Sendable {
  /// Its name, unique within the run's steps.
  package var name: String
  /// How long it may take; nil: nothing limits it but its parts.
  package var timeout: Duration?

  /// A step's beginning.
  package init(name: String, timeout: Duration?) {
    self.name = name
    self.timeout = timeout
  }

  enum CodingKeys: String, CodingKey { case name, timeoutSeconds }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    timeout = try container.decodeIfPresent(Double.self, forKey: .timeoutSeconds).map(Duration.init(seconds:))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encodeIfPresent(timeout?.seconds, forKey: .timeoutSeconds)
  }
}

/// A step of a command has ended.
package struct StepFinished: Hashable, Codable, Sendable {
  /// Its name.
  package var name: String
  /// How it ended.
  package var outcome: Outcome
  /// What there is to say of it, one line, made harmless.
  package var detail: String
  /// What it returned to the steps after it, which a resumed run reads here.
  package var fields: [String: String]

  /// A step's end.
  package init(name: String, outcome: Outcome, detail: String, fields: [String: String] = [:]) {
    self.name = name
    self.outcome = outcome
    self.detail = detail
    self.fields = fields
  }

  /// How a step can end.
  package enum Outcome: String, Codable, Sendable, CaseIterable {
    case passed, failed, inconclusive, skipped, interrupted
    case timedOut = "timed-out"
  }
}

/// Something that changes a fleet: written and flushed before it is done, and again when it is known what came of it.
package struct ActionRecord: Hashable, Codable, Sendable {
  /// What is done, in one word: `start`, `drain`, `stop`.
  package var name: String
  /// Whether it is about to be done, or what came of it.
  package var phase: Phase
  /// To what, and how, one line, made harmless.
  package var detail: String

  /// An action.
  package init(name: String, phase: Phase, detail: String) {
    self.name = name
    self.phase = phase
    self.detail = detail
  }

  /// Where an action stands.
  package enum Phase: String, Codable, Sendable { case intended, done, failed }
}

/// One line that a platform, or a program that acts on it, said while a step went on.
package struct NoteRecord: Hashable, Codable, Sendable {
  /// Who said it, in one word: `lk`.
  package var source: String
  /// What it said: one line, made harmless, without secrets.
  package var text: String

  /// A line.
  package init(source: String, text: String) {
    self.source = source
    self.text = text
  }
}

/// That somebody was told of the run, or could not be; neither changes the verdict.
package struct NotificationRecord: Hashable, Codable, Sendable {
  /// Whom, by its kind and its place in the target's `notify`: `slack-2`.
  package var receiver: String
  /// Of what: `deployment.completed`.
  package var event: String
  /// How often it was tried.
  package var attempts: Int
  /// Why it does not know, one line without the address; nil: it was told.
  package var failure: String?

  /// A notification.
  package init(receiver: String, event: String, attempts: Int, failure: String?) {
    self.receiver = receiver
    self.event = event
    self.attempts = attempts
    self.failure = failure
  }
}

/// What became of a target's lock.
package struct LockRecord: Hashable, Codable, Sendable {
  /// The target.
  package var target: TargetName
  /// What happened.
  package var event: Event
  /// Who had it before, or has it instead; nil: nobody.
  package var other: LockOwner?

  /// An event of a lock.
  package init(target: TargetName, event: Event, other: LockOwner? = nil) {
    self.target = target
    self.event = event
    self.other = other
  }

  /// What happens to locks.
  package enum Event: String, Codable, Sendable {
    case acquired, released, lost
    /// Another run had it: this one changed nothing and ended.
    case refused
    case takenOver = "taken-over"
  }
}

/// A signal that this program got.
package struct SignalRecord: Hashable, Codable, Sendable {
  /// Its name: `SIGINT`.
  package var signal: String
  /// What the program does about it, one line.
  package var response: String

  /// A signal.
  package init(signal: String, response: String) {
    self.signal = signal
    self.response = response
  }
}

/// The final word of a watch.
package struct VerdictRecord: Hashable, Codable, Sendable {
  /// The whole assessment, as it was shown.
  package var assessment: Assessment

  /// A verdict.
  package init(assessment: Assessment) { self.assessment = assessment }
}

/// The last record of a run that ended by itself.
package struct RunFinished: Hashable, Codable, Sendable {
  /// Its verdict; nil for a command that gives none.
  package var verdict: Assessment.Verdict?
  /// The status that the command ended with.
  package var exitStatus: Int32
  /// When it ended.
  package var at: Timestamp

  /// An end.
  package init(verdict: Assessment.Verdict?, exitStatus: ExitStatus, at: Timestamp) {
    self.verdict = verdict
    self.exitStatus = exitStatus.rawValue
    self.at = at
  }
}
