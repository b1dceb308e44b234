package import Logs

/// Everything that triage looks at, as values: what it finds comes from this alone, so that it is found again offline, on another
/// machine, a year later.
package struct CaseFile: Codable, Sendable {
  /// The logs that were read, in the order in which mentions number them.
  package var logs: [LogFile]
  /// What the logs tell of workers.
  package var workers: [WorkerStory]
  /// What could not be looked at.
  package var gaps: [Gap]

  /// A case; nothing that is left out is taken for absent in the fleet.
  package init(logs: [LogFile] = [], workers: [WorkerStory] = [], gaps: [Gap] = []) {
    self.logs = logs
    self.workers = workers
    self.gaps = gaps
  }

  /// One log that was read.
  package struct LogFile: Codable, Sendable {
    /// What evidence calls it.
    package let name: String
    /// Bytes after unpacking, lines, and lines that were looked at.
    package let bytes, lines, hits: Int
    /// Lines over a mebibyte, of which only the beginning was looked at.
    package let cutLines: Int
    /// Why it could not be read to its end.
    package let failure: String?

    /// A log.
    package init(name: String, bytes: Int, lines: Int, hits: Int, cutLines: Int, failure: String?) {
      self.name = name
      self.bytes = bytes
      self.lines = lines
      self.hits = hits
      self.cutLines = cutLines
      self.failure = failure
    }
  }

  /// Something that was not looked at.
  package struct Gap: Hashable, Codable, Sendable {
    /// What.
    package let what: String
    /// Why.
    package let why: String
    /// How to make it visible.
    package let remedy: String

    /// Something that was not looked at.
    package init(what: String, why: String, remedy: String) {
      self.what = what
      self.why = why
      self.remedy = remedy
    }
  }
}
