import Vocabulary

/// The outgoing instances as an assessment lists them, sorted by id, changed where they change.
struct OutgoingList: Sendable {
  private(set) var entries: [Assessment.OutgoingInstance] = []
  private(set) var indices: [Int] = []
  private var names: [Int: InstanceID] = [:]

  mutating func put(_ record: InstanceRecord, now: Timestamp) {
    let entry = Assessment.OutgoingInstance(record)
    if let name = names[record.index], name != record.id { remove(record.index) }
    let place = place(of: record.id, record.index)
    if place < indices.count, indices[place] == record.index {
      if entries[place] != entry { entries[place] = entry }
      return
    }
    entries.insert(entry, at: place)
    indices.insert(record.index, at: place)
    names[record.index] = record.id
  }

  mutating func remove(_ index: Int) {
    guard let name = names.removeValue(forKey: index) else { return }
    let place = place(of: name, index)
    entries.remove(at: place)
    indices.remove(at: place)
  }

  /// The first few that fit, by id.
  func first(_ limit: Int, where fits: (Assessment.OutgoingInstance) -> Bool) -> [Assessment.OutgoingInstance] {
    var found: [Assessment.OutgoingInstance] = []
    for entry in entries where fits(entry) {
      found.append(entry)
      if found.count == limit { break }
    }
    return found
  }

  private func place(of name: InstanceID, _ index: Int) -> Int {
    var low = 0
    var high = indices.count
    while low < high {
      let middle = (low + high) / 2
      if (entries[middle].id, indices[middle]) < (name, index) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Assessment.OutgoingInstance {
  /// How the drain of one instance stands.
  init(_ record: InstanceRecord) {
    self.init(id: record.id, phase: record.phaseWord)
    version = record.facts.version
    region = record.facts.region
    switch record.life {
    case .alive, .unreachable:
      let counted = record.views.filter { $0.isListed && $0.observation.isAlive }.compactMap(\.observation.sessions)
        .max()
      sessions = record.live.isEmpty ? counted ?? (record.heldZero ? 0 : nil) : max(counted ?? 0, record.live.count)
      if case .unreachable = record.life { sessions = nil }
    case .ended(_, let by):
      endedAt = record.facts.end?.at ?? by
      end = record.endPhrase
    }
    drainRequestedAt = record.facts.drain.requestedAt ?? record.toldAt
    if record.confirmedSeenAt != nil {
      drainConfirmedBy = record.facts.drain.confirmedBy ?? .log
      drainConfirmedAt = record.facts.drain.confirmedAt ?? record.confirmedSeenAt
    }
  }
}
