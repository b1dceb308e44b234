import Vocabulary

/// How many instances and sessions stand where, in the whole fleet or in one region.
struct Tally: Sendable {
  private var instances = [Int](repeating: 0, count: InstanceMarks.count)
  private var sessions = [Int](repeating: 0, count: SessionMarks.count)
  /// The latest moment at which a session may have started on an outgoing instance after the cutover began.
  var lastStartOnOutgoing: Timestamp?
  /// The latest moment at which a session surely started anywhere.
  var lastStart: Timestamp?
  /// In how many answers in a row no session was live on an outgoing version.
  var samplesAtZero = 0
  /// Sessions that began on incoming instances after the deadline, by counts alone.
  var risesOnIncoming = 0

  subscript(mark: InstanceMarks) -> Int { instances[mark.rawValue.trailingZeroBitCount] }
  subscript(mark: SessionMarks) -> Int { sessions[mark.rawValue.trailingZeroBitCount] }

  mutating func change(_ old: InstanceMarks, to new: InstanceMarks) {
    Tally.change(&instances, old.rawValue, new.rawValue)
  }

  mutating func change(_ old: SessionMarks, to new: SessionMarks) {
    Tally.change(&sessions, old.rawValue, new.rawValue)
  }

  /// Forgets marks that are about to be set anew.
  mutating func clear(_ marks: SessionMarks) {
    for bit in 0..<SessionMarks.count where marks.rawValue & (1 << bit) != 0 { sessions[bit] = 0 }
  }

  private static func change(_ counts: inout [Int], _ old: UInt32, _ new: UInt32) {
    var differing = old ^ new
    while differing != 0 {
      let bit = differing.trailingZeroBitCount
      counts[bit] += new & (1 << UInt32(bit)) != 0 ? 1 : -1
      differing &= differing - 1
    }
  }
}

/// The tallies of the whole fleet and of each region that a source names.
struct Tallies: Sendable {
  private(set) var whole = Tally()
  private(set) var regions: [RegionName: Tally] = [:]

  mutating func update(_ region: RegionName?, _ change: (inout Tally) -> Void) {
    change(&whole)
    if let region { change(&regions[region, default: Tally()]) }
  }

  mutating func updateAll(_ change: (inout Tally) -> Void) {
    change(&whole)
    for region in regions.keys { change(&regions[region, default: Tally()]) }
  }
}

/// What one session adds to the tallies.
struct SessionMarks: OptionSet, Sendable {
  let rawValue: UInt32
  static let liveIncoming = SessionMarks(rawValue: 1 << 0)
  static let liveOutgoing = SessionMarks(rawValue: 1 << 1)
  /// Live, and its version is not known.
  static let liveUnattributed = SessionMarks(rawValue: 1 << 2)
  /// Ended on the incoming version, how is being found out.
  static let undecidedIncoming = SessionMarks(rawValue: 1 << 3)
  /// Ended on an outgoing or unknown version, how is being found out.
  static let undecidedOutgoing = SessionMarks(rawValue: 1 << 4)
  /// Started after the deadline on the incoming version, served.
  static let newIncoming = SessionMarks(rawValue: 1 << 5)
  /// Started after the deadline on a version that is neither.
  static let newOther = SessionMarks(rawValue: 1 << 6)
  /// Started after the deadline, version not known.
  static let newUnattributed = SessionMarks(rawValue: 1 << 7)
  /// Started on an outgoing instance after the deadline.
  static let late = SessionMarks(rawValue: 1 << 8)
  /// Started on an outgoing instance, and whether that was before the deadline cannot be told.
  static let ambiguous = SessionMarks(rawValue: 1 << 9)
  static let cutIncoming = SessionMarks(rawValue: 1 << 10)
  static let cutOutgoing = SessionMarks(rawValue: 1 << 11)
  static let unclearIncoming = SessionMarks(rawValue: 1 << 12)
  static let unclearOutgoing = SessionMarks(rawValue: 1 << 13)
  static let unserved = SessionMarks(rawValue: 1 << 14)
  /// Live on an outgoing version, on which instance is not known.
  static let homelessOutgoing = SessionMarks(rawValue: 1 << 15)
  /// On an outgoing version, ended normally, on which instance is not known.
  static let endedOutgoing = SessionMarks(rawValue: 1 << 16)
  /// Somebody has waited for an agent for longer than one usually takes.
  static let waiting = SessionMarks(rawValue: 1 << 17)
  /// Ended on the incoming version in a way that fits a cut better than a normal end.
  static let suspectIncoming = SessionMarks(rawValue: 1 << 18)
  /// Live on the incoming version, on which instance is not known.
  static let homelessIncoming = SessionMarks(rawValue: 1 << 19)
  /// On an outgoing version since the rollout began, live or ended.
  static let onOutgoing = SessionMarks(rawValue: 1 << 20)
  /// Ended on an outgoing, or the incoming, version because the LiveKit server restarted.
  static let brokenOutgoing = SessionMarks(rawValue: 1 << 21)
  static let brokenIncoming = SessionMarks(rawValue: 1 << 22)
  static let count = 23

  /// What depends on the deadline.
  static let deadlineBound: SessionMarks = [.newIncoming, .newOther, .newUnattributed, .late, .ambiguous]
}
