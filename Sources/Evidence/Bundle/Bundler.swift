import Vocabulary

import Archive
import Documents
import Machine

/// Makes one bundle: asks the collectors side by side, each within its own budget, and has what they brought written.
package struct Bundler: Sendable {
  /// The bundle's name and what it is of; files, items and absences are filled in.
  package var manifest: BundleManifest
  /// Who brings what, in the order in which errors are listed.
  package var collectors: [any Collector]
  /// Where it goes.
  package var place: BundlePlace
  /// How large it may be, in bytes; nil: no limit but the disk's.
  package var limit: Int?
  /// How long each collector may take at most, whatever its own budget; nil: its own alone counts.
  package var haste: Duration?
  private let filter: any BundleFilter
  private let detector: any BundleDetector

  /// A bundle to be made.
  package init(
    _ manifest: BundleManifest, _ collectors: [any Collector], to place: BundlePlace, filter: any BundleFilter,
    detector: any BundleDetector
  ) {
    self.manifest = manifest
    self.collectors = collectors
    self.place = place
    self.filter = filter
    self.detector = detector
  }

  /// How long a collector that is told to end may take before it is left alone.
  private static let grace: Duration = .seconds(5)

  /// What would be collected.
  package func plan() async -> [PlannedFile] {
    var files: [PlannedFile] = []
    for collector in collectors { files += await collector.plan() }
    return files.sorted { $0.path < $1.path }
  }

  /// Collects and writes. Before the end nothing has the bundle's name, and nothing unredacted is on any disk; after an
  /// error or
  /// a cancellation nothing is left.
  ///
  /// Throws `EvidenceFailure`, `MachineFailure` for a full disk, `CancellationError`.
  package func run() async throws -> WrittenBundle {
    try Files.makeDirectory(place.folder)
    try await checkRoom()
    _ = try await round(learning: true)
    let results = try await round(learning: false)
    var manifest = manifest
    var files: [CollectedFile] = []
    for (collector, sink, error) in results {
      if let refusal = sink.refusal { throw refusal }
      // A full disk is no failure of the collector: nothing can be written.
      if case .file(.write, _, _)? = error as? MachineFailure, let error { throw error }
      manifest.absences += sink.absences
      manifest.items += sink.items
      manifest.clocks += sink.clocks
      manifest.versions.merge(sink.versions) { first, _ in first }
      files += sink.files
      if let error { files.append(try await Self.errorFile(collector, error, filter, in: place.folder)) }
    }
    guard files.contains(where: { !$0.path.hasPrefix("\(BundlePath.errors)/") }) else {
      throw EvidenceFailure.nothingCollected(
        manifest.absences
          + results.compactMap { collector, _, error in
            error.map { BundleManifest.Absence(what: collector.name, why: CollectorSink.words($0)) }
          })
    }
    manifest.items.sort { $0.number < $1.number }
    return try await BundleWriter(filter: filter, detector: detector, place: place, limit: limit).write(files, manifest)
  }

  /// Refuses at once what cannot fit: text of logs compresses to a twentieth at the very best.
  private func checkRoom() async throws {
    let size = await plan().reduce(0) { $0 + ($1.size ?? 0) }
    let needed = min(size, limit ?? .max) / 20
    if let free = Files.freeSpace(at: place.folder), free < needed {
      throw EvidenceFailure.noRoom(folder: place.folder, needed: needed, free: free)
    }
  }

  private typealias Result = (collector: any Collector, sink: CollectorSink, error: (any Error)?)

  private func round(learning: Bool) async throws -> [Result] {
    var results: [Result?] = collectors.map { _ in nil }
    try await withThrowingTaskGroup(of: (Int, CollectorSink, (any Error)?).self) { group in
      for (index, collector) in collectors.enumerated() {
        let spool = learning ? nil : try Spool(in: place.folder)
        var budget = collector.budget
        budget.time = min(budget.time, haste ?? budget.time)
        let sink = CollectorSink(filter: filter, spool: spool, budget: budget)
        group.addTask { [limit = budget.time + (haste.map { $0 / 4 } ?? Self.grace)] in
          do {
            try await Self.bounded(limit) { try await collector.collect(into: sink) }
            return (index, sink, nil)
          } catch {
            try Task.checkCancellation()
            return (index, sink, error)
          }
        }
      }
      for try await (index, sink, error) in group { results[index] = (collectors[index], sink, error) }
    }
    return results.compactMap(\.self)
  }

  /// Runs the body, which is left alone when it has not ended by the limit, whether it heeds its cancellation or not.
  private static func bounded(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Void) async throws {
    let (ends, end) = AsyncThrowingStream.makeStream(of: Void.self)
    let work = Task {
      do {
        try await body()
        end.finish()
      } catch { end.finish(throwing: error) }
    }
    let watch = Task {
      try await Task.sleep(for: limit)
      end.finish(throwing: DeadlineExceeded(limit: limit))
      work.cancel()
    }
    defer { watch.cancel() }
    try await withTaskCancellationHandler {
      for try await _ in ends {}
      try Task.checkCancellation()
    } onCancel: {
      work.cancel()
    }
  }

  /// `errors/<collector>.json`: why something is not in the bundle.
  private static func errorFile(
    _ collector: any Collector, _ error: any Error, _ filter: any BundleFilter, in folder: String
  ) async throws -> CollectedFile {
    let sink = CollectorSink(filter: filter, spool: try Spool(in: folder), budget: CollectorBudget())
    let record = CollectorError(collector: collector.name, error)
    try await sink.add(
      "\(BundlePath.errors)/\(collector.name).json", FileFacts(source: "sluice"), try CanonicalJSON.encodePretty(record)
    )
    guard let file = sink.files.first else { throw error }
    return file
  }
}

/// `errors/<collector>.json`.
private struct CollectorError: Encodable {
  let schema = "sluice.collector-error/1"
  let collector: String
  let what: String
  let why: String?
  let remedy: String?

  init(collector: String, _ error: any Error) {
    self.collector = collector
    let failure = error as? any Failure
    what = failure?.what ?? "\(error)".harmless
    why = failure?.why
    remedy = failure?.remedy
  }
}
