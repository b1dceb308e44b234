package import Documents
package import Vocabulary

/// A frame that the server sends to a worker: one of six messages, or one that is not known here (`content` nil).
package struct ServerMessage: WireMessage {
  /// What it says; nil when the frame holds none of the known messages.
  package var content: Content?

  package init() {}

  /// A frame that says one thing.
  package init(_ content: Content) { self.content = content }

  /// The six messages of a server.
  package enum Content: Hashable, Sendable {
    case register(RegisterWorkerResponse)
    case availability(AvailabilityRequest)
    case assignment(JobAssignment)
    case pong(WorkerPong)
    case termination(JobTermination)
    case goAway(GoAway)
  }

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.oneOf(
      [
        WireCase(1, Content.register) { if case .register(let message) = $0 { message } else { nil } },
        WireCase(2, Content.availability) { if case .availability(let message) = $0 { message } else { nil } },
        WireCase(3, Content.assignment) { if case .assignment(let message) = $0 { message } else { nil } },
        WireCase(4, Content.pong) { if case .pong(let message) = $0 { message } else { nil } },
        WireCase(5, Content.termination) { if case .termination(let message) = $0 { message } else { nil } },
        WireCase(6, Content.goAway) { if case .goAway(let message) = $0 { message } else { nil } },
      ], &content)
  }
}

/// The server's answer to `register`; a worker errors on any other first message.
package struct RegisterWorkerResponse: WireMessage {
  /// `AW_…` self-hosted, `CAW_…` on LiveKit Cloud.
  package var workerID = ""
  package var serverInfo: ServerInfo?
  package var endpointSettings: AgentEndpointSettings?

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &workerID)
    try visit.message(3, &serverInfo)
    try visit.message(4, &endpointSettings)
  }
}

/// How a server wants endpoints served.
package struct AgentEndpointSettings: WireMessage {
  package var protocolVersion: UInt32 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.uint32(1, &protocolVersion)
  }
}

/// A job offered to a worker.
package struct AvailabilityRequest: WireMessage {
  package var job: Job?
  package var isResuming = false

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.message(1, &job)
    try visit.boolean(2, &isResuming)
  }
}

/// A job given to a worker; must follow its acceptance within 7.5 s.
package struct JobAssignment: WireMessage {
  package var job: Job?
  /// Where the agent joins the room; nil is the server's own address.
  package var url: String?
  /// What the agent joins the room with.
  package var token = Secret("")

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.message(1, &job)
    try visit.optionalString(2, &url)
    try visit.secret(3, &token)
  }
}

/// The server's answer to a worker's own ping.
package struct WorkerPong: WireMessage {
  /// What the ping said.
  package var lastTimestamp: Int64 = 0
  /// Milliseconds since the epoch.
  package var timestamp: Int64 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.int64(1, &lastTimestamp)
    try visit.int64(2, &timestamp)
  }
}

/// The end of a job: its room was closed, or its participant left.
package struct JobTermination: WireMessage {
  package var jobID = ""

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &jobID)
  }
}

/// The server is about to leave; workers connect elsewhere.
package struct GoAway: WireMessage {
  package var reason = ""

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &reason)
  }
}
