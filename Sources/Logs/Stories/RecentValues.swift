/// Values by key, of which those that were asked for last are kept: `size` at least, twice as many at most.
struct RecentValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let size: Int
  private var young: [Key: Value] = [:]
  private var old: [Key: Value] = [:]

  init(size: Int) { self.size = size }

  subscript(key: Key) -> Value? {
    mutating get {
      if let value = young[key] { return value }
      guard let value = old[key] else { return nil }
      self[key] = value
      return value
    }
    set {
      young[key] = newValue
      guard young.count >= size else { return }
      (old, young) = (young, [:])
    }
  }
}
