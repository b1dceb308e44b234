/// One thing wrong or worth knowing: a root cause with its symptoms as evidence.
package struct Finding: Hashable, Sendable {
  /// The catalogue's code; it never changes its meaning.
  package let code: FindingCode
  /// Whether it is proved.
  package let status: Status
  /// How much it matters.
  package let severity: Severity
  /// How sure it is that this is the cause.
  package let confidence: Confidence
  /// What it says of this case, one sentence.
  package let summary: String
  /// What brought it about in this case, where that is known beyond the summary.
  package let cause: String?
  /// What shows it, the strongest first.
  package let evidence: [Evidence]
  /// What to do about it.
  package let remedy: Remedy
  /// The versions that it applies to: `livekit-agents < 1.8.0`; nil when it applies to all.
  package let appliesTo: String?

  /// A finding; see the properties for what each part means.
  ///
  /// Without a `confidence` what is confirmed or ruled out is held for sure, what is suspected for likely, and what is
  /// unknown for possible.
  package init(
    code: FindingCode, status: Status, severity: Severity, confidence: Confidence? = nil, summary: String,
    cause: String? = nil, evidence: [Evidence], remedy: Remedy, appliesTo: String? = nil
  ) {
    self.code = code
    self.status = status
    self.severity = severity
    self.confidence = confidence ?? status.usualConfidence
    self.summary = summary
    self.cause = cause
    self.evidence = evidence
    self.remedy = remedy
    self.appliesTo = appliesTo
  }

  /// Whether a finding is proved.
  package enum Status: String, Codable, Sendable {
    case confirmed, suspected, unknown
    case ruledOut = "ruled-out"

    fileprivate var usualConfidence: Confidence {
      switch self {
      case .confirmed, .ruledOut: .high
      case .suspected: .medium
      case .unknown: .low
      }
    }
  }

  /// How much a finding matters.
  package enum Severity: String, Codable, Sendable { case critical, warning, info }

  /// How sure a finding is of its cause.
  package enum Confidence: String, Codable, Sendable { case high, medium, low }

  /// What to do about a finding.
  package struct Remedy: Hashable, Codable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// What to do, one sentence.
    package let summary: String
    /// The commands that do it, in their order, each as it is typed; often none.
    package let commands: [String]

    /// A remedy.
    package init(_ summary: String, commands: [String] = []) {
      self.summary = summary
      self.commands = commands
    }

    package init(stringLiteral summary: String) { self.init(summary) }
  }
}

extension Finding: Codable {
  private enum Key: String, CodingKey {
    case code, title, status, severity, confidence, summary, cause, evidence, remedy, appliesTo
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(
      code: try values.decode(FindingCode.self, forKey: .code), status: try values.decode(Status.self, forKey: .status),
      severity: try values.decode(Severity.self, forKey: .severity),
      confidence: try values.decodeIfPresent(Confidence.self, forKey: .confidence),
      summary: try values.decode(String.self, forKey: .summary),
      cause: try values.decodeIfPresent(String.self, forKey: .cause),
      evidence: try values.decode([Evidence].self, forKey: .evidence),
      remedy: try values.decode(Remedy.self, forKey: .remedy),
      appliesTo: try values.decodeIfPresent(String.self, forKey: .appliesTo))
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(code, forKey: .code)
    try values.encodeIfPresent(code.title, forKey: .title)
    try values.encode(status, forKey: .status)
    try values.encode(severity, forKey: .severity)
    try values.encode(confidence, forKey: .confidence)
    try values.encode(summary, forKey: .summary)
    try values.encodeIfPresent(cause, forKey: .cause)
    try values.encode(evidence, forKey: .evidence)
    try values.encode(remedy, forKey: .remedy)
    try values.encodeIfPresent(appliesTo, forKey: .appliesTo)
  }
}

/// A code of the catalogue: `SIG-001`.
package struct FindingCode: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One thing that was seen: by which source, where in it, when, and what it was.
package struct Evidence: Hashable, Codable, Sendable {
  /// The source that saw it.
  package let source: SourceID
  /// Where to find it: `file:line`, `file:line:column` or a journal's sequence number; nil when there is no such place.
  package let locator: String?
  /// When it happened or was seen; nil when the source has no time for it.
  package let at: Timestamp?
  /// What was seen, one line, text from outside made harmless.
  package let excerpt: String

  /// A thing seen.
  package init(source: SourceID, locator: String? = nil, at: Timestamp?, excerpt: String) {
    self.source = source
    self.locator = locator
    self.at = at
    self.excerpt = excerpt
  }
}
