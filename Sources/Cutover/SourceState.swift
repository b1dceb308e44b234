import Vocabulary

/// What is known of one source: its last listing, how old that is, and how far its clock may be off.
struct SourceState: Sendable {
  let traits: SourceTraits
  /// The listing, for telling what differs in the next one.
  private var tracker = ObservationTracker()
  /// When the last answer that can be used was complete; nil: there was none.
  private(set) var readAt: Timestamp?
  /// The moment the last answer describes.
  private(set) var describes: Timestamp?
  /// The moment the answer before the last describes: what is new in the last was not there then.
  private(set) var describedBefore: Timestamp?
  /// The first moment at which what the last answer lacks was gone: where parts are of different ages, only its end.
  private(set) var lacksSince: Timestamp?
  /// How long it takes to look at everything once; nil: it looks at everything each time.
  private(set) var turn: Duration?
  /// How many answers described a later moment than the answer before them.
  private(set) var advances = 0
  /// Whether the last sample held an answer that described a later moment.
  private(set) var advanced = false
  /// Why the last sample held no answer; nil: it held one.
  private(set) var failure: SourceFailure?
  /// How far the moments that it describes may be off: nothing where samples are stamped, what clocks differ by where it
  /// dates its answers itself.
  var slack: Duration { traits.datesItself ? ClockOffset.widest : .zero }
  /// How far this source's clock is off.
  var clock = ClockOffset()
  /// Whether it has ever named the instance or worker of a session.
  var namesInstances = false
  /// Whether it has ever told when a job process was initialized.
  var tellsInitialization = false

  init(_ traits: SourceTraits) { self.traits = traits }

  /// Whether its answers are dated by the moment at which asking for them began.
  var isDatedByAsking: Bool { turn != nil }

  /// What it reports beside its listing.
  var findings: [Finding] { tracker.findings }

  func sees(_ sight: SourceTraits.Sight) -> Bool { traits.sees.contains(sight) }

  /// Whether what it said last still counts: not older than three intervals or its own period or turn.
  ///
  /// Where polls take longer than the interval, an answer of this poll counts for twice what they take: `cadence` is the time
  /// since the poll before. A machine under load is no blindness.
  func isFresh(at now: Timestamp, cadence: Duration, _ policy: Policy) -> Bool {
    guard let describes else { return false }
    return now - describes <= max(freshness(policy), advanced ? cadence * 2 : .zero)
  }

  func freshness(_ policy: Policy) -> Duration { max(policy.interval * 3, traits.period, turn ?? .zero) }

  /// Whether it asks what runs: a source that reads what was written goes on listing what has died.
  var asksTheLiving: Bool { sees(.instances) || sees(.counts) || sees(.unserved) }

  /// A session that began this long before `describes` may still have been missing from the listing.
  var blindness: Duration { traits.arrivalLag }

  mutating func beginSample() {
    advanced = false
    failure = nil
  }

  /// Takes in a reading and returns what differs, sorted by id; nil when it was no answer.
  mutating func take(_ reading: Reading) -> ObservationChanges? {
    let changes: ObservationChanges
    switch reading.answer {
    case .failure(let failure):
      self.failure = failure
      return nil
    case .snapshot(let observation): changes = tracker.changes(to: observation)
    case .changes(let given): changes = tracker.differing(given)
    }
    turn = reading.turn
    // An answer cannot describe a moment after it was given; one that says so has a clock ahead of ours.
    let moment = min(reading.describes, reading.takenAt)
    lacksSince = turn == nil ? moment : reading.takenAt
    if let last = describes, moment <= last {
      readAt = max(readAt ?? reading.takenAt, reading.takenAt)
      return changes
    }
    describedBefore = describes
    describes = moment
    readAt = reading.takenAt
    advances += 1
    advanced = true
    return changes
  }
}

extension ObservationTracker {
  /// Takes in changes and returns those that in fact differ from the last listing, sorted by id, each id once.
  mutating func differing(_ given: ObservationChanges) -> ObservationChanges {
    var changes = ObservationChanges()
    for instance in given.instances where instances[instance.id] != instance { changes.instances.append(instance) }
    for session in given.sessions where sessions[session.id] != session { changes.sessions.append(session) }
    changes.instances.sortIfNeeded { $0.id < $1.id }
    changes.sessions.sortIfNeeded { $0.id < $1.id }
    changes.instancesGone = given.instancesGone.filter { instances[$0] != nil }.sorted()
    changes.sessionsGone = given.sessionsGone.filter { sessions[$0] != nil }.sorted()
    changes.findings = given.findings.flatMap { $0 == findings ? nil : $0 }
    apply(changes)
    return changes
  }
}

extension Array {
  /// Sorts, unless it is sorted: changes mostly come sorted, and comparing is cheaper than moving.
  mutating func sortIfNeeded(_ areInOrder: (Element, Element) -> Bool) {
    let isSorted = zip(self, dropFirst()).allSatisfy { !areInOrder($1, $0) }
    if !isSorted { sort(by: areInOrder) }
  }
}

/// Bounds of how far a clock is ahead of the clock that samples are stamped with, narrowed by each thing that is seen to begin.
///
/// Clocks that are kept agree within a second; ten are allowed for until something shows that it is more.
struct ClockOffset: Hashable, Sendable {
  static let widest: Duration = .seconds(10)
  /// The clock is ahead by at least this much.
  private(set) var least = Duration.zero - widest
  /// The clock is ahead by at most this much.
  private(set) var most = widest

  /// A moment by this clock is known to lie after `earliest` (nil: unknown) and not after `latest` of ours.
  ///
  /// `isExact`: `earliest` is when asking began, not when an answer was complete.
  mutating func narrow(
    _ moment: Timestamp, after earliest: Timestamp?, notAfter latest: Timestamp, isExact: Bool = false
  ) {
    let atLeast = moment - latest
    if atLeast > most { return reset(toHold: atLeast) }
    least = max(least, atLeast)
    guard let earliest else { return }
    // Times in whole seconds are cut off, not rounded.
    let atMost = moment + (isExact && moment.nanoseconds % 1_000_000_000 != 0 ? .zero : .seconds(1)) - earliest
    if atMost < least { return reset(toHold: atMost) }
    most = min(most, atMost)
  }

  /// The clock jumped, or is further off than assumed: what was measured before says nothing about it.
  private mutating func reset(toHold offset: Duration) {
    least = min(Duration.zero - ClockOffset.widest, offset)
    most = max(ClockOffset.widest, offset)
  }

  /// The moment of ours that a moment by this clock can be.
  func bounds(of moment: Timestamp) -> (earliest: Timestamp, latest: Timestamp) { (moment - most, moment - least) }
}
