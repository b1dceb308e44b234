package import Vocabulary

/// One kind of evidence, and how it is got.
///
/// A collector only reads. It is asked twice: first to let the filter learn what is to be hidden everywhere, then to
/// collect; what
/// can be read once only it leaves out the first time.
package protocol Collector: Sendable {
  /// Its name, which its error file has: `logs`.
  var name: String { get }
  /// How long it may take, and how much it may bring.
  var budget: CollectorBudget { get }
  /// What it would collect; reads no content.
  func plan() async -> [PlannedFile]
  /// Hands everything to the sink. What it throws becomes `errors/<name>.json`, and what it handed over before stays.
  func collect(into sink: CollectorSink) async throws
}

/// How much one collector may take of time and room.
package struct CollectorBudget: Sendable {
  /// How long all of it may take.
  package var time: Duration
  /// How many bytes of content it may bring.
  package var size: Int

  /// A budget.
  package init(time: Duration = .seconds(30), size: Int = 64 << 20) {
    self.time = time
    self.size = size
  }
}

/// A file that a dry run names.
package struct PlannedFile: Encodable, Sendable {
  /// Its path in the bundle, as far as it is known before its content is.
  package let path: String
  /// Where it would come from.
  package let source: String
  /// Its size before redaction and compression, in bytes; nil: not known before it is read.
  package let size: Int?
  /// Why it would be missing; nil: it is there.
  package let missing: String?

  /// A file.
  package init(path: String, source: String, size: Int?, missing: String? = nil) {
    self.path = path
    self.source = source
    self.size = size
    self.missing = missing
  }
}

/// What is said of a file that is collected.
package struct FileFacts: Sendable {
  /// Where it comes from.
  package var source: String
  /// What it is worth where not everything fits.
  package var importance: Importance
  /// The moments that it tells of.
  package var from, until: Timestamp?
  /// What of it is missing and why.
  package var truncated: String?
  /// What is worth knowing about how it was read.
  package var note: String?

  /// What is left out first where not everything fits.
  package enum Importance: Int, Comparable, Sendable {
    /// Content of which a part serves too, its end best: logs.
    case bulk
    /// What explains.
    case context
    /// What proves: the five items, the journal, findings, errors.
    case proof

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// Facts.
  package init(source: String, importance: Importance = .proof) {
    self.source = source
    self.importance = importance
  }
}
