package import Vocabulary

/// One of the questions that are asked of a live fleet before anything else, with its answer or why there is none.
package struct OnCallAnswer: Hashable, Codable, Sendable {
  /// The question.
  package let id: Question
  /// The question as people ask it.
  package let question: String
  /// Whether there is an answer.
  package let state: State
  /// The answer in one sentence; why there is none where it cannot be told.
  package let answer: String
  /// What shows it, the strongest first.
  package let evidence: [Evidence]
  /// How to see it; nil where it is answered.
  package let toSeeIt: String?

  /// The questions, in the order in which they are asked.
  package enum Question: String, Codable, Sendable, CaseIterable {
    case rolloutInProgress = "rollout-in-progress"
    case newSessionsLand = "new-sessions-land"
    case oldStopsReceiving = "old-stops-receiving"
    case signalReaches = "signal-reaches"
    case clockBinds = "clock-binds"
    case whoIsCut = "who-is-cut"
  }

  /// How far a question is answered.
  package enum State: String, Codable, Sendable {
    case yes, no, answered
    case cannotTell = "cannot-tell"
  }
}
