import Logs
package import Vocabulary

/// One moment that mattered, of whichever log.
package struct TimelineEntry: Hashable, Codable, Sendable {
  /// When, by the LiveKit server's clock where it and a worker's disagree.
  package let at: Timestamp
  /// Whose moment it is.
  package let who: String
  /// Where it is written.
  package let locator: String
  /// What the line says.
  package let excerpt: String
}

extension CaseFile {
  /// Starts, drains, ends and what went wrong, of all logs in one order; at most 200, the first of each kind.
  ///
  /// Lines without a time that has a zone are not in it.
  var timeline: [TimelineEntry] {
    let names = logs.map(\.name)
    var entries: [TimelineEntry] = []
    func add(_ who: String, _ mentions: [Mention?]) {
      for case let mention? in mentions {
        guard let at = mention.at else { continue }
        entries.append(
          TimelineEntry(
            at: at, who: who, locator: Evidence(mention, names).locator ?? "", excerpt: mention.excerpt))
      }
    }
    let kinds: [WorkerEvent] = [
      .starting, .failed, .reconnecting, .initializationFailed, .full, .unresponsive, .memoryKilled, .poolDraining,
      .stopSignalSwallowed, .drainTimedOut, .shuttingDown, .forced, .shutdownUnacknowledged, .shutdownLate,
    ]
    for story in workers {
      let view = WorkerView(story: story, logs: names)
      add(view.name, kinds.map { story.events[$0]?.first } + story.registrations.prefix(4).map(\.mention))
      add(view.name, [story.drain.begun, story.drain.withoutSignal])
      add(
        view.name, story.jobs.filter { $0.isLate || $0.exception != nil || $0.exitCode != nil }.prefix(5).map(\.ended))
    }
    for server in webServers { add("server", [server.started, server.stopping, server.cancelled, server.finished]) }
    for (id, worker) in liveKit?.workers ?? [:] {
      add("LiveKit server, of \(id.harmless)", [worker.full, worker.unanswered?.first, worker.closed])
    }
    add("LiveKit server", liveKit?.restarts.map { $0 } ?? [])
    add("note", notes.filter { $0.kind == .signalled || $0.kind == .ended }.prefix(20).map(\.mention))
    return Array(entries.sorted { ($0.at, $0.locator) < ($1.at, $1.locator) }.prefix(200))
  }
}
