import Configuration
import Cutover
import Evidence
import LiveKit
import Machine
import Platforms
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
  init(
    _ fleet: CheckTarget, _ environment: TargetEnvironment, within window: TimeWindow?, in context: Context
  ) {
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
    file = Once {
      let file = try await look.gather()
      guard let platform = environment.platform, let logs = try? await platform.logs() else { return file }
      return file.naming(logs, home: environment.home)
    }
    var collectors: [any Collector] = []
    if let platform = environment.platform {
      collectors += [PlatformCollector(platform), InstanceLogCollector(platform, within: window)] as [any Collector]
    }
    for source in environment.allSources {
      if let reading = readings[source.traits.id] { collectors.append(SourceCollector(source.traits, reading)) }
    }
    collectors.append(
      ClockCollector(http: environment.http, clock: context.wallClock) { try await environment.servers(in: context) })
    collectors.append(CaseCollector(file))
    self.collectors = collectors
    now = context.wallClock.now
  }
}

extension CaseFile {
  /// The same with its logs called as in the bundle, so that what evidence names is there.
  fileprivate func naming(_ logs: [InstanceLog], home: String) -> CaseFile {
    let names = Dictionary(
      logs.compactMap { log -> (String, String)? in
        guard case .file(let path) = log.origin else { return nil }
        return (path, InstanceLogCollector.path(log))
      }
    ) { first, _ in first }
    var file = self
    file.logs = file.logs.map { log in
      LogFile(
        name: names["\(home)/\(log.name)"] ?? names[log.name] ?? log.name, bytes: log.bytes, lines: log.lines,
        hits: log.hits, cutLines: log.cutLines, failure: log.failure)
    }
    return file
  }
}

extension TargetEnvironment {
  /// The servers whose clocks can be asked for, by the sources that they are behind.
  fileprivate func servers(in context: Context) async throws -> [(name: String, url: String)] {
    var servers: [(name: String, url: String)] = []
    for source in configuration.sources {
      switch source {
      case .workerHTTP(let instances):
        servers += instances.map { ("\(source.kind) \($0.name)", $0.url) }
        if instances.isEmpty, let local = platform as? LocalProcesses {
          servers += try await local.workerEndpoints().map { ("\(source.kind) \($0.name)", $0.url) }
        }
      case .dispatchServer(let url, _, _): servers.append((source.kind, url))
      case .liveKitRooms(let rooms):
        // Without credentials the source says itself why it has no answer.
        if let credentials = try? rooms.credentials(in: context) {
          servers.append((source.kind, credentials.server.url))
        }
      case .liveKitServerLog: break
      }
    }
    return servers
  }
}
