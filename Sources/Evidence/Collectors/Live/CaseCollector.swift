package import Triage

import Documents

/// What triage looks at, so that it finds the same in the bundle.
package struct CaseCollector: Collector {
  package let name = "case"
  package let budget = CollectorBudget(time: .seconds(120), size: 512 << 20)
  private let file: Once<CaseFile>

  /// A case, which is gathered once.
  package init(_ file: Once<CaseFile>) { self.file = file }

  package func plan() async -> [PlannedFile] { [PlannedFile(path: KeptCase.name, source: "sluice triage", size: nil)] }

  package func collect(into sink: CollectorSink) async throws {
    let file = try await file.answer
    for gap in file.gaps { sink.miss(gap.what, gap.why) }
    try await sink.add(
      KeptCase.name, FileFacts(source: "sluice triage", importance: .context), try CanonicalJSON.encode(file) + [0x0A])
  }
}
