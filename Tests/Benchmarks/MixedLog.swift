import Machine

/// A log such as an on-call engineer is handed: Python workers' JSON, Node workers' pino, a LiveKit server's JSON, uvicorn's text,
/// tracebacks and noise mixed, mostly of what does not matter; one line in 80 is about a worker or a job.
enum MixedLog {
  /// Whose identifiers the lines have.
  enum Identifiers {
    /// Every line another's.
    case lines
    /// Those of 64 calls at a time, each of which some 60 lines name.
    case calls
  }

  /// Writes one, whole lines of it, to a new file.
  static func write(
    to path: String, megabytes: Int, of identifiers: Identifiers = .lines, seed: UInt64 = 7
  ) throws {
    let file = try AppendFile(path)
    var random = Numbers(state: seed)
    var written = 0
    var second = 0
    while written < megabytes << 20 {
      var text = ""
      while text.utf8.count < 1 << 20 {
        second += 1
        text += line(&random, second, identifiers)
        text += "\n"
      }
      let bytes = Array(text.utf8)
      try file.append(bytes)
      written += bytes.count
    }
  }

  private static func line(_ random: inout Numbers, _ count: Int, _ identifiers: Identifiers) -> String {
    let number =
      switch identifiers {
      case .lines: random.next()
      case .calls: (UInt64(count / 60) + random.next() % 64) &* 2_654_435_761
      }
    let id = String(number % 1_000_000_007, radix: 36)
    let time = "2026-11-21T\(two(count / 3_600 % 24)):\(two(count / 60 % 60)):\(two(count % 60)).\(100 + count % 900)"
    switch random.next() % 400 {
    case 0:
      return
        #"{"message": "received job request", "level": "INFO", "name": "livekit.agents", "job_id": "AJ_\#(id)", "room": "call-\#(id)", "agent_name": "concierge", "resuming": false, "pid": \#(count % 32_768), "timestamp": "\#(time)+00:00"}"#
    case 1:
      return
        #"{"message": "process initialized", "level": "INFO", "name": "livekit.agents", "pid": \#(count % 32_768), "elapsed_time": 0.84, "timestamp": "\#(time)+00:00"}"#
    case 2: return "Traceback (most recent call last):\n  File \"/app/agent.py\", line \(count % 900), in entrypoint"
    case 3:
      return
        #"{"message": "process exiting", "level": "INFO", "name": "livekit.agents", "reason": "", "job_id": "AJ_\#(id)", "room_id": "RM_\#(id)", "pid": \#(count % 32_768), "timestamp": "\#(time)+00:00"}"#
    case 4:
      return
        #"{"level":30,"time":\#(1_795_000_000_000 + count),"pid":\#(count % 32_768),"hostname":"node-\#(count % 5)","jobId":"AJ_\#(id)","msg":"received job request"}"#
    case 5..<40:
      return
        #"{"level":20,"time":\#(1_795_000_000_000 + count),"pid":\#(count % 32_768),"hostname":"node-\#(count % 5)","speechId":"speech_\#(id)","msg":"playout completed without interruption"}"#
    case 40..<120:
      return
        #"{"level":"info","ts":"\#(time)Z","logger":"livekit","caller":"rtc/transport.go:612","msg":"ice candidate pair selected","room":"call-\#(id)","roomID":"RM_\#(id)","participant":"caller-\#(id)","pID":"PA_\#(id)","remote":false,"transport":"SUBSCRIBER","nodeID":"ND_a1b2c3","pair":"udp4 prflx 10.0.0.7:50123 related :0"}"#
    case 120..<220:
      return
        "INFO:     10.0.\(count % 250).7:\(40_000 + count % 20_000) - \"GET /sessions/\(id)/events?since=\(count) HTTP/1.1\" 200 OK"
    case 220..<250: return "\(time.replacing("T", with: " ")) - DEBUG asyncio - Using selector: EpollSelector"
    default:
      return
        #"{"message": "llm metrics", "level": "DEBUG", "name": "livekit.agents", "room": "call-\#(id)", "job_id": "AJ_\#(id)", "ttft": 0.\#(count % 1_000), "prompt_tokens": \#(count % 4_000), "completion_tokens": \#(count % 300), "duration": 1.\#(count % 97), "speech_id": "speech_\#(id)", "pid": \#(count % 32_768), "timestamp": "\#(time)+00:00"}"#
    }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private struct Numbers {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
  }
}
