import Vocabulary

/// Lines as livekit-agents 1.8.9 logs them in production.
extension Fleet {
  mutating func log(_ worker: String, _ message: String, _ fields: [(String, Value)] = [], level: String = "INFO") {
    guard let version = workers[worker]?.version else { return }
    var text = "{\"message\": \(Message.quoted(message)), \"level\": \"\(level)\", \"name\": \"livekit.agents\""
    for (key, value) in fields {
      switch value {
      case .text(let value): text += ", \"\(key)\": \(Message.quoted(value))"
      case .number(let value): text += ", \"\(key)\": \(value)"
      case .flag(let value): text += ", \"\(key)\": \(value)"
      case .bytes, .moment, .texts, .message, .list: break
      }
    }
    text += ", \"pid\": 1, \"timestamp\": \"\(now.description.dropLast())000+00:00\"}"
    let newest = versions.last { $0.isCurrent }?.name
    lines.append(LogLine(version: version, isNewest: version == newest || newest == nil, text: text))
  }

  /// A line about a job, with the fields that the SDK adds to it.
  mutating func logJob(
    _ worker: String, _ job: String, _ message: String, _ fields: [(String, Value)] = [], level: String = "INFO"
  ) {
    let room = homes[job].flatMap { self.room($0) }
    let place: [(String, Value)] = [
      ("job_id", .text(job)), ("room", .text(room?.name ?? "")), ("room_id", .text(room?.sid ?? "")),
      ("agent_name", .text(scenario.agentName)),
    ]
    log(worker, message, fields + place, level: level)
  }

  /// The lines that `/logs` carries, from one on, with the number of the next.
  func logLines(from first: Int) -> (lines: [String], next: Int) {
    let reach = scenario.logs
    return (lines.dropFirst(first).filter { reach == .all || $0.isNewest }.map(\.text), lines.count)
  }
}
