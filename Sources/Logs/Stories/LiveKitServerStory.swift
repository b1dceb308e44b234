import Vocabulary

/// What the logs of LiveKit servers tell of workers, jobs and rooms, with the lines that say so.
///
/// Knows livekit-server 1.13.5. Nodes of one cluster make one story. At the level `info` a server does not say which workers
/// reported themselves full and how their connections closed; at `debug` it does. Memory is bounded: of more workers, jobs
/// or rooms than are kept the rest is left out and counted.
package struct LiveKitServerStory: Hashable, Codable, Sendable {
  /// Every registration of a worker, by id.
  package private(set) var workers: [String: Worker] = [:]
  /// Every job that was given to a worker, by id.
  package private(set) var jobs: [String: Job] = [:]
  /// Every room that somebody joined, by sid.
  package private(set) var rooms: [String: Room] = [:]
  /// Starts of a server that stand behind other lines: it was restarted.
  package private(set) var restarts: [Mention] = []
  /// The first and the last line that said something.
  package private(set) var lines: Mentions?
  /// Workers, jobs and rooms that were not kept.
  package private(set) var omitted = 0

  /// One registration.
  package struct Worker: Hashable, Codable, Sendable {
    package var agentName: String?
    package var deployment: String?
    package var sdkVersion: String?
    package var registered: Mention?
    /// Since when it has reported WS_FULL; one at its load limit goes back.
    package var full: Mention?
    package var closed: Mention?
    /// How its connection closed, in the server's words; harmless.
    package var closing: String?
    /// Jobs that it was given and did not answer.
    package var unanswered: Mentions?

    /// Whether it closed its connection itself, in good order.
    package var hasLeft: Bool { closing.map { $0.contains("close 1000") || $0.contains("close 1005") } ?? false }
  }

  /// One job.
  package struct Job: Hashable, Codable, Sendable {
    package var worker: String?
    package var room: String?
    package var roomID: String?
    package var assigned: Mention?
    package var ended: Mention?
    package var status: String?
    package var error: String?

    /// Whether its process died: any other failure says nothing of how the job ended.
    package var hasDied: Bool { status == "JS_FAILED" && error == "" }
  }

  /// One room.
  package struct Room: Hashable, Codable, Sendable {
    package var name: String
    /// Who joined, by identity.
    package var stays: [String: Stay] = [:]
    /// No worker was there for the agent that it asked for.
    package var unserved: Mention?
    package var closed: Mention?

    /// Whether a person ever came.
    package var hadPeople: Bool { stays.contains { !$0.value.isAgent } }
    /// Whether an agent ever came.
    package var hadAgent: Bool { stays.contains { $0.value.isAgent } }
  }

  /// One participant in a room.
  package struct Stay: Hashable, Codable, Sendable {
    package var isAgent: Bool
    package var joined: Mention?
    package var left: Mention?
    package var reason: String?
  }

  static let limit = 8_192

  /// The messages that are looked at; one stands in every line that matters.
  package static let messages: Set<String> = [
    "worker registered", "worker status changed", "worker closed WS connection", "closing worker",
    "last worker deregistered", "assigned job to worker", "failed to assign job to worker", "job ended",
    "starting RTC session", "participant closing", "closing room", "starting LiveKit server",
    "not dispatching agent job since no worker is available",
  ]

  /// No lines yet.
  package init() {}

  /// Takes in a line of a server's log; times are compared, so lines may come in any order.
  package mutating func take(_ line: LogLine, _ mention: Mention) {
    guard line.form == .server, LiveKitServerStory.messages.contains(line.message) else { return }
    if lines?.add(mention) == nil { lines = Mentions(mention) }
    agents(line, mention)
    participants(line, mention)
  }

  private mutating func agents(_ line: LogLine, _ mention: Mention) {
    switch line.message {
    case "worker registered": worker(line) { $0.registered = $0.registered ?? mention }
    case "worker status changed":
      let isFull = line.text("status") == "WS_FULL"
      worker(line) { $0.full = isFull ? $0.full ?? mention : nil }
    case "worker closed WS connection": worker(line) { $0.closing = line.text("wsError")?.harmless }
    case "closing worker", "last worker deregistered": worker(line) { $0.closed = $0.closed ?? mention }
    case "assigned job to worker":
      worker(line)
      job(line) { $0.assigned = $0.assigned ?? mention }
    case "failed to assign job to worker":
      worker(line) { if $0.unanswered?.add(mention) == nil { $0.unanswered = Mentions(mention) } }
    case "not dispatching agent job since no worker is available":
      // Said of every room for each of the kinds of jobs that nobody serves; a call waits for this one alone.
      if line.text("jobType") == "JT_ROOM" { room(line) { $0.unserved = $0.unserved ?? mention } }
    case "job ended":
      worker(line)
      job(line) {
        ($0.ended, $0.status, $0.error) = ($0.ended ?? mention, line.text("status"), line.text("error")?.harmless)
      }
    default: break
    }
  }

  private mutating func participants(_ line: LogLine, _ mention: Mention) {
    switch line.message {
    case "starting RTC session": stay(line) { $0.joined = $0.joined ?? mention }
    case "participant closing":
      stay(line) { stay in
        (stay.left, stay.reason) = (mention, line.text("reason")?.harmless)
        if line.text("kind") == "AGENT" { stay.isAgent = true }
      }
    case "closing room": room(line) { $0.closed = $0.closed ?? mention }
    case "starting LiveKit server": if let lines, lines.count > 1, restarts.count < 64 { restarts.append(mention) }
    default: break
    }
  }

  private mutating func worker(_ line: LogLine, _ change: (inout Worker) -> Void = { _ in }) {
    guard let id = line.text("workerID"), !id.isEmpty, hasPlace(workers.count, workers[id] != nil) else { return }
    var worker = workers[id] ?? Worker()
    worker.agentName = line.text("agentName")?.harmless ?? worker.agentName
    worker.deployment = line.text("deployment")?.harmless ?? worker.deployment
    worker.sdkVersion = line.text("version")?.harmless ?? worker.sdkVersion
    change(&worker)
    workers[id] = worker
  }

  private mutating func job(_ line: LogLine, _ change: (inout Job) -> Void) {
    guard let id = line.text("jobID"), !id.isEmpty, hasPlace(jobs.count, jobs[id] != nil) else { return }
    var job = jobs[id] ?? Job()
    job.worker = line.text("workerID") ?? job.worker
    job.room = line.text("room")?.harmless ?? job.room
    job.roomID = line.text("roomID") ?? job.roomID
    change(&job)
    jobs[id] = job
  }

  private mutating func room(_ line: LogLine, _ change: (inout Room) -> Void) {
    guard let id = line.text("roomID"), !id.isEmpty, let name = line.text("room"),
      hasPlace(rooms.count, rooms[id] != nil)
    else { return }
    change(&rooms[id, default: Room(name: name.harmless)])
  }

  private mutating func stay(_ line: LogLine, _ change: (inout Stay) -> Void) {
    guard let identity = line.text("participant"), !identity.isEmpty else { return }
    room(line) { room in
      guard room.stays[identity] != nil || room.stays.count < 256 else { return }
      change(&room.stays[identity, default: Stay(isAgent: identity.hasPrefix("agent-AJ_"))])
    }
  }

  private mutating func hasPlace(_ count: Int, _ isKnown: Bool) -> Bool {
    if !isKnown, count >= LiveKitServerStory.limit {
      omitted += 1
      return false
    }
    return true
  }
}
