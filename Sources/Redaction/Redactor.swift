import Libraries
import Vocabulary

/// Hides secrets and personal data in everything that is handed on, and leaves what correlation needs.
///
/// Secrets are found by their form (rules of 110 kinds), by the names of the fields that hold them, by their encodings, and by
/// their text where this machine knows it. Personal data is found by the fields of LiveKit and of its SDKs, and by form:
/// telephone numbers, mail addresses. Identifiers, digests, versions, timestamps and numbers stay. What is hidden becomes a
/// pseudonym that is the same wherever the same text stands in a bundle.
///
/// A redactor is a value: its rules and its key never change. Names that were learned are added between two passes.
package struct Redactor: Sendable {
  private let plan: Plan
  fileprivate let options: RedactionOptions
  private let known: KnownSecrets
  private let pseudonyms: Pseudonyms
  /// Names that are hidden wherever they stand.
  package private(set) var names = LearnedNames()

  /// A redactor with a key of its own: one for each bundle.
  ///
  /// The key is at least 16 bytes that nobody else knows; random when left out. Throws for a rule that does not exist or cannot
  /// be used.
  package init(
    key: [UInt8] = Hashing.randomBytes(32), options: RedactionOptions = RedactionOptions()
  ) throws(RedactionFailure) {
    self.options = options
    known = KnownSecrets(options.secrets)
    plan = try Plan(options, known)
    pseudonyms = Pseudonyms(key: key)
  }

  /// A stream that redacts one file, which messages call by this name.
  package func stream(_ file: String) -> RedactionStream {
    RedactionStream(file, pass: Pass(plan: plan, pseudonyms: pseudonyms, names: names))
  }

  /// A stream that only learns names of rooms and participants, to be added before the second pass.
  package func learner(_ file: String) -> RedactionStream {
    RedactionStream(file, pass: Pass(plan: plan, pseudonyms: pseudonyms, names: names, isLearning: true))
  }

  /// Hides these names wherever they stand from now on; streams that were made before do not know them.
  package mutating func add(_ names: LearnedNames) { self.names.formUnion(names) }

  /// A whole text redacted, with what was hidden.
  package func redact(
    _ bytes: [UInt8], file: String = "text"
  ) throws(RedactionFailure) -> (bytes: [UInt8], counts: RedactionCounts) {
    var stream = stream(file)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    try stream.redact(bytes, into: &output)
    try stream.finish(into: &output)
    return (output, stream.counts)
  }

  /// A text redacted.
  package func redact(_ text: String) throws(RedactionFailure) -> String {
    String(decoding: try redact(Array(text.utf8)).bytes, as: UTF8.self)
  }

  /// A path redacted part by part: no part is lost, and none is added.
  package func redact(path: String) throws(RedactionFailure) -> String {
    var parts: [String] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: false) { parts.append(try redact(String(part))) }
    return parts.joined(separator: "/")
  }

  /// The pseudonym of the name of a room, as it stands in every file.
  package func pseudonym(ofRoom name: String) -> String { pseudonym(of: name, .room) }

  /// The pseudonym of a participant's identity, as it stands in every file.
  package func pseudonym(ofIdentity name: String) -> String { pseudonym(of: name, .identity) }

  private func pseudonym(of name: String, _ rule: Builtin) -> String {
    String(decoding: pseudonyms.pseudonym(of: Array(name.utf8)[...], kind: rule.rule.kind), as: UTF8.self)
  }

  /// The rules and what they hid, for the bundle's manifest.
  package func manifest(_ counts: RedactionCounts) -> RedactionManifest {
    let own = options.ownRules.map(\.name)
    let off = Set(options.relaxed)
    return RedactionManifest(
      rules: plan.rules.map(\.name).filter { !off.contains($0) && !own.contains($0) },
      relaxed: options.relaxed.sorted(),
      added: own.sorted(), addressesHidden: options.hidesAddresses, knownSecrets: known.count,
      secretsTooShort: known.tooShort,
      counts: counts.byRule.sorted { $0.key < $1.key }.map { .init(rule: $0.key, count: $0.value) })
  }

  /// The names of the default rules, each of which can be relaxed.
  package static let ruleNames = (Builtin.allCases.map(\.rule) + Rules.providers + Rules.places + Rules.people).map(
    \.name)
}

extension Redactor {
  /// A detector for what this redactor has written.
  package func detector() -> LeakDetector { LeakDetector(known: options.secrets, relaxed: options.relaxed) }
}
