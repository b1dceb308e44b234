import Vocabulary

/// Workers that count fewer sessions than are listed on them: what is listed beyond their count may be dead.
extension CutoverVerifier {
  /// Notes which workers count fewer sessions than are listed on them, and since when.
  mutating func noteGhosts() {
    for index in work.ghostly.sorted() {
      guard let record = fleet[index] else {
        work.ghostly.remove(index)
        continue
      }
      guard let (isBelow, moment) = ghostCheck(record) else { continue }
      _ = fleet.update(index) { record in
        if isBelow {
          record.ghosts = (record.ghosts?.since ?? moment, moment)
        } else if let ghosts = record.ghosts {
          (record.lastGhosts, record.ghosts) = (ghosts, nil)
        }
      }
      if !isBelow, record.countNow(isFresh).map({ $0 >= record.live.count }) ?? true { work.ghostly.remove(index) }
    }
  }

  /// The same of a whole version, where nobody says which worker has which session: of one that somebody has counted, as what
  /// was never counted is not zero.
  mutating func noteVersionGhosts() {
    let counted = states.indices.filter { isFresh[$0] && states[$0].sees(.counts) }.compactMap { states[$0].describes }
    guard let counted = counted.max(), isListed(asLateAs: counted) else { return }
    for version in knownVersions {
      guard let counted = countedSessions[version.rawValue] else { continue }
      let listed = versions[version.rawValue]?.active ?? 0
      if listed > counted {
        work.versionGhosts[version] = (
          work.versionGhosts[version].flatMap { $0.isOpen ? $0.since : nil } ?? now, now, true
        )
      } else {
        work.versionGhosts[version]?.isOpen = false
      }
    }
  }

  /// Whether what lists sessions by name is no older than a count, by a poll at most: what an older listing has beyond it may
  /// have ended meanwhile.
  private func isListed(asLateAs counted: Timestamp) -> Bool {
    states.indices.contains { place in
      guard isFresh[place], states[place].sees(.sessions), let listed = states[place].describes else { return false }
      return counted - listed <= policy.interval
    }
  }

  /// Whether a worker counts fewer sessions than are listed on it and had begun when it counted; nil: this sample cannot tell.
  private func ghostCheck(_ record: InstanceRecord) -> (isBelow: Bool, at: Timestamp)? {
    var counted: (count: Int, at: Timestamp)?
    for view in record.views where view.isListed && isFresh[view.source] {
      guard let count = view.observation.sessions, view.observation.isAlive else { continue }
      let at = (states[view.source].describes ?? now) - states[view.source].traits.period
      if count > counted?.count ?? -1 { counted = (count, at) }
    }
    guard let counted else { return (false, now) }
    guard isListed(asLateAs: counted.at) else { return nil }
    let begun = record.live.reduce(0) { sum, id in
      guard let start = sessions[id]?.start?.latest, let session = sessions[id], servedAt(session) != nil else {
        return sum
      }
      return start <= counted.at ? sum + 1 : sum
    }
    return (counted.count < begun, counted.at)
  }
}
