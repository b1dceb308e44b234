import Vocabulary

/// What has to be looked at in a sample though no source said anything new of it, so that the rest need not be.
struct WorkLists: Sendable {
  var touchedInstances: Set<Int> = []
  var touchedSessions: Set<SessionID> = []
  /// Instances that one source says have ended and another goes on seeing.
  var contested: Set<Int> = []
  /// Outgoing instances at zero for fewer samples than must hold.
  var holding: Set<Int> = []
  /// Outgoing instances that are gone in a way that is not clear yet.
  var leaving: Set<Int> = []
  /// Outgoing instances of which it stays unclear how they ended, unless a late word or name tells.
  var unclear: Set<Int> = []
  /// Incoming instances that could not be reached.
  var unreachableIncoming: Set<Int> = []
  /// Whether every session was named when they were last looked at.
  var wasEverySessionNamed = false
  /// Outgoing instances whose drain nothing confirms.
  var unconfirmed: Set<Int> = []
  /// Outgoing instances that live on though their sessions are done.
  var idle: Set<Int> = []
  /// Instances of which a count may have risen.
  var rising: Set<Int> = []
  /// Instances whose own count is below the number of sessions listed on them.
  var ghostly: Set<Int> = []
  /// Since when, and until when, the workers of a version counted fewer sessions than were listed on it.
  var versionGhosts: [VersionName: (since: Timestamp, until: Timestamp, isOpen: Bool)] = [:]
  /// Sessions that wait, end, or are listed on instances that are gone.
  var watched: Set<SessionID> = []
  /// Sessions that ended while nobody could look at their workers.
  var unseen: Set<SessionID> = []
  /// Sessions that started on outgoing instances, before or after the deadline.
  var ambiguous: Set<SessionID> = []
  /// Outgoing instances whose drain timed out.
  var timedOut: Set<Int> = []
  /// Sessions whose instance is named by a word that nobody has explained yet.
  var unresolved: Set<SessionID> = []
  /// Workers that served a session which began before a release took its own place.
  var earlyWorkers: Set<WorkerID> = []
  /// The session that was served last in each room.
  var servedRooms: [String: SessionID] = [:]
  /// Sessions that wait in each room without an agent.
  var waitingRooms: [String: SessionID] = [:]
  /// The last instances that ended, and when that was seen.
  private(set) var departures: [(index: Int, role: InstanceRecord.Role, by: Timestamp)] = []
  /// Sessions to be forgotten once nobody lists them, the earliest first.
  var retired = DueList<SessionID>()
  /// Instances to be forgotten, the earliest first.
  var retiredInstances = DueList<Int>()

  mutating func note(departure index: Int, _ role: InstanceRecord.Role, by moment: Timestamp) {
    if departures.count >= 256 { departures.removeFirst(128) }
    departures.append((index, role, moment))
  }

  mutating func set(_ index: Int, isHolding: Bool, isLeaving: Bool) {
    WorkLists.set(&holding, index, isHolding)
    WorkLists.set(&leaving, index, isLeaving)
  }

  mutating func set(_ index: Int, isUnclear: Bool) { WorkLists.set(&unclear, index, isUnclear) }
  mutating func set(_ index: Int, isUnconfirmed: Bool) { WorkLists.set(&unconfirmed, index, isUnconfirmed) }
  mutating func set(_ index: Int, isIdle: Bool) { WorkLists.set(&idle, index, isIdle) }

  mutating func set(_ index: Int, isUnreachableIncoming: Bool) {
    WorkLists.set(&unreachableIncoming, index, isUnreachableIncoming)
  }

  private static func set(_ members: inout Set<Int>, _ index: Int, _ isMember: Bool) {
    if isMember { members.insert(index) } else { members.remove(index) }
  }

  mutating func forget(_ index: Int) {
    for path in [
      \WorkLists.contested, \.holding, \.leaving, \.unclear, \.unconfirmed, \.idle, \.ghostly, \.rising, \.timedOut,
      \.unreachableIncoming,
      \.touchedInstances,
    ] {
      self[keyPath: path].remove(index)
    }
  }
}

/// Things with the moments at which they are due, in the order in which they were added; due moments never fall.
struct DueList<Element: Sendable>: Sendable {
  private var entries: [(element: Element, due: Timestamp)] = []
  private var head = 0

  mutating func add(_ element: Element, due: Timestamp) { entries.append((element, due)) }

  /// The next element that is due; nil when none is.
  mutating func next(at now: Timestamp) -> Element? {
    guard head < entries.count, entries[head].due <= now else { return nil }
    let element = entries[head].element
    head += 1
    if head > 256, head * 2 > entries.count {
      entries.removeFirst(head)
      head = 0
    }
    return element
  }
}
