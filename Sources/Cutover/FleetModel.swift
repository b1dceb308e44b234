import Vocabulary

/// Every life of every instance that was seen, and the names that each goes by.
struct FleetModel: Sendable {
  private(set) var records: [Int: InstanceRecord] = [:]
  private var byName: [InstanceID: Int] = [:]
  private var byWorker: [WorkerID: Int] = [:]
  /// Records that turned out to be another's: worker ids are aliases.
  private var redirects: [Int: Int] = [:]
  private var nextIndex = 0
  /// Whether a name or a version was learned since this was last asked: sessions that named it can be attributed.
  var learnedNames = false

  subscript(index: Int) -> InstanceRecord? { records[index] }

  /// Changes a record in place.
  mutating func update<Result>(_ index: Int, _ change: (inout InstanceRecord) -> Result) -> Result? {
    guard let slot = records.index(forKey: index) else { return nil }
    return change(&records.values[slot])
  }

  /// The record that an index stands for, aliases followed.
  func canonical(_ index: Int) -> Int {
    var index = index
    while let next = redirects[index] { index = next }
    return index
  }

  func index(named name: InstanceID) -> Int? {
    byName[name] ?? byWorker[WorkerID(rawValue: name.rawValue)]
  }

  func index(of worker: WorkerID) -> Int? {
    byWorker[worker] ?? byName[InstanceID(rawValue: worker.rawValue)]
  }

  /// What a source's words on an instance turned out to be about.
  struct Attribution {
    /// The record that the words are about.
    var index: Int
    /// A life that ended by this: the same name has started again.
    var replaced: Int?
    /// Records that were found to be the same instance.
    var absorbed: [InstanceRecord] = []
  }

  /// Finds or makes the record that an observation is about, and learns its names.
  mutating func attribute(_ observation: InstanceObservation, source: Int) -> Attribution {
    var found: [Int] = []
    func add(_ index: Int?) { if let index, !found.contains(index) { found.append(index) } }
    add(byName[observation.id])
    add(byWorker[WorkerID(rawValue: observation.id.rawValue)])
    for worker in observation.workers { add(index(of: worker)) }
    var result: Attribution
    if let own = byName[observation.id], isNewLife(observation, of: own, source: source) {
      result = Attribution(index: make(observation.id), replaced: own)
    } else {
      result = Attribution(index: found.first ?? make(observation.id))
    }
    for other in found where other != result.index && other != result.replaced {
      guard records[other]?.id.rawValue.isAlias(of: observation.workers) == true else { continue }
      if let lost = absorb(other, into: result.index) { result.absorbed.append(lost) }
    }
    learn(observation, index: result.index)
    return result
  }

  /// Whether an instance of this name has started anew: another start, another release, or alive after its end.
  private func isNewLife(_ observation: InstanceObservation, of index: Int, source: Int) -> Bool {
    guard let view = records[index]?.views.first(where: { $0.source == source && $0.name == observation.id }) else {
      return false
    }
    let last = view.observation
    if let old = last.version, let new = observation.version, old != new { return true }
    if let old = last.generation, let new = observation.generation, old != new { return true }
    if let old = last.startedAt, let new = observation.startedAt, new - old > .seconds(2) { return true }
    return last.hasEnded && !observation.hasEnded && observation.phase != .unreachable
  }

  private mutating func make(_ name: InstanceID) -> Int {
    let index = nextIndex
    nextIndex += 1
    records[index] = InstanceRecord(index: index, id: name)
    byName[name] = index
    learnedNames = true
    return index
  }

  private mutating func learn(_ observation: InstanceObservation, index: Int) {
    if byName[observation.id] != index {
      byName[observation.id] = index
      learnedNames = true
    }
    for worker in observation.workers where byWorker[worker] != index {
      byWorker[worker] = index
      learnedNames = true
    }
  }

  /// Makes two records one; the one that a platform names keeps its name.
  private mutating func absorb(_ other: Int, into index: Int) -> InstanceRecord? {
    guard other != index, let lost = records.removeValue(forKey: other) else { return nil }
    redirects[other] = index
    byName[lost.id] = index
    for worker in lost.facts.workers { byWorker[worker] = index }
    _ = update(index) { record in
      record.views += lost.views
      record.live.formUnion(lost.live)
      record.endings.undecided += lost.endings.undecided
      record.endings.normal += lost.endings.normal
      record.endings.cut += lost.endings.cut
      record.endings.unclear += lost.endings.unclear
      record.told = record.told ?? lost.told
      record.confirmedSeenAt = record.confirmedSeenAt ?? lost.confirmedSeenAt
      record.lastCount = record.lastCount ?? lost.lastCount
    }
    return lost
  }

  /// Forgets a life that has ended and matters to nothing any more.
  mutating func forget(_ index: Int) {
    guard let record = records.removeValue(forKey: index) else { return }
    for name in [record.id] + record.views.map(\.name) where byName[name] == index { byName[name] = nil }
    for worker in record.facts.workers where byWorker[worker] == index { byWorker[worker] = nil }
  }
}

extension String {
  /// Whether this name is one of the worker ids under which an instance has registered.
  func isAlias(of workers: [WorkerID]) -> Bool { workers.contains { $0.rawValue == self } }
}

extension InstanceObservation {
  /// Whether the source says that it has ended.
  var hasEnded: Bool { phase == .ended || end != nil }
  /// Alive, ended or out of reach.
  var aliveness: Int { hasEnded ? 0 : phase == .unreachable ? 1 : 2 }
  /// Whether the source sees it alive.
  var isAlive: Bool { !hasEnded && phase != .unreachable }
}
