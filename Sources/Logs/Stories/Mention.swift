package import Vocabulary

/// A line of a log that says something worth keeping.
package struct Mention: Hashable, Codable, Sendable {
  /// Which log it stands in, by the order in which the logs were given.
  package let log: Int
  /// Its line number, from 1.
  package let line: Int
  /// When it was written; where the line has no time with a zone, when a collector took it; nil where neither is known.
  package let at: Timestamp?
  /// What its writer's clock showed in a zone that is not known; for the time between two lines of one log only.
  package let localTime: Timestamp?
  /// What it says, one harmless line of at most 300 characters.
  package let excerpt: String

  /// A line worth keeping.
  package init(log: Int, line: Int, at: Timestamp?, localTime: Timestamp?, excerpt: String) {
    self.log = log
    self.line = line
    self.at = at
    self.localTime = localTime
    self.excerpt = excerpt
  }

  /// The time from an earlier mention to this one; nil where the two have no time in common.
  package func since(_ earlier: Mention) -> Duration? {
    if let at, let before = earlier.at { return at - before }
    if log == earlier.log, let localTime, let before = earlier.localTime { return localTime - before }
    return nil
  }
}

/// How often something was said, with its first and last mention.
package struct Mentions: Hashable, Codable, Sendable {
  /// How often.
  package private(set) var count = 1
  /// The first one, in the order of reading.
  package internal(set) var first: Mention
  /// The last one; the first where there was one only.
  package internal(set) var last: Mention

  /// One mention.
  package init(_ mention: Mention) {
    first = mention
    last = mention
  }

  mutating func add(_ mention: Mention) {
    count += 1
    last = mention
  }
}

extension [WorkerEvent: Mentions] {
  mutating func add(_ event: WorkerEvent, _ mention: Mention) {
    if self[event]?.add(mention) == nil { self[event] = Mentions(mention) }
  }
}
