package import Platforms

import Cutover
import Documents
import Machine
import SessionSources
import Vocabulary

/// What a platform says of its versions: which there are, which run, which serve, and its last change.
package struct PlatformCollector: Collector {
  package let name = "platform"
  package let budget = CollectorBudget(time: .seconds(60), size: 64 << 20)
  private let kind: String
  private let state: Once<FleetRecord>

  private static let path = "\(BundlePath.platform)/versions.json"

  /// A platform, which is asked once.
  package init(_ platform: any Platform) {
    kind = platform.traits.kind
    state = Once {
      async let versions = FleetRecord.Answer { try await platform.versions() }
      async let current = FleetRecord.Answer { try await platform.current() }
      async let serving = FleetRecord.Answer { try await platform.serving() }
      async let change = FleetRecord.Answer { try await platform.lastChange().map(FleetRecord.Change.init) }
      return await FleetRecord(
        platform: platform.traits.kind, versions: versions, current: current, serving: serving, lastChange: change)
    }
  }

  package func plan() async -> [PlannedFile] { [PlannedFile(path: Self.path, source: kind, size: nil)] }

  package func collect(into sink: CollectorSink) async throws {
    let state = try await state.answer
    try Task.checkCancellation()
    if state.isSilent { throw SilentPlatform(kind: kind, why: state.versions.failure) }
    for (what, why) in state.failures { sink.miss("\(Self.path): \(what)", why) }
    try await sink.add(Self.path, FileFacts(source: kind), try CanonicalJSON.encodePretty(state) + [0x0A])
  }
}

/// `platform/versions.json`; an answer that failed is said to have, never empty.
private struct FleetRecord: Encodable, Sendable {
  let schema = "sluice.platform-versions/1"
  let platform: String
  let versions: Answer<[Generation]>
  let current: Answer<[Generation]>
  let serving: Answer<[Generation]>
  let lastChange: Answer<Change?>

  var failures: [(what: String, why: String)] {
    [
      ("the versions that can be put back", versions.failure), ("which versions run", current.failure),
      ("which versions take new sessions", serving.failure), ("the platform's last change", lastChange.failure),
    ].compactMap { what, why in why.map { (what, $0) } }
  }
  var isSilent: Bool { failures.count == 4 }

  struct Change: Encodable, Sendable {
    let incoming: Generation
    let outgoing: [Generation]
    let began: Timestamp

    init(_ change: PlatformChange) { (incoming, outgoing, began) = (change.incoming, change.outgoing, change.began) }
  }

  struct Answer<Value: Encodable & Sendable>: Encodable, Sendable {
    let value: Value?
    let failure: String?

    init(_ ask: @escaping @Sendable () async throws -> Value) async {
      do {
        (value, failure) = (try await withDeadline(SourceCollector.limit, ask), nil)
      } catch {
        (value, failure) = (nil, CollectorSink.words(error))
      }
    }
  }
}

/// A platform that answered nothing.
private struct SilentPlatform: Failure {
  let kind: String
  let why: String?
  var what: String { "\(kind.harmless) answered nothing" }
  var remedy: String? { "which versions run is unknown: bring it back and collect again" }
  var exitStatus: ExitStatus { .unavailable }
}
