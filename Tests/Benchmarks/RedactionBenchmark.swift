import Machine
import Redaction
import Vocabulary

/// Redacting a log in which about three of ten lines hold something to hide, by one task and by two, against copying it.
///
/// SLUICE_BENCH_MB is the log's size in megabytes, 200 without it. Each figure is the best of three; nothing is written.
func redactionBenchmark() async throws {
  let size = ProcessEnvironment.current["SLUICE_BENCH_MB"].flatMap { Int($0) } ?? 200
  let log = WorkerLogText.make(bytes: size << 20)
  let megabytes = Double(log.count) / 1e6
  var redactor = try Redactor()
  for tasks in [1, 2] {
    let taken = try await best { try await redact([ArraySlice<UInt8>](repeating: log[...], count: tasks), redactor) }
    let rate = Int(megabytes * Double(tasks) / taken.seconds)
    print("\(tasks) at a time: \(rate) MB/s, \(taken.hidden / tasks) places hidden in \(Int(megabytes)) MB")
  }
  var learner = redactor.learner("log")
  var none: [UInt8] = []
  let clock = ContinuousClock()
  let began = clock.now
  try learner.redact(log, into: &none)
  try learner.finish(into: &none)
  print("learning: \(Int(megabytes / (clock.now - began).seconds)) MB/s, \(learner.names.count) names")
  redactor.add(learner.names)
  let taken = try await best { try await redact([log[...]], redactor) }
  print("with the names: \(Int(megabytes / taken.seconds)) MB/s, \(taken.hidden) places hidden")
}

private func best(_ body: () async throws -> Int) async throws -> (seconds: Double, hidden: Int) {
  var best = (seconds: Double.infinity, hidden: 0)
  for _ in 0..<3 {
    let clock = ContinuousClock()
    let began = clock.now
    let hidden = try await body()
    best = min((seconds: (clock.now - began).seconds, hidden: hidden), best, by: { $0.seconds < $1.seconds })
  }
  return best
}

private func min<Value>(_ left: Value, _ right: Value, by isLess: (Value, Value) -> Bool) -> Value {
  isLess(left, right) ? left : right
}

/// Redacts each text by a task of its own; the sum of what was hidden.
private func redact(_ texts: [ArraySlice<UInt8>], _ redactor: Redactor) async throws -> Int {
  try await withThrowingTaskGroup(of: Int.self) { group in
    for text in texts {
      group.addTask {
        var stream = redactor.stream("log")
        var output: [UInt8] = []
        var place = text.startIndex
        while place < text.endIndex {
          let end = Swift.min(place + (1 << 20), text.endIndex)
          try stream.redact(text[place..<end], into: &output)
          output.removeAll(keepingCapacity: true)
          place = end
        }
        try stream.finish(into: &output)
        return stream.counts.total
      }
    }
    return try await group.reduce(0, +)
  }
}

/// A worker's log in JSON: three of ten lines name a room, one of a hundred holds a token.
private enum WorkerLogText {
  static func make(bytes: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes + 1_024)
    var line = 0
    while text.count < bytes {
      let job = "AJ_\(4_000_000 + line / 40)abcde"
      let tail =
        #""pid": \#(18_000 + line % 64), "code.file.path": "/app/.venv/lib/python3.12/site-packages/livekit/agents/worker.py", "code.function.name": "_run", "code.line.number": \#(line % 900), "timestamp": "2026-11-21T00:\#(10 + line % 50):44.5267\#(10 + line % 90)+00:00"}"#
      switch line % 100 {
      case 7:
        text += Array(
          #"{"message": "invalid token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJrZXkiLCJleHAiOjE3OTUyNDE2Mjd9.ToXjff-1oFZOZ9L49vQEuDxwTZMdPJPXV0_xeqzWKIE", "level": "WARNING", "name": "livekit", "#
            .utf8)
      case 0..<30:
        text += Array(
          #"{"message": "received job request", "level": "INFO", "name": "livekit.agents", "job_id": "\#(job)", "room": "kitchen-call-\#(line / 40)", "room_id": "RM_\#(line / 40)xyzuvw", "agent_name": "concierge", "#
            .utf8)
      default:
        text += Array(
          #"{"message": "process memory usage is within its limits", "level": "DEBUG", "name": "livekit.agents", "job_id": "\#(job)", "memory_usage_mb": \#(200 + line % 77).25, "#
            .utf8)
      }
      text += Array(tail.utf8)
      text.append(0x0A)
      line += 1
    }
    return text
  }
}
