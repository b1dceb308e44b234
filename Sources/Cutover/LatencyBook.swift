import Vocabulary

/// Durations in bounded memory: exact up to a number, then in buckets of fixed bounds.
package struct DurationBook: Hashable, Sendable {
  /// So many are kept exactly.
  static let exactLimit = 2_048
  /// Each bucket's upper bound is a tenth above the one before it, from a millisecond: at most 5 % off.
  private static let growth = 1.1
  private static let bounds: [Double] = {
    var bounds = [0.001]
    while let last = bounds.last, last < 200_000 { bounds.append(last * growth) }
    return bounds
  }()

  /// How many were added.
  package private(set) var count = 0
  /// The longest, in seconds; 0 while there is none.
  package private(set) var largest = 0.0
  private var exact: [Double] = []
  private var buckets: [Int] = []

  /// A book of none.
  package init() {}

  /// Takes in one; a negative one counts as zero.
  package mutating func add(_ duration: Duration) {
    let seconds = max(0, duration.seconds)
    count += 1
    largest = max(largest, seconds)
    if buckets.isEmpty, exact.count < DurationBook.exactLimit {
      exact.insert(seconds, at: DurationBook.place(of: seconds, in: exact))
      return
    }
    if buckets.isEmpty {
      buckets = [Int](repeating: 0, count: DurationBook.bounds.count)
      for value in exact { buckets[DurationBook.bucket(of: value)] += 1 }
      exact = []
    }
    buckets[DurationBook.bucket(of: seconds)] += 1
  }

  /// The least duration that the share of all does not exceed; nil when there is none.
  package func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    let rank = min(count - 1, Int((share * Double(count)).rounded(.up)) - 1)
    if buckets.isEmpty { return exact[max(0, rank)] }
    var seen = 0
    for (place, number) in buckets.enumerated() {
      seen += number
      if seen > rank { return min(largest, DurationBook.bounds[place]) }
    }
    return largest
  }

  /// The median of those that were longer than an age, less the age: how much longer such a one goes on; nil when none was.
  package func medianRest(after age: Double) -> Double? {
    let below = share(below: age)
    guard below < 1, let total = quantile(below + (1 - below) / 2), total > age else { return nil }
    return total - age
  }

  /// The share that was no longer than an age.
  package func share(below age: Double) -> Double {
    guard count > 0 else { return 0 }
    if buckets.isEmpty { return Double(DurationBook.place(of: age, in: exact)) / Double(count) }
    let place = DurationBook.bucket(of: age)
    return Double(buckets[..<place].reduce(0, +)) / Double(count)
  }

  var distribution: Assessment.Latency.Distribution? {
    guard let median = quantile(0.5), let high = quantile(0.95) else { return nil }
    return Assessment.Latency.Distribution(
      count: count, p50Seconds: DurationBook.rounded(median), p95Seconds: DurationBook.rounded(high),
      maxSeconds: DurationBook.rounded(largest))
  }

  private static func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }

  /// How many of the sorted values are not above a value.
  private static func place(of value: Double, in sorted: [Double]) -> Int {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func bucket(of value: Double) -> Int {
    var low = 0
    var high = bounds.count - 1
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Assignment and start-up latency by version.
struct LatencyBook: Sendable {
  private(set) var assignment: [String: DurationBook] = [:]
  private(set) var startUp: [String: DurationBook] = [:]
  private var summary: [String: Assessment.Latency] = [:]
  private var stale: Set<String> = []

  mutating func addAssignment(_ duration: Duration, _ version: String) {
    assignment[version, default: DurationBook()].add(duration)
    stale.insert(version)
  }

  mutating func addStartUp(_ duration: Duration, _ version: String) {
    startUp[version, default: DurationBook()].add(duration)
    stale.insert(version)
  }

  mutating func summaries() -> [String: Assessment.Latency] {
    for version in stale {
      summary[version] = Assessment.Latency(
        assignment: assignment[version]?.distribution, startUp: startUp[version]?.distribution)
    }
    stale.removeAll()
    return summary
  }
}

extension CutoverVerifier {
  /// Measures from a session's being asked for to an agent's taking it, by one source's clock.
  mutating func measureAssignment(_ record: inout SessionRecord) {
    guard !record.isMeasured else { return }
    for view in record.views {
      guard let created = view.observation.createdAt, let started = view.observation.startedAt, started >= created,
        created >= rollout.began
      else { continue }
      guard let version = version(of: record) else { return }
      record.isMeasured = true
      latencies.addAssignment(started - created, version.rawValue)
      return
    }
  }

  /// Measures from an instance's start to its first initialized process, by one source's clock.
  mutating func measureStartUp(_ observation: InstanceObservation, instance index: Int) {
    guard let record = fleet[index], !record.isMeasured, let started = observation.startedAt,
      let version = record.facts.version
    else { return }
    let isWaitedFor = states.contains { $0.tellsInitialization }
    guard let ready = observation.initializedAt ?? (isWaitedFor ? nil : observation.registeredAt), ready >= started
    else { return }
    _ = fleet.update(index) { $0.isMeasured = true }
    latencies.addStartUp(ready - started, version.rawValue)
  }
}
