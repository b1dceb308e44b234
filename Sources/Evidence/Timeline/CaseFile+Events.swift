import Logs
import Triage
import Vocabulary

extension CaseFile {
  /// What logs, notes and servers' logs tell, line by line as they stand.
  ///
  /// A line without a time stands between the lines around it that have one.
  var events: [TimelineEvent] {
    var found: [(mention: Mention, event: TimelineEvent)] = []
    func add(_ mention: Mention?, _ kind: String, _ text: String, instance: String? = nil, session: SessionID? = nil) {
      guard let mention else { return }
      let log = logs.indices.contains(mention.log) ? logs[mention.log].name : "log"
      var event = TimelineEvent(
        kind, at: mention.at, source: "log", locator: "\(log):\(mention.line)",
        "\(text)\(mention.excerpt.prefixed(": "))".harmless)
      event.instance = instance.map { InstanceID($0) }
      event.session = session
      found.append((mention, event))
    }
    for worker in workers {
      for (event, mentions) in worker.events.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where !event.isOfAJob {
        add(mentions.first, "worker-\(event.rawValue)", worker.origin, instance: worker.origin)
        if mentions.count > 1 {
          add(
            mentions.last, "worker-\(event.rawValue)", "\(worker.origin), the last of \(mentions.count)",
            instance: worker.origin)
        }
      }
      for job in worker.jobs {
        add(job.offered, job.isLate ? "job-offered-late" : "job-offered", "", instance: worker.origin, session: job.id)
        add(job.ended, "job-ended", "", instance: worker.origin, session: job.id)
      }
    }
    for server in webServers {
      add(server.started, "server-started", server.origin, instance: server.origin)
      add(server.stopping, "server-stopping", server.origin, instance: server.origin)
      add(server.cut?.first, "websockets-cut", "\(server.origin), \(server.cut?.count ?? 1)", instance: server.origin)
      add(server.finished, "server-finished", server.origin, instance: server.origin)
    }
    for (id, worker) in (liveKit?.workers ?? [:]).sorted(by: { $0.key < $1.key }) {
      add(worker.registered, "livekit-worker-registered", id, instance: id)
      add(worker.full, "livekit-worker-full", id, instance: id)
      add(worker.unanswered?.first, "livekit-worker-unanswered", id, instance: id)
      add(worker.closed, "livekit-worker-closed", id, instance: id)
    }
    for (id, job) in (liveKit?.jobs ?? [:]).sorted(by: { $0.key < $1.key }) {
      add(job.assigned, "livekit-job-assigned", id, instance: job.worker, session: SessionID(id))
      add(job.ended, "livekit-job-ended", id, instance: job.worker, session: SessionID(id))
    }
    for (id, room) in (liveKit?.rooms ?? [:]).sorted(by: { $0.key < $1.key }) where room.unserved != nil {
      add(room.unserved, "livekit-room-unserved", "\(room.name) (\(id))")
    }
    for note in notes { add(note.mention, "note-\(note.kind.rawValue)", "") }
    for restart in liveKit?.restarts ?? [] { add(restart, "livekit-server-restarted", "") }
    for failure in loose { add(failure.mentions.first, "traceback", failure.cause) }
    return Self.bounded(found)
  }

  /// Gives what has no time the times around it in its own log.
  private static func bounded(_ found: [(mention: Mention, event: TimelineEvent)]) -> [TimelineEvent] {
    var events = found.map(\.event)
    let order = found.indices.sorted {
      (found[$0].mention.log, found[$0].mention.line, $0) < (found[$1].mention.log, found[$1].mention.line, $1)
    }
    func sweep(_ places: [Int], _ bound: WritableKeyPath<TimelineEvent, Timestamp?>) {
      var last: (log: Int, at: Timestamp)?
      for place in places {
        let mention = found[place].mention
        if let at = mention.at {
          last = (mention.log, at)
        } else if let last, last.log == mention.log {
          events[place][keyPath: bound] = last.at
        }
      }
    }
    sweep(order, \.notBefore)
    sweep(order.reversed(), \.notAfter)
    return order.map { events[$0] }
  }
}

extension WorkerEvent {
  /// Whether it is told of one job, among whose own events it stands.
  fileprivate var isOfAJob: Bool {
    [.jobOffered, .jobAssigned, .jobEnded, .jobCrashed].contains(self)
  }
}
