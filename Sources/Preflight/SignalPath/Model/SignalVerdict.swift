package import Vocabulary

/// What becomes of the stop signal, judged for sessions of any length.
package struct SignalVerdict: Sendable {
  /// What becomes of it.
  package let outcome: Outcome
  /// The processes between the platform and the agent, outermost first; where it never starts, as far as it gets.
  package let chain: [ChainLink]
  /// A deadline that is not the platform's own: how long after the signal a drain is cut, and by whom; nil without one.
  package let ownDeadline: OwnDeadline?
  /// What is wrong, and what is worth knowing.
  package let findings: [Finding]
  /// What the verdict rests on and could not be seen: conditions both of whose ways were walked, programs supposed.
  package let notes: [String]

  /// A verdict; see the properties.
  package init(
    outcome: Outcome, chain: [ChainLink], ownDeadline: OwnDeadline? = nil, findings: [Finding] = [],
    notes: [String] = []
  ) {
    self.outcome = outcome
    self.chain = chain
    self.ownDeadline = ownDeadline
    self.findings = findings
    self.notes = notes
  }

  /// What becomes of the signal.
  package enum Outcome: String, Sendable, CaseIterable {
    /// The agent gets it once and finishes its sessions.
    case drains
    /// The agent never gets it, and goes on until it is killed.
    case swallowed
    /// The sessions are cut: the agent is killed, told twice, or told to leave at once.
    case aborts
    /// The command does not start the agent.
    case neverStarts = "never-starts"
    /// It cannot be judged.
    case unknown
  }

  /// A deadline of a program in between.
  package struct OwnDeadline: Hashable, Sendable {
    /// How long after the signal.
    package let after: Duration
    /// The program that has it.
    package let program: String

    /// A deadline and its owner.
    package init(after: Duration, program: String) {
      self.after = after
      self.program = program
    }
  }
}

/// One process between the platform and the agent.
package struct ChainLink: Hashable, Sendable {
  /// Its name: `sh`, `npm`, `agent`.
  package let program: String
  /// Its command line, harmless to print.
  package let text: String
  /// Where it is started.
  package let place: Place?
  /// What it does with the signal, in a word or two: `does not pass it on`.
  package let reaction: String
  /// Why, one sentence.
  package let explanation: String
  /// Whether the signal goes on to the next link as it should.
  package let passesOn: Bool

  /// A link; see the properties.
  package init(
    program: String, text: String, place: Place?, reaction: String, explanation: String, passesOn: Bool
  ) {
    self.program = program
    self.text = text
    self.place = place
    self.reaction = reaction
    self.explanation = explanation
    self.passesOn = passesOn
  }
}
