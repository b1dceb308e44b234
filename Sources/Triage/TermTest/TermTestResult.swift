package import Vocabulary

/// What a TERM test showed: each thing that should happen, and whether it did.
package struct TermTestResult: Hashable, Encodable, Sendable {
  /// The command or instance that was tested.
  package let subject: String
  /// How it was started, or that it ran already.
  package let means: String
  /// What should have happened, in the order in which it should have.
  package let expectations: [Expectation]
  /// What was asked for and could not be done.
  package let omissions: [String]
  /// The facts from which the rest follows.
  package let endings: [TermTestRecord.Ending]

  /// One thing that should happen when an agent is told to stop.
  package struct Expectation: Hashable, Encodable, Sendable {
    /// Its name: `drain-begins`.
    package let id: String
    /// In which of the test's endings.
    package let ending: TermTestRecord.Kind
    /// What should happen, a sentence without a full stop.
    package let text: String
    /// Whether it did.
    package let state: State
    /// What shows it, or why nobody can tell.
    package let evidence: String
    /// The finding that explains it where it did not; nil where nothing is to be explained, or nothing explains it.
    package let finding: FindingCode?
  }

  /// Whether something happened that should.
  package enum State: String, Encodable, Sendable {
    case met
    case notMet = "not-met"
    case notSeen = "not-seen"
  }

  /// All in one sentence, where nothing is wrong.
  var summary: String {
    let unseen = expectations.filter { $0.state == .notSeen }
    guard let first = unseen.first else {
      return "told to stop, the agent does all that it should: it drains, its sessions complete, and it leaves"
    }
    let met = expectations.count - unseen.count
    return "nothing is wrong in what was seen: \(met) of \(expectations.count) expectations are met, and of "
      + "'\(first.text)' nothing could be seen: \(first.evidence)"
  }

  init(_ record: TermTestRecord, findings: [Finding]) {
    subject = record.subject
    means = record.means
    omissions = record.omissions
    endings = record.endings
    expectations = record.endings.flatMap { EndingView($0).expectations(explainedBy: findings) }
  }
}
