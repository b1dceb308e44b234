import Libraries
package import Vocabulary

/// What is hidden beyond the defaults, and what is not.
package struct RedactionOptions: Sendable {
  /// Whether network addresses are hidden too: `--redact-ip`.
  package var hidesAddresses = false
  /// Names of default rules that are not applied; the manifest lists them.
  package var relaxed: [String] = []
  /// Rules of the user's own; the manifest lists them.
  package var ownRules: [OwnRule] = []
  /// Attributes whose values stay, because versions are told by them.
  package var releaseAttributes: Set<String> = ["app.version", "release", "version"]
  /// Secrets that this machine's configuration and environment hold: hidden wherever they stand, in other encodings too.
  package var secrets: [Secret] = []

  /// The defaults.
  package init() {}

  /// A pattern of the user's own.
  package struct OwnRule: Sendable, Hashable {
    /// What counts call it, and its pseudonyms: small letters, digits and hyphens.
    package let name: String
    /// A pattern of PCRE2; its first group is hidden, or all of it when it has none.
    package let pattern: String

    /// A rule.
    package init(name: String, pattern: String) {
      self.name = name
      self.pattern = pattern
    }

    /// Throws `RedactionFailure.badRule` for a name or a pattern that cannot be used.
    package func check() throws(RedactionFailure) {
      let isName = !name.isEmpty && name.utf8.allSatisfy { Bytes.isLower($0) || Bytes.isDigit($0) || $0 == 0x2D }
      guard isName else { throw .badRule(name, reason: "a name is made of small letters, digits and hyphens") }
      guard !Redactor.ruleNames.contains(name) else { throw .badRule(name, reason: "a default rule has this name") }
      do throws(Pattern.Fault) {
        _ = try Pattern(pattern)
      } catch {
        throw .badRule(name, reason: "\(error.reason) at its byte \(error.offset)")
      }
    }
  }
}

/// What the rules were, and how often each hid something: for the bundle's manifest.
package struct RedactionManifest: Codable, Sendable, Equatable {
  /// Rules that were applied, in their order.
  package let rules: [String]
  /// Default rules that the configuration has relaxed.
  package let relaxed: [String]
  /// Rules that the configuration has added.
  package let added: [String]
  /// Whether network addresses were hidden.
  package let addressesHidden: Bool
  /// How many secrets of this machine were looked for.
  package let knownSecrets: Int
  /// How many of them are too short to be looked for.
  package let secretsTooShort: Int
  /// How often each rule hid something; rules that did not are left out.
  package let counts: [Count]

  /// How often one rule hid something.
  package struct Count: Codable, Sendable, Equatable {
    /// The rule's name.
    package let rule: String
    /// How many places.
    package let count: Int
  }
}

/// How often each rule hid something, by the rule's name.
package struct RedactionCounts: Sendable, Equatable {
  /// The counts; rules that hid nothing are left out.
  package private(set) var byRule: [String: Int] = [:]

  /// Nothing.
  package init() {}

  /// How many places are hidden.
  package var total: Int { byRule.values.reduce(0, +) }

  /// Adds the counts of another text.
  package mutating func add(_ other: Self) { byRule.merge(other.byRule, uniquingKeysWith: +) }

  mutating func add(_ count: Int, to rule: String) { if count > 0 { byRule[rule, default: 0] += count } }
}
