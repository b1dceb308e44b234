import Redaction
import TestSupport
import Testing

/// Secrets in spellings that a search for their text passes over, and in places that only their surroundings tell of.
struct RespellingTests {
  private func redact(_ text: String) throws -> String {
    try Redactor(key: [UInt8](repeating: 7, count: 32)).redact(text)
  }

  private static func spelled(_ text: String, _ before: String, _ after: String = "") -> String {
    text.utf8.map { before + ($0 < 16 ? "0" : "") + String($0, radix: 16) + after }.joined()
  }

  private static let token = "ghp_" + "k3J9vQ2mX7bT5wZ8rN4cL6sD1fH0gY2pA9eU"

  @Test(arguments: [
    #"{"m":"\#(spelled(token, "\\u00"))"}"#, #"{"a":"{\"m\":\"\#(spelled(token, "\\\\u00"))\"}"}"#,
    #"b"\#(spelled(token, "\\x"))""#, "q=\(spelled(token, "%"))&r=1", "q=\(spelled(token, "%25"))",
    "<b>\(spelled(token, "&#x", ";"))</b>", "was \u{1B}[1mghp_\u{1B}[0m\(token.dropFirst(4)) here",
    "was gh\u{200B}p_\(token.dropFirst(4)) here",
    "2026-11-21T00:10:39.4Z stdout P was \(token.prefix(20))\n2026-11-21T00:10:39.4Z stdout F \(token.dropFirst(20)) here\n",
    #"{"log":"was \#(token.prefix(20))","stream":"stdout","time":"x"}"# + "\n"
      + #"{"log":"\#(token.dropFirst(20)) here\n","stream":"stdout","time":"x"}"# + "\n",
    #"{"\#(spelled("password", "\\u00"))":"k3J9vQ2mX7bT5wZ8rN4cL6sD1fH0gY2pA9eU"}"#,
  ])
  func noSpellingHidesASecret(text: String) throws {
    let redacted = try redact(text)
    let secret = Self.token.dropFirst(4)
    for part in [secret.prefix(14), secret.suffix(14)].map(String.init) {
      for spelling in [part, Self.spelled(part, "\\u00"), Self.spelled(part, "\\x"), Self.spelled(part, "%")] {
        #expect(!redacted.contains(spelling), "\(redacted)")
      }
    }
    #expect(redacted.contains("redacted-"))
    // Lines and what stands around stay as they are.
    #expect(redacted.count { $0 == "\n" } == text.count { $0 == "\n" })
    #expect(redacted.contains("here") == text.contains("here"))
  }

  @Test func whatIsEscapedAndInnocentStays() throws {
    let text = #"{"m":"caf\u00e9 in M\u00fcnchen \u003cb\u003e","p":"a%20b%3Dc","x":"\x1b[0m"}"#
    #expect(try redact(text) == text)
  }

  @Test(arguments: [",", ";", "\t"]) func columnsAreHiddenByWhatTheFirstLineCallsThem(separator: String) throws {
    let rows = [
      ["id", "phone", "name", "email", "transcript", "version"],
      ["1", "491511234567", "Ada Lovelace", "\"ada\"", "\"well, \"\"good\"\" day\nto you\"", "v20260224201212"],
    ]
    let redacted = try redact(rows.map { $0.joined(separator: separator) + "\n" }.joined())
    for secret in ["491511234567", "Ada", "ada", "good", "to you"] {
      #expect(!redacted.contains(secret), "\(redacted)")
    }
    #expect(redacted.hasPrefix(rows[0].joined(separator: separator) + "\n1" + separator))
    #expect(redacted.hasSuffix(separator + "v20260224201212\n"))
  }

  @Test func aTableOfNothingPersonalStays() throws {
    let text = "version,sessions,name\nv20260224201212,5,concierge\n"
    #expect(try redact(text) == text)
  }

  @Test(arguments: [
    "apiVersion: v1\ndata:\n  url: d29yZHM=\n  id: cGxhaW4=\nkind: Secret\nmetadata:\n  name: keys\n",
    "kind: Secret\nstringData:\n  url: d29yZHM=\n  id: cGxhaW4=\n",
    "items:\n- apiVersion: v1\n  data:\n    url: d29yZHM=\n    id: cGxhaW4=\n  kind: Secret\n",
    #"{"apiVersion":"v1","data":{"url":"d29yZHM=","id":"cGxhaW4="},"kind":"Secret"}"#,
    #"{"kind":"Secret","stringData":{"url":"d29yZHM=","id":"cGxhaW4="}}"#,
  ])
  func everyValueOfAKubernetesSecretIsHidden(text: String) throws {
    let redacted = try redact(text)
    #expect(!redacted.contains("d29yZHM=") && !redacted.contains("cGxhaW4="), "\(redacted)")
    let other = text.replacing("Secret", with: "ConfigMap").replacing("stringData", with: "data")
    #expect(try redact(other) == other)
  }
}
