/// One thing wrong or worth knowing: a root cause with its symptoms as evidence.
package struct Finding: Hashable, Codable, Sendable {
  /// The catalogue's code; it never changes its meaning.
  package let code: FindingCode
  /// Whether it is proved.
  package let status: Status
  /// How much it matters.
  package let severity: Severity
  /// What it says of this case, one sentence.
  package let summary: String
  /// What shows it, the strongest first.
  package let evidence: [Evidence]
  /// What to do about it, one sentence.
  package let remedy: String

  /// A finding; see the properties for what each part means.
  package init(
    code: FindingCode, status: Status, severity: Severity, summary: String, evidence: [Evidence], remedy: String
  ) {
    self.code = code
    self.status = status
    self.severity = severity
    self.summary = summary
    self.evidence = evidence
    self.remedy = remedy
  }

  /// Whether a finding is proved.
  package enum Status: String, Codable, Sendable {
    case confirmed, suspected, unknown
    case ruledOut = "ruled-out"
  }

  /// How much a finding matters.
  package enum Severity: String, Codable, Sendable { case critical, warning, info }
}

/// A code of the catalogue: `SIG-001`.
package struct FindingCode: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One thing that was seen: by which source, when, and what it was.
package struct Evidence: Hashable, Codable, Sendable {
  /// The source that saw it.
  package let source: SourceID
  /// When it happened or was seen; nil when the source has no time for it.
  package let at: Timestamp?
  /// What was seen, one line, text from outside made harmless.
  package let detail: String

  /// A thing seen.
  package init(source: SourceID, at: Timestamp?, detail: String) {
    self.source = source
    self.at = at
    self.detail = detail
  }
}
