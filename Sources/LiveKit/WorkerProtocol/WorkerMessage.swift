package import Documents

/// A frame that a worker sends: one of seven messages, or one that is not known here (`content` nil).
package struct WorkerMessage: WireMessage {
  /// What it says; nil when the frame holds none of the known messages.
  package var content: Content?

  package init() {}

  /// A frame that says one thing.
  package init(_ content: Content) { self.content = content }

  /// The seven messages of a worker.
  package enum Content: Hashable, Sendable {
    case register(RegisterWorkerRequest)
    case availability(AvailabilityResponse)
    case updateWorker(UpdateWorkerStatus)
    case updateJob(UpdateJobStatus)
    case ping(WorkerPing)
    case simulateJob(SimulateJobRequest)
    case migrateJob(MigrateJobRequest)
  }

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.oneOf(
      [
        WireCase(1, Content.register) { if case .register(let message) = $0 { message } else { nil } },
        WireCase(2, Content.availability) { if case .availability(let message) = $0 { message } else { nil } },
        WireCase(3, Content.updateWorker) { if case .updateWorker(let message) = $0 { message } else { nil } },
        WireCase(4, Content.updateJob) { if case .updateJob(let message) = $0 { message } else { nil } },
        WireCase(5, Content.ping) { if case .ping(let message) = $0 { message } else { nil } },
        WireCase(6, Content.simulateJob) { if case .simulateJob(let message) = $0 { message } else { nil } },
        WireCase(7, Content.migrateJob) { if case .migrateJob(let message) = $0 { message } else { nil } },
      ], &content)
  }
}

/// What a worker says of itself when it connects.
package struct RegisterWorkerRequest: WireMessage {
  package var type = JobType.room
  /// The SDK's version, not the user's build.
  package var version = ""
  package var pingInterval: UInt32 = 0
  package var namespace: String?
  package var allowedPermissions: ParticipantPermission?
  package var agentName = ""
  /// Routes jobs (LIVEKIT_AGENT_DEPLOYMENT); no version label.
  package var deployment = ""
  package var endpoints: [AgentEndpoint] = []
  package var instanceID = ""
  package var endpointProtocol: UInt32 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.choice(1, &type)
    try visit.string(3, &version)
    try visit.uint32(5, &pingInterval)
    try visit.optionalString(6, &namespace)
    try visit.message(7, &allowedPermissions)
    try visit.string(8, &agentName)
    try visit.string(9, &deployment)
    try visit.messages(10, &endpoints)
    try visit.string(11, &instanceID)
    try visit.uint32(12, &endpointProtocol)
  }
}

/// An HTTP endpoint that an agent offers through the server.
package struct AgentEndpoint: WireMessage {
  package var path = ""
  package var methods: [String] = []
  package var kind = EndpointKind.http
  package var isPublic = false

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &path)
    try visit.strings(2, &methods)
    try visit.choice(3, &kind)
    try visit.boolean(4, &isPublic)
  }
}

/// A worker's answer to an offered job.
package struct AvailabilityResponse: WireMessage {
  package var jobID = ""
  package var isAvailable = false
  package var supportsResume = false
  package var participantName = ""
  /// `agent-` and the job's id unless the agent says otherwise.
  package var participantIdentity = ""
  package var participantMetadata = ""
  package var participantAttributes: [String: String] = [:]
  /// With `isAvailable` false: the job is refused for good, not offered to another worker.
  package var terminates = false

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &jobID)
    try visit.boolean(2, &isAvailable)
    try visit.boolean(3, &supportsResume)
    try visit.string(4, &participantName)
    try visit.string(5, &participantIdentity)
    try visit.string(6, &participantMetadata)
    try visit.stringMap(7, &participantAttributes)
    try visit.boolean(8, &terminates)
  }
}

/// A worker's state, every 2.5 s and when it begins to drain.
package struct UpdateWorkerStatus: WireMessage {
  /// nil is "unchanged"; an explicit `available` is sent as such and differs from it.
  package var status: WorkerStatus?
  /// 0 to 1; absent (0) in Python's draining updates.
  package var load: Float = 0
  package var jobCount: UInt32 = 0
  package var isDraining = false
  package var sequence: UInt64 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.optionalChoice(1, &status)
    try visit.float(3, &load)
    try visit.uint32(4, &jobCount)
    try visit.boolean(5, &isDraining)
    try visit.uint64(6, &sequence)
  }
}

/// What became of a job. `success` is also reported after an exception in the agent's entrypoint.
package struct UpdateJobStatus: WireMessage {
  package var jobID = ""
  package var status = JobStatus.pending
  package var error = ""

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &jobID)
    try visit.choice(2, &status)
    try visit.string(3, &error)
  }
}

/// A worker's own ping, beside WebSocket's.
package struct WorkerPing: WireMessage {
  /// Milliseconds since the epoch.
  package var timestamp: Int64 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.int64(1, &timestamp)
  }
}

/// A worker's wish to be given a job that it makes up.
package struct SimulateJobRequest: WireMessage {
  package var type = JobType.room
  package var room: Room?
  package var participant: ParticipantInfo?

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.choice(1, &type)
    try visit.message(2, &room)
    try visit.message(3, &participant)
  }
}

/// The jobs that a worker still runs after it connected again, under a new worker id.
package struct MigrateJobRequest: WireMessage {
  package var jobIDs: [String] = []
  package var jobs: [Job] = []

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.strings(2, &jobIDs)
    try visit.messages(3, &jobs)
  }
}
