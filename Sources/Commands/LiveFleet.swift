import Configuration
import Cutover
import Evidence
import LiveKit
import Machine
import SessionSources
import Triage
import Vocabulary

/// A target as it is at this moment: each question is asked once, whoever needs the answer.
struct LiveFleet: Sendable {
  /// Who brings what the platform, the sources, the instances' logs and triage say.
  let collectors: [any Collector]
  /// What triage looks at.
  let file: Once<CaseFile>
  /// When it is looked at.
  let now: Timestamp

  /// Makes the questions; nothing is asked yet.
  init(_ fleet: CheckTarget, _ environment: TargetEnvironment, in context: Context) {
    let readings = Dictionary(
      environment.allSources.map { source in
        (source.traits.id, Once { await source.reading(within: SourceCollector.limit) })
      }
    ) { first, _ in first }
    var gathering = TargetGathering(fleet, environment, in: context)
    gathering.look = { source in
      if let reading = try? await readings[source.traits.id]?.answer { return reading }
      return await source.reading(within: SourceCollector.limit)
    }
    let look = gathering
    file = Once { try await look.gather() }
    var collectors: [any Collector] = []
    if let platform = environment.platform {
      collectors += [PlatformCollector(platform), InstanceLogCollector(platform)] as [any Collector]
    }
    for source in environment.allSources {
      if let reading = readings[source.traits.id] { collectors.append(SourceCollector(source.traits, reading)) }
    }
    collectors.append(
      ClockCollector(environment.servers(in: context), http: environment.http, clock: context.wallClock))
    collectors.append(CaseCollector(file))
    self.collectors = collectors
    now = context.wallClock.now
  }
}

extension TargetEnvironment {
  /// The servers whose clocks can be asked for, by the sources that they are behind.
  fileprivate func servers(in context: Context) -> [(name: String, url: String)] {
    configuration.sources.flatMap { source -> [(name: String, url: String)] in
      switch source {
      case .workerHTTP(let instances): instances.map { ("\(source.kind) \($0.name)", $0.url) }
      case .dispatchServer(let url, _, _): [(source.kind, url)]
      case .liveKitRooms(let rooms):
        // Without credentials the source says itself why it has no answer.
        (try? rooms.credentials(in: context)).map { [(source.kind, $0.server.url)] } ?? []
      case .liveKitServerLog: []
      }
    }
  }
}
