package import Vocabulary

/// `manifest.json`: what a bundle holds, where each part comes from, and what it does not hold.
package struct BundleManifest: Codable, Sendable {
  /// What the JSON form is.
  package var schema = "sluice.bundle/1"
  /// The bundle's name, which is its one top folder.
  package var bundle: String
  /// The program that made it, with its version.
  package var tool: String
  /// The latest moment that it tells of.
  package var asOf: Timestamp
  /// The fleet; nil: only logs were given.
  package var target: String?
  /// The run; nil: none.
  package var run: String?
  /// The time window that was asked for; nil: everything.
  package var since, until: Timestamp?
  /// Every file but this one and SHA256SUMS, by path.
  package var files: [File] = []
  /// The five items that every incident needs, by number.
  package var items: [Item] = []
  /// What is not in it, and why.
  package var absences: [Absence] = []
  /// The clocks of the sources against this machine's.
  package var clocks: [ClockOffset] = []
  /// Programs and sources with their versions.
  package var versions: [String: String] = [:]
  /// What was hidden, by what rules.
  package var redaction: Redaction

  /// A manifest that names nothing yet.
  package init(
    bundle: String, tool: String, asOf: Timestamp,
    redaction: Redaction = Redaction(rules: [], relaxed: [], added: [], hidden: [:])
  ) {
    self.bundle = bundle
    self.tool = tool
    self.asOf = asOf
    self.redaction = redaction
  }

  /// One file.
  package struct File: Codable, Sendable, Hashable {
    /// Its path below the top folder.
    package var path: String
    /// Its SHA-256, in lower-case hexadecimal, and its size in bytes.
    package var sha256: String
    package var size: Int
    /// Where it comes from.
    package var source: String
    /// The moments that it tells of; nil: not known.
    package var from, until: Timestamp?
    /// What of it is missing and why; nil: nothing is.
    package var truncated: String?
    /// What is worth knowing about how it was read; nil: nothing.
    package var note: String?
    /// How often each rule hid something in it.
    package var hidden: [RuleCount]?
  }

  /// How complete one of the five items is.
  package struct Item: Codable, Sendable, Hashable {
    /// 1 to 5.
    package var number: Int
    /// Its file's path.
    package var path: String
    /// What it tells.
    package var title: String
    /// `complete`, `partial` or `absent`.
    package var state: String
    /// What is missing and why; nil: nothing is.
    package var why: String?
  }

  /// Something that a reader might look for and that is not there.
  package struct Absence: Codable, Sendable, Hashable {
    /// What.
    package var what: String
    /// Why.
    package var why: String

    /// An absence.
    package init(what: String, why: String) {
      self.what = what
      self.why = why
    }
  }

  /// How far a source's clock is ahead of this machine's.
  package struct ClockOffset: Codable, Sendable, Hashable {
    /// The source.
    package var source: String
    /// Seconds, negative when it is behind; nil: not known.
    package var aheadSeconds: Double?
    /// How far off that may be, in seconds.
    package var uncertaintySeconds: Double?
  }

  /// The rules of redaction, and what they did.
  package struct Redaction: Codable, Sendable {
    /// Rules that were applied.
    package var rules: [String]
    /// Default rules that the configuration has relaxed, by name.
    package var relaxed: [String]
    /// Rules that the configuration has added.
    package var added: [String]
    /// How often each rule hid something in the whole bundle; rules that did not are left out.
    package var hidden: [RuleCount]

    /// What was done.
    package init(rules: [String], relaxed: [String], added: [String], hidden: [String: Int]) {
      self.rules = rules
      self.relaxed = relaxed
      self.added = added
      self.hidden = RuleCount.list(hidden)
    }
  }

  /// How often one rule hid something. A list, not an object: rules are named after the fields that they hide.
  package struct RuleCount: Codable, Sendable, Hashable {
    /// The rule.
    package let rule: String
    /// In how many places.
    package let count: Int

    static func list(_ counts: [String: Int]) -> [RuleCount] {
      counts.sorted { $0.key < $1.key }.map { RuleCount(rule: $0.key, count: $0.value) }
    }
  }
}
