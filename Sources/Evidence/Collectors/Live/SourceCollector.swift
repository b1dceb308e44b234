package import Cutover
package import Vocabulary

import Documents

/// What one session source, or a platform as one, says at this moment: its instances with their states and exit reasons, its
/// sessions, or why it says nothing.
package struct SourceCollector: Collector {
  package let name: String
  package let budget = CollectorBudget(time: .seconds(20), size: 256 << 20)
  private let kind: String
  private let reading: Once<Reading>

  /// How long a source may take to answer.
  package static let limit = Duration.seconds(10)

  /// A source, with its one answer.
  package init(_ traits: SourceTraits, _ reading: Once<Reading>) {
    (name, kind) = (traits.id.rawValue, traits.kind)
    self.reading = reading
  }

  private var path: String { "\(BundlePath.platform)/\(name).json" }

  package func plan() async -> [PlannedFile] { [PlannedFile(path: path, source: kind, size: nil)] }

  package func collect(into sink: CollectorSink) async throws {
    let reading = try await reading.answer
    guard case .snapshot(let listing) = reading.answer else {
      guard case .failure(let failure) = reading.answer else { return }
      throw SilentSource(source: name, failure: failure)
    }
    for sdk in Set(listing.instances.compactMap(\.sdk)).sorted() {
      sink.version(of: "\(name): sdk", sdk)
    }
    var facts = FileFacts(source: kind)
    (facts.from, facts.until) = (reading.describes, reading.takenAt)
    try await sink.add(path, facts, try CanonicalJSON.encodePretty(reading) + [0x0A])
  }
}

/// A source that gave no answer that can be used.
package struct SilentSource: Failure {
  let source: String
  let failure: SourceFailure
  package var what: String { "\(source.harmless) gave no answer that can be used: \(failure.kind.rawValue)" }
  package var why: String? { failure.detail.harmless }
  package var remedy: String? { "what it sees is unknown, not zero: bring it back and collect again" }
  package var exitStatus: ExitStatus { .unavailable }
}
