import Vocabulary

/// What is to happen, by its moment; what was planned first comes first among equals.
struct Agenda<Action: Sendable>: Sendable {
  private struct Entry {
    let at: Timestamp
    let number: Int
    let action: Action
  }

  /// The last entry is the next one.
  private var entries: [Entry] = []
  private var count = 0

  /// Plans an action.
  mutating func plan(_ action: Action, at: Timestamp) {
    count += 1
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].at > at { low = middle + 1 } else { high = middle }
    }
    entries.insert(Entry(at: at, number: count, action: action), at: low)
  }

  /// Takes the next action that is due at a moment.
  mutating func next(at now: Timestamp) -> (at: Timestamp, action: Action)? {
    guard let last = entries.last, last.at <= now else { return nil }
    entries.removeLast()
    return (last.at, last.action)
  }
}
