/// What one line of a livekit-agents worker says has happened, in whatever version's words it says it.
package enum WorkerEvent: String, Codable, Sendable, CaseIterable {
  // The worker's life.
  case starting, listening, registered, reconnecting, failed, reloading
  case connectionFailed = "connection-failed"
  // Processes for jobs.
  case initializing, initialized
  case initializationFailed = "initialization-failed"
  case initializationLate = "initialization-late"
  case noWarmProcess = "no-warm-process"
  case spawnsFailing = "spawns-failing"
  case processEnded = "process-ended"
  case processKilled = "process-killed"
  case stackDumpSent = "stack-dump-sent"
  case unresponsive
  case unresponsiveKilled = "unresponsive-killed"
  case loopBlocked = "loop-blocked"
  case memoryHigh = "memory-high"
  case memoryKilled = "memory-killed"
  // Load.
  case full
  case available
  // Jobs.
  case jobOffered = "job-offered"
  case jobAssigned = "job-assigned"
  case jobCrashed = "job-crashed"
  case jobEnded = "job-ended"
  case jobWithoutConnection = "job-without-connection"
  case jobWithoutEnd = "job-without-end"
  case jobRefusedWhileDraining = "job-refused-while-draining"
  case assignmentTimedOut = "assignment-timed-out"
  case assignmentUnknown = "assignment-unknown"
  case requestFailed = "request-failed"
  case requestUnanswered = "request-unanswered"
  // The end.
  case draining
  case drainTimedOut = "drain-timed-out"
  case shuttingDown = "shutting-down"
  case forced
  case shutdownUnacknowledged = "shutdown-unacknowledged"
  case shutdownLate = "shutdown-late"
  case entrypointLate = "entrypoint-late"
  case closeTimedOut = "close-timed-out"
  case callbackTimedOut = "callback-timed-out"
  case threadHeld = "thread-held"
  case shutdownFailed = "shutdown-failed"
  /// The stop signal's own exception was caught by something that runs in the event loop (SDKs before 1.8.0).
  case stopSignalSwallowed = "stop-signal-swallowed"
  // OpenRTC, which runs the same worker.
  case poolDraining = "pool-draining"
  /// A job that was accepted could not be started, because the pool was told to drain behind the worker's back.
  case poolLostJob = "pool-lost-job"
}

extension WorkerEvent {
  /// The beginnings of messages; where two fit the longer one counts. Read from livekit-agents 1.0 to 1.8.9, from
  /// @livekit/agents 1.7.0 and from OpenRTC 0.20.1.
  private static let wordings: [(text: String, event: WorkerEvent)] = [
    ("starting worker", .starting), ("HTTP server listening on ", .listening), ("registered worker", .registered),
    ("failed to connect to livekit, retrying", .reconnecting), ("failed to connect to LiveKit server", .reconnecting),
    ("worker failed", .failed), ("reloading job", .reloading), ("Error in _connection_task", .connectionFailed),

    ("initializing process", .initializing), ("initializing job runner", .initializing),
    ("process initialized", .initialized), ("job runner initialized", .initialized),
    ("error initializing process", .initializationFailed), ("error initializing job runner", .initializationFailed),
    ("initialization timed out, killing process", .initializationFailed),
    ("runner initialization timed out", .initializationFailed),
    ("timed out waiting for idle processes to initialize", .initializationLate),
    ("no warmed process available for job", .noWarmProcess),
    ("all in-flight spawns failed to initialize", .spawnsFailing),
    ("failed to acquire process for job after", .spawnsFailing), ("failed to launch job on process", .spawnsFailing),
    ("process exited with non-zero exit code", .processEnded), ("job process exited unexpectedly", .processEnded),
    ("killing process", .processKilled), ("sending SIGUSR1 signal to process", .stackDumpSent),
    ("process is unresponsive", .unresponsive), ("job executor is unresponsive", .unresponsive),
    ("job is unresponsive", .unresponsive), ("process is unresponsive, killing process", .unresponsiveKilled),
    ("event loop blocked for", .loopBlocked), ("process memory usage is high", .memoryHigh),
    ("job process memory usage is above the warning threshold", .memoryHigh),
    ("inference process memory usage is above the warning threshold", .memoryHigh),
    ("process exceeded memory limit, killing", .memoryKilled), ("job process exceeded memory limit", .memoryKilled),
    ("inference process exceeded memory limit", .memoryKilled),

    ("worker is at full capacity", .full), ("worker is below capacity", .available),

    ("received job request", .jobOffered), ("received assignment", .jobAssigned),
    ("unhandled exception while running the job task", .jobCrashed), ("process exiting", .jobEnded),
    ("job exiting", .jobEnded), ("The room connection was not established within", .jobWithoutConnection),
    ("The job task completed without", .jobWithoutEnd),
    ("Worker is draining and no longer available, rejecting job", .jobRefusedWhileDraining),
    ("assignment for job ", .assignmentTimedOut), ("received assignment for an unknown job", .assignmentUnknown),
    ("job_request_fnc failed", .requestFailed), ("no answer was given inside the job_request_fnc", .requestUnanswered),

    ("draining worker", .draining), ("drain timed out, forcing shutdown", .drainTimedOut),
    ("timed out draining", .drainTimedOut), ("shutting down worker", .shuttingDown), ("exiting forcefully", .forced),
    ("process did not ack shutdown in time", .shutdownUnacknowledged),
    ("job did not ack shutdown in time", .shutdownUnacknowledged),
    ("process did not exit in time", .shutdownLate), ("job shutdown is taking too much time", .shutdownLate),
    ("entrypoint did not exit in time", .entrypointLate), ("AgentSession.aclose() timed out", .closeTimedOut),
    ("on_session_end timed out", .callbackTimedOut), ("non-daemon thread", .threadHeld),
    ("error while shutting down the job", .shutdownFailed), ("Pool draining: rejecting new jobs", .poolDraining),
  ]

  /// The name that the SDK gives to the exception by which a stop signal leaves the event loop.
  static let stopException = "_ExitCli"

  /// Texts of which every line with an event holds one, as it is written in JSON and in text alike.
  package static let literals = wordings.map(\.text) + [stopException, poolException]

  /// What OpenRTC raises where a job was accepted that its pool does not start.
  static let poolException = "CoroutinePool is draining"

  private static let byFirstByte = Dictionary(grouping: wordings) { $0.text.utf8.first }.mapValues { group in
    group.sorted { $0.text.utf8.count > $1.text.utf8.count }.map { (text: Array($0.text.utf8), event: $0.event) }
  }

  /// What a line says has happened; nil when it is another program's or says nothing of these.
  package init?(_ line: LogLine) {
    guard line.form == .json || line.form == .pino || line.form == .coloured else { return nil }
    if let exception = line.text("exc_info"), exception.contains(WorkerEvent.stopException) {
      self = .stopSignalSwallowed
      return
    }
    if line.text("exc_info")?.contains(WorkerEvent.poolException) == true {
      self = .poolLostJob
      return
    }
    let message = line.message.utf8
    guard let found = WorkerEvent.byFirstByte[message.first]?.first(where: { message.starts(with: $0.text) }) else {
      return nil
    }
    self = found.event
  }
}
