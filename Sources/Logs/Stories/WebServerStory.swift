/// What the log of a uvicorn server tells of it, also of Google's ADK, which runs in one.
///
/// uvicorn writes no times and, with its usual WebSocket library, no line when a WebSocket ends: how many were open is known
/// only where it does, or where the program counts them itself.
package struct WebServerStory: Hashable, Codable, Sendable {
  /// The log, or the container in it.
  package let origin: String
  /// The process that serves.
  package var pid: Int32?
  /// Whether a Google ADK wrote into the same log.
  package var isADK = false
  /// It began to serve.
  package var started: Mention?
  /// Its program was told that it starts, so that it is told too when it stops.
  package var announcedStart: Mention?
  /// The start failed.
  package var failed: Mention?
  /// WebSockets that were accepted, with those that said that they were open.
  package var opened: Mentions?
  /// WebSockets that ended before the stop.
  package var closedBefore: Mentions?
  /// What a program's own count of its connections said last before the stop.
  package var ownCount: Int?
  /// It took the request to stop.
  package var stopping: Mention?
  /// WebSockets that were cut after the stop began: closings, and code that wrote to a connection that was gone.
  package var cut: Mentions?
  /// It waits for connections, and for tasks.
  package var waitsForConnections: Mention?
  package var waitsForTasks: Mention?
  /// Tasks that were cancelled when the time for them was over.
  package var cancelled: Mention?
  /// Its program was told that it stops.
  package var announcedStop: Mention?
  /// It said that it has ended.
  package var finished: Mention?

  /// A server of which nothing was read.
  package init(origin: String) { self.origin = origin }

  /// How many WebSockets may have been open when the stop began; nil: the log has no way to tell.
  package var openAtStop: Int? {
    if let ownCount { return ownCount }
    guard let opened else { return 0 }
    return closedBefore.map { max(0, opened.count - $0.count) } ?? (cut == nil ? nil : opened.count)
  }
}

/// Tells servers apart that write into the same logs.
package struct WebServerStories: Sendable {
  /// The servers in the order in which they were first heard of.
  package private(set) var stories: [WebServerStory] = []
  private var latest: [String: Int] = [:]

  static let limit = 1_024

  /// Texts of which every line that matters holds one.
  package static let literals = [
    "Started server process", "Started parent process", "Uvicorn running on", "Application startup", "\" [accepted]",
    "connection closed", "Shutting down", "Received SIGTERM, exiting", "Waiting for ", "Application shutdown complete",
    "Finished server process", "timeout graceful shutdown exceeded", "Client disconnected during live session",
    "Exception in ASGI application", "error while attempting to bind", "connection(s)",
  ]

  /// No servers yet.
  package init() {}

  /// Takes in a line; what is no server's is passed over.
  package mutating func take(_ line: LogLine, in stream: String, _ mention: Mention) {
    switch line.form {
    case .uvicorn: uvicorn(line, stream, mention)
    case .adk:
      guard let index = latest[stream] else { return }
      stories[index].isADK = true
      if line.message.hasPrefix("Client disconnected during live session"), stories[index].stopping != nil {
        Self.add(&stories[index].cut, mention)
      }
    case .text:
      guard let index = latest[stream], stories[index].stopping == nil, let count = Self.ownCount(line.message) else {
        return
      }
      stories[index].ownCount = count
    case .json, .pino, .coloured, .server: break
    }
  }

  private mutating func uvicorn(_ line: LogLine, _ stream: String, _ mention: Mention) {
    let message = line.message
    func says(_ words: String) -> Bool { message.hasPrefix(words) }
    if says("Started server process") || says("Started parent process") || says("Uvicorn running on") {
      begin(stream, mention, pid: says("Started server process") ? Self.pid(message) : nil)
    } else if says("Waiting for application startup") {
      first(\.announcedStart, stream, mention)
    } else if says("Application startup failed") || message.contains("error while attempting to bind") {
      first(\.failed, stream, mention)
    } else if message.hasSuffix("\" [accepted]") {
      add(\.opened, stream, mention)
    } else if says("connection closed") {
      add(isStopping(stream) ? \.cut : \.closedBefore, stream, mention)
    } else if says("Exception in ASGI application") {
      let exception = line.text("exc_info") ?? ""
      guard isStopping(stream), exception.contains("ClientDisconnected") || exception.contains("1012") else { return }
      add(\.cut, stream, mention)
    } else if says("Shutting down") || says("Received SIGTERM, exiting") {
      first(\.stopping, stream, mention)
    } else if says("Waiting for connections to close") {
      first(\.waitsForConnections, stream, mention)
    } else if says("Waiting for background tasks") {
      first(\.waitsForTasks, stream, mention)
    } else if message.contains("timeout graceful shutdown exceeded") {
      first(\.cancelled, stream, mention)
    } else if says("Waiting for application shutdown") {
      first(\.announcedStop, stream, mention)
    } else if says("Finished server process") || says("Stopping parent process") {
      first(\.finished, stream, mention)
    }
  }

  private func isStopping(_ stream: String) -> Bool { latest[stream].map { stories[$0].stopping != nil } ?? false }

  private mutating func first(
    _ place: WritableKeyPath<WebServerStory, Mention?>, _ stream: String, _ mention: Mention
  ) {
    guard let index = story(stream), stories[index][keyPath: place] == nil else { return }
    stories[index][keyPath: place] = mention
  }

  private mutating func add(
    _ place: WritableKeyPath<WebServerStory, Mentions?>, _ stream: String, _ mention: Mention
  ) {
    guard let index = story(stream) else { return }
    Self.add(&stories[index][keyPath: place], mention)
  }

  /// A server that starts where none is, or where one has ended; several processes of one parent are one server.
  private mutating func begin(_ stream: String, _ mention: Mention, pid: Int32?) {
    if latest[stream].map({ stories[$0].finished != nil }) == true { latest[stream] = nil }
    first(\.started, stream, mention)
    if let pid, let index = latest[stream], stories[index].pid == nil { stories[index].pid = pid }
  }

  /// The stream's server; nil when there are too many.
  private mutating func story(_ stream: String) -> Int? {
    if let index = latest[stream] { return index }
    guard stories.count < Self.limit else { return nil }
    stories.append(WebServerStory(origin: stream))
    latest[stream] = stories.count - 1
    return stories.count - 1
  }

  private static func add(_ mentions: inout Mentions?, _ mention: Mention) {
    if mentions?.add(mention) == nil { mentions = Mentions(mention) }
  }

  /// `… process [4625]`.
  private static func pid(_ message: String) -> Int32? {
    guard let open = message.lastIndex(of: "["), message.last == "]" else { return nil }
    return Int32(message[message.index(after: open)...].dropLast())
  }

  /// `0 connection(s) left`, `2 connection(s) active`: what programs that drain by themselves write.
  private static func ownCount(_ text: String) -> Int? {
    let words = text.split(separator: " ")
    guard let place = words.firstIndex(where: { $0.hasPrefix("connection(s)") || $0 == "connections" }), place > 0,
      place + 1 < words.count, ["left", "active", "open", "remaining"].contains(String(words[place + 1]))
    else { return nil }
    return Int(words[place - 1])
  }
}
