package import Triage

import Documents
import Journal

/// What is made of the run's journal and of the logs: the five items with their marks, the timeline, triage's findings,
/// the
/// summary and the page.
package struct DossierCollector: Collector {
  package let name = "findings"
  package let budget = CollectorBudget(time: .seconds(300), size: 256 << 20)
  private let journal: String?
  private let window: TimeWindow?
  private let gather: @Sendable () async throws -> CaseFile?

  /// What the journal of a run, a case, or both tell; `gather` makes the case that triage would look at, nil where there is none.
  package init(
    journal: String?, within window: TimeWindow? = nil, _ gather: @escaping @Sendable () async throws -> CaseFile?
  ) {
    (self.journal, self.window) = (journal, window)
    self.gather = gather
  }

  private static let derived = ["report.html", "summary.md", "timeline.ndjson"]

  package func plan() async -> [PlannedFile] {
    let items = try? Dossier().items().map(\.name)
    return ((items ?? []) + Self.derived + [BundlePath.findings]).map {
      PlannedFile(path: $0, source: "sluice", size: nil)
    }
  }

  package func collect(into sink: CollectorSink) async throws {
    // The journal and the logs themselves teach all that is in what is made of them.
    guard !sink.isLearning else { return }
    let run = try journal.map { try RunHistory(try JournalReader($0), path: $0, until: window?.until) }
    var file = try await gather()
    if let since = window?.since { file?.since = since }
    try Task.checkCancellation()
    var dossier = Dossier(run: run, file: file)
    dossier.window = window
    let items = try dossier.items()
    for item in items {
      sink.mark(item)
      try await sink.add(item.name, FileFacts(source: "sluice"), item.bytes)
    }
    try await sink.add("timeline.ndjson", FileFacts(source: "sluice", importance: .context), try dossier.timelineFile())
    try await sink.add(
      "report.html", FileFacts(source: "sluice", importance: .context), ReportPage(dossier, items: items).html)
    try await sink.add(
      "summary.md", FileFacts(source: "sluice"), Summary(dossier, items: items).markdown)
    guard let diagnosis = dossier.diagnosis else {
      return sink.miss(BundlePath.findings, "there is nothing that triage could look at")
    }
    try await sink.add(
      BundlePath.findings, FileFacts(source: "sluice triage"), try CanonicalJSON.encodePretty(diagnosis))
  }
}
