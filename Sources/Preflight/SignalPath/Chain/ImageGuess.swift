import Vocabulary

/// One of the images that an image may be of which not everything is known.
struct ImageGuess {
  var facts: ImageFacts
  /// What is supposed of it.
  fileprivate var supposed: [Aspect: String] = [:]

  fileprivate enum Aspect: CaseIterable { case shell, ps, bash }

  /// Every image that one may be: what is not known of it is thought of in each way that there is.
  static func all(_ facts: ImageFacts) -> [ImageGuess] {
    var guesses = [ImageGuess(facts: facts)]
    if facts.shell == .unknown {
      guesses = guesses.flatMap { guess in
        [(ShellKind.dash, "dash"), (.busybox, "busybox"), (.bash, "bash")].map { shell, name in
          guess.with(.shell, "with \(name) as /bin/sh") { $0.shell = shell }
        }
      }
    }
    if facts.hasPs == nil {
      guesses = guesses.flatMap { guess in
        // busybox has a ps of its own.
        (guess.facts.shell == .busybox ? [true] : [true, false]).map { isThere in
          guess.with(.ps, "\(isThere ? "with" : "without") ps") { $0.hasPs = isThere }
        }
      }
    }
    if facts.hasBash == nil {
      guesses = guesses.flatMap { guess in
        (guess.facts.shell == .bash ? [true] : [true, false]).map { isThere in
          guess.with(.bash, "\(isThere ? "with" : "without") bash") { $0.hasBash = isThere }
        }
      }
    }
    return guesses
  }

  private func with(_ aspect: Aspect, _ words: String, _ change: (inout ImageFacts) -> Void) -> ImageGuess {
    var guess = self
    change(&guess.facts)
    guess.supposed[aspect] = words
    return guess
  }

  /// What the outcome depends on, in words: `with ps it drains, without ps it aborts`.
  static func words(_ judged: [(guess: ImageGuess, outcome: SignalVerdict.Outcome)]) -> String {
    let deciding = Aspect.allCases.filter { aspect in
      judged.contains { one in
        judged.contains { other in
          one.outcome != other.outcome
            && Aspect.allCases.allSatisfy { ($0 == aspect) != (one.guess.supposed[$0] == other.guess.supposed[$0]) }
        }
      }
    }
    var cases: [(words: String, outcome: SignalVerdict.Outcome)] = []
    for (guess, outcome) in judged {
      let words = deciding.compactMap { guess.supposed[$0] }.joined(separator: " and ")
      if !cases.contains(where: { $0 == (words, outcome) }) { cases.append((words, outcome)) }
    }
    return cases.map { "\($0.words) it \($0.outcome.verb)" }.joined(separator: ", ")
  }
}

extension SignalVerdict.Outcome {
  /// The outcome as what the entry command does.
  fileprivate var verb: String {
    switch self {
    case .drains: "drains"
    case .swallowed: "never hears of the signal"
    case .aborts: "is cut off"
    case .neverStarts: "does not start"
    case .unknown: "cannot be judged"
    }
  }
}
