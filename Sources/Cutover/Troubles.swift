import Vocabulary

/// What goes wrong with sources and instances, gathered for findings; each kind names a few and counts the rest.
struct Troubles: Sendable {
  /// Sources that contradict each other.
  enum Contradiction: Int, Hashable, Sendable, CaseIterable {
    /// One lists a session that another no longer does.
    case listing
    /// A session is listed longer on a dead worker than any dead agent is.
    case staleListing
    /// A session's own version is not its instance's.
    case version
  }

  struct Note<Name: Hashable & Comparable & Sendable>: Sendable {
    var names: Set<Name> = []
    var count = 0
    var first: Timestamp?
    var last: Timestamp?

    mutating func add(_ name: Name, at moment: Timestamp) {
      last = moment
      guard !names.contains(name) else { return }
      first = first ?? moment
      count += 1
      if names.count < 10 { names.insert(name) }
    }

    /// The names, sorted, as one text.
    var text: String {
      let shown = names.sorted().map { "\($0)".harmless }.joined(separator: ", ")
      return count > names.count ? "\(shown) and \(count - names.count) more" : shown
    }
  }

  private(set) var contradictions: [Contradiction: Note<SessionID>] = [:]
  private(set) var restarts = Note<InstanceID>()
  /// Instances that one source says have ended and another goes on seeing alive, since when.
  private(set) var contested: [InstanceID: Timestamp] = [:]

  enum InstanceTrouble { case restarted }

  mutating func contradict(_ kind: Contradiction, session: SessionID, at moment: Timestamp) {
    contradictions[kind, default: Note()].add(session, at: moment)
  }

  mutating func note(_ trouble: InstanceTrouble, instance: InstanceID, at moment: Timestamp) {
    switch trouble {
    case .restarted: restarts.add(instance, at: moment)
    }
  }

  mutating func contest(_ instance: InstanceID, _ isContested: Bool, at moment: Timestamp) {
    if isContested { contested[instance] = contested[instance] ?? moment } else { contested[instance] = nil }
  }
}
