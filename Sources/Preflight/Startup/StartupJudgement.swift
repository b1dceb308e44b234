package import Vocabulary

/// What is asked of a worker's starts.
package struct StartupGoal: Hashable, Encodable, Sendable {
  /// The part of the starts that must succeed, from 0 to 1.
  package var targetRate = 0.999
  /// Seconds within which a process shall be initialized.
  package var limitSeconds = 1.0
  /// Seconds after which the SDK gives a process up; nil when the source sets it to what is not to be known.
  package var timeoutSeconds: Double? = 10

  /// The goal of 99.9 % and one second.
  package init() {}
}

/// What the figures of some starts show, and what they cannot show.
package struct StartupJudgement: Encodable, Sendable {
  /// How many starts there were, and in how many of them something failed or took longer than the timeout.
  package let starts: Int
  package let failedStarts: Int
  /// Seconds until the worker was registered.
  package let registered: Quantiles?
  /// Seconds that a process took to initialize.
  package let initialized: Quantiles?
  /// The chance that a start fails lies below this with 95 % confidence; 1 when nothing is excluded.
  package let failureChanceBelow: Double
  /// Whether the target rate is shown.
  package let rate: Answer
  /// Starts without a failure that it would take to show the target rate.
  package let startsToShow: Int
  /// Whether the 99th of 100 processes stays within the limit, by what was seen.
  package let limit: Answer
  /// What was asked.
  package let goal: StartupGoal

  /// An answer that figures give.
  package enum Answer: String, Encodable, Sendable {
    case met, missed
    case notShown = "not-shown"
  }

  /// The middle and the end of a distribution; of fewer than 100 values the 99th percentile is the largest.
  package struct Quantiles: Hashable, Encodable, Sendable {
    package let count: Int
    package let p50: Double
    package let p99: Double
    package let max: Double

    /// nil without values.
    init?(_ values: [Double]) {
      let sorted = values.sorted()
      guard let last = sorted.last else { return nil }
      count = sorted.count
      p50 = sorted[(sorted.count + 1) / 2 - 1]
      p99 = sorted[Int((Double(sorted.count) * 0.99).rounded(.up)) - 1]
      max = last
    }
  }

  /// Judges figures; nil when nothing was started.
  package init?(_ figures: StartupFigures, goal: StartupGoal) {
    guard !figures.starts.isEmpty else { return nil }
    self.goal = goal
    starts = figures.starts.count
    failedStarts = figures.starts.count { start in
      !start.failures.isEmpty || start.pending > 0
        || start.initializedSeconds.contains { $0 > goal.timeoutSeconds ?? .infinity }
    }
    registered = Quantiles(figures.starts.compactMap(\.registeredSeconds))
    initialized = Quantiles(figures.starts.flatMap(\.initializedSeconds))
    failureChanceBelow = Chance.upperBound(failures: failedStarts, of: starts)
    let allowed = 1 - goal.targetRate
    startsToShow = allowed > 0 ? Int((3 / allowed - 1e-6).rounded(.up)) : .max
    if failureChanceBelow <= allowed {
      rate = .met
    } else {
      rate = Chance.lowerBound(failures: failedStarts, of: starts) > allowed ? .missed : .notShown
    }
    limit = initialized.map { $0.p99 <= goal.limitSeconds ? .met : .missed } ?? .notShown
  }
}

/// What some trials say of a chance, with 95 % confidence.
enum Chance {
  /// The chance lies below this. No failure in n trials excludes more than 3/n; with failures it is Clopper and Pearson's bound.
  static func upperBound(failures: Int, of trials: Int) -> Double {
    guard trials > 0, failures < trials else { return 1 }
    guard failures > 0 else { return min(1, 3 / Double(trials)) }
    return root { atMost(failures, of: trials, chance: $0) > 0.05 }
  }

  /// The chance lies above this.
  static func lowerBound(failures: Int, of trials: Int) -> Double {
    guard failures > 0, trials > 0 else { return 0 }
    return root { 1 - atMost(failures - 1, of: trials, chance: $0) < 0.05 }
  }

  /// Where the question's answer turns from yes to no.
  private static func root(_ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The probability of at most so many failures, term by term.
  private static func atMost(_ failures: Int, of trials: Int, chance: Double) -> Double {
    guard chance > 0 else { return 1 }
    guard chance < 1 else { return failures >= trials ? 1 : 0 }
    var sum = 0.0
    // The terms are multiplied scaled: the first one alone may be too small for a number.
    var scale = 0
    var term = 1.0
    for _ in 0..<trials {
      term *= 1 - chance
      if term < 1e-200 { (term, scale) = (term * 1e200, scale + 1) }
    }
    for count in 0...failures {
      if scale == 0 { sum += term }
      term *= Double(trials - count) / Double(count + 1) * chance / (1 - chance)
      if scale > 0, term > 1e100 { (term, scale) = (term * 1e-200, scale - 1) }
    }
    return min(1, sum)
  }
}
