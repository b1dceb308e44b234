package import Machine
package import Web

import Vocabulary

/// How far the clocks of a target's servers are from this machine's, by the Date field of any answer of theirs.
package struct ClockCollector: Collector {
  package let name = "clocks"
  package let budget = CollectorBudget(time: .seconds(20), size: 1 << 20)
  private let offsets: Once<[BundleManifest.ClockOffset]>

  private static let limit = Duration.seconds(5)

  /// Servers by their names, and the addresses at which they are asked for nothing in particular; no secret is sent.
  package init(
    http: HTTPClient, clock: WallClock, _ servers: @escaping @Sendable () async throws -> [(name: String, url: String)]
  ) {
    offsets = Once {
      let servers = try await servers()
      return await withTaskGroup(of: BundleManifest.ClockOffset.self) { group in
        for server in servers.prefix(64) {
          group.addTask { await Self.offset(of: server.name, at: server.url, http, clock) }
        }
        return await group.reduce(into: []) { $0.append($1) }.sorted { $0.source < $1.source }
      }
    }
  }

  package func plan() async -> [PlannedFile] { [] }

  package func collect(into sink: CollectorSink) async throws {
    for offset in try await offsets.answer { sink.clock(offset) }
  }

  private static func offset(
    of name: String, at url: String, _ http: HTTPClient, _ clock: WallClock
  ) async -> BundleManifest.ClockOffset {
    var offset = BundleManifest.ClockOffset(source: name)
    var request = HTTPClient.Request(.get, url)
    request.timeout = limit
    let asked = clock.now
    // A server that does not answer has a clock that is not known.
    guard let response = try? await http.send(request),
      let date = response.headers["Date"].flatMap({ Timestamp(httpDate: $0) })
    else { return offset }
    let way = clock.now - asked
    // The field tells whole seconds, cut off.
    let ahead = (date - asked).seconds + 0.5 - way.seconds / 2
    offset.aheadSeconds = (ahead * 1_000).rounded() / 1_000
    offset.uncertaintySeconds = ((0.5 + way.seconds / 2) * 1_000).rounded() / 1_000
    return offset
  }
}
