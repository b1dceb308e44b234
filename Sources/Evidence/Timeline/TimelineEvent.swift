import Cutover
import Documents
package import Vocabulary

/// One thing that happened, by whichever source told it.
package struct TimelineEvent: Hashable, Encodable, Sendable {
  /// `sluice.timeline/1`.
  package let schema = "sluice.timeline/1"
  /// The best estimate of its moment; nil: no clock dates it, and it stands where its source has it.
  package var at: Timestamp?
  /// It was not before; nil: that is not known.
  package var notBefore: Timestamp?
  /// It was not after; nil: that is not known.
  package var notAfter: Timestamp?
  /// What happened, in one word with hyphens: `session-started`, `drain-confirmed`.
  package var kind: String
  /// Who told it: `journal`, a session source, `log`.
  package var source: String
  /// Where it stands there: a journal's line, `file:line`; nil: nowhere in particular.
  package var locator: String?
  /// What it happened to, as far as that is known.
  package var instance: InstanceID?
  package var session: SessionID?
  package var version: VersionName?
  /// What happened, for people, one harmless line.
  package var text: String

  enum CodingKeys: String, CodingKey {
    case schema, at, notBefore, notAfter, kind, source, locator, instance, session, version
    // Redaction takes a field called `text` for what somebody said.
    case text = "summary"
  }

  init(_ kind: String, at: Timestamp?, source: String, locator: String? = nil, _ text: String) {
    (self.kind, self.at, self.source, self.locator, self.text) = (kind, at, source, locator, text)
    (notBefore, notAfter) = (at, at)
  }

  init(_ kind: String, _ moment: MomentRange, source: String, locator: String? = nil, _ text: String) {
    self.init(kind, at: moment.at, source: source, locator: locator, text)
    (notBefore, notAfter) = (moment.notBefore, moment.notAfter)
  }

  /// Whether its moment is known only within bounds, or not at all.
  package var isBounded: Bool { at == nil || notBefore != at || notAfter != at }

  /// Whether nothing dates it.
  fileprivate var isUndated: Bool { at == nil && notAfter == nil && notBefore == nil }

  /// Where it stands among others.
  fileprivate var order: Timestamp { at ?? notAfter ?? notBefore ?? Timestamp(nanoseconds: .max) }
}

extension Dossier {
  /// Every event of all sources in one order: by the best estimate of their moments, those of one moment in the order in
  /// which their sources tell them, what no clock dates last.
  package func timeline() -> [TimelineEvent] {
    ((run?.events ?? []) + (file?.events ?? [])).enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }.map(\.element)
  }

  /// `timeline.ndjson`: an event a line, those in the window; what no clock dates stays.
  package func timelineFile() throws -> [UInt8] {
    try ndjson(timeline().filter { event in window.map { event.isUndated || $0.contains(event.order) } ?? true })
  }
}

/// Values as JSON, one a line.
func ndjson(_ values: [some Encodable]) throws -> [UInt8] {
  try values.reduce(into: []) { $0 += try CanonicalJSON.encode($1) + [0x0A] }
}
