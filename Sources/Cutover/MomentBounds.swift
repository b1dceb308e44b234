import Vocabulary

/// A moment that is known only within bounds: after `earliest` (nil: nobody looked before), not after `latest`.
struct MomentBounds: Hashable, Sendable {
  var earliest: Timestamp?
  var latest: Timestamp

  /// The moment itself, as well as it is known: `stated` where it lies within the bounds, else the nearest bound.
  func estimate(_ stated: Timestamp?) -> Timestamp {
    guard let stated else { return latest }
    return max(earliest ?? stated, min(stated, latest))
  }

  /// Narrows the bounds; bounds that contradict these are ignored.
  mutating func narrow(earliest other: Timestamp?, latest otherLatest: Timestamp) {
    let newLatest = min(latest, otherLatest)
    let newEarliest = [earliest, other].compactMap { $0 }.max()
    if let newEarliest, newEarliest > newLatest { return }
    earliest = newEarliest
    latest = newLatest
  }
}
