package import Cutover
package import Vocabulary

/// One named step of what a command carries out, in the words of a runbook.
package struct Step: Hashable, Sendable {
  /// Its name, unique within a procedure: `start`, `await-serving`.
  package let id: StepID
  /// What it does, for people.
  package let title: String
  /// How long it may take; its own outcome when it takes longer.
  package let timeout: Duration
  /// Whether it changes the fleet.
  package let mutates: Bool

  /// A step.
  package init(id: StepID, title: String, timeout: Duration, mutates: Bool = false) {
    self.id = id
    self.title = title
    self.timeout = timeout
    self.mutates = mutates
  }
}

/// A step's name.
package struct StepID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// How a step ended.
package enum StepOutcome: String, Hashable, Codable, Sendable {
  /// It did what it says.
  case done
  /// It did not; the run ends.
  case failed
  /// It took longer than its timeout; the run ends.
  case timedOut = "timed-out"
  /// It was not needed: done before the run was resumed.
  case skipped
  /// It was stopped from outside; the run can be resumed.
  case interrupted
}

/// What happens during a run, for whoever shows it. The engine does not know who listens.
package enum RunEvent: Sendable {
  /// Every step in order, before the first begins.
  case planned([Step])
  /// A step began.
  case stepStarted(Step, at: Timestamp)
  /// A step ended; `detail` is one line, made harmless.
  case stepFinished(Step, StepOutcome, detail: String?, began: Timestamp, at: Timestamp)
  /// A sample was journaled and assessed.
  case assessed(Assessment)
  /// Something worth a line by itself, made harmless.
  case note(String, at: Timestamp)
}

/// Receives what happens during a run, in order; must return at once.
package typealias RunReport = @Sendable (RunEvent) -> Void
