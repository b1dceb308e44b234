/// Names of rooms and participants that were seen in fields, to be hidden wherever else they stand as whole words.
///
/// The names themselves are not kept, only numbers made of them under the bundle's key.
package struct LearnedNames: Sendable {
  /// How many are kept at most.
  package static let most = 1 << 21

  /// Rules of names by the name's hash.
  private(set) var rules: [UInt64: UInt8] = [:]
  /// The first three bytes of every name, for the scanner.
  private(set) var beginnings: Set<[UInt8]> = []
  /// How long the longest is, in bytes.
  private(set) var longest = 0

  /// No names.
  package init() {}

  /// How many there are.
  package var count: Int { rules.count }

  /// Adds the names of another set; whichever comes first, the result is the same.
  package mutating func formUnion(_ other: Self) {
    rules.merge(other.rules) { min($0, $1) }
    beginnings.formUnion(other.beginnings)
    longest = max(longest, other.longest)
  }

  /// Adds a name; says whether it is a new one.
  mutating func insert(_ name: ArraySlice<UInt8>, hash: UInt64, rule: Builtin) -> Bool {
    // A name of two kinds is of the kind that is listed first, wherever it was met first.
    if let known = rules[hash] {
      rules[hash] = min(known, UInt8(rule.rawValue))
      return false
    }
    rules[hash] = UInt8(rule.rawValue)
    beginnings.insert(Array(name.prefix(3)))
    longest = max(longest, name.count)
    return true
  }

  /// Whether a text is particular enough to be hidden wherever it stands.
  static func isParticular(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.count >= 3, name.count <= 160, let first = name.first, let last = name.last else { return false }
    guard Bytes.isWord(last), Bytes.isWord(first) || first == UInt8(ascii: "+") else { return false }
    if name.allSatisfy({ Bytes.isDigit($0) }) { return name.count >= 7 }
    if common.contains(String(decoding: name.map { Bytes.lower($0) }, as: UTF8.self)) { return false }
    let hasMark = name.contains { !Bytes.isLower($0) }
    return hasMark || name.count >= 5
  }

  /// Words that fields of names hold in examples and defaults, and that logs are full of.
  private static let common: Set<String> = [
    "agent", "agents", "user", "users", "caller", "callee", "customer", "guest", "client", "room", "rooms", "test",
    "default",
    "participant", "participants", "identity", "name", "unknown", "none", "null", "true", "false", "undefined",
    "anonymous", "admin", "system", "worker",
    "session", "server", "livekit", "assistant", "bot", "human", "person", "host", "local", "remote", "standard",
    "ingress",
    "egress", "sip", "phone", "connector", "concierge", "active", "joined", "left", "info", "debug", "error", "warn",
    "warning",
    "production", "staging", "development", "dev", "prod", "main", "demo", "sample", "example", "metadata", "message",
    "start", "started", "connected", "disconnected", "closed", "string", "object",
  ]
}
