package import Documents

/// A JSON value by its meaning: numbers are exact, texts differ when a scalar differs, the order of members does not count.
package enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case number(ExactNumber)
  case string(ExactText)
  case array([JSONValue])
  case object([ExactText: JSONValue])
}
