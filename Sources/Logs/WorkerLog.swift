package import Vocabulary

import Machine

/// What the log of one worker process says of it, taken in as the log grows.
///
/// Knows livekit-agents' Python worker, 1.0 to 1.8.9. Job processes write into the same log with clocks of their own, so
/// lines out of the order of their times are normal and nothing depends on that order. Every moment is the line's own;
/// where a line has none (coloured lines, tracebacks) it is when the line was read, which is never too early. What was not
/// seen is nil, and says nothing: a log level above INFO hides most of it. Memory is bounded, whatever is logged.
package struct WorkerLog: Sendable {
  /// The SDK's version as it wrote it (`starting worker`).
  package var sdkVersion: String?
  /// When the worker said that it is starting.
  package var startingAt: Timestamp?
  /// Where its HTTP server listens; the last line that says so wins.
  package var http: HTTPAddress?
  /// Whether it has begun to make processes for jobs ready; then one must be ready before it can serve.
  package var isInitializing = false
  /// When the first process for jobs was ready.
  package var initializedAt: Timestamp?
  /// How often a process for jobs could not be made ready.
  package var initializationFailures = 0
  /// Every registration with a server, the oldest first; a reconnect is a new one. The first 8 and the last 56 are kept.
  package var registrations: [Registration] = []
  /// The jobs, in the order they were offered; of more than 1,024 the oldest ended ones are left out.
  package var jobs: [Job] = []
  /// The drain.
  package var drain = Drain()
  /// Why the worker failed as a whole (`worker failed`), one line; it then stops without having been told to.
  package var failure: Occurrence?
  /// Errors, the oldest first, equal ones as one; the first 32 kinds are kept.
  package var errors: [Occurrence] = []

  /// Where a worker's HTTP server listens.
  package struct HTTPAddress: Hashable, Sendable {
    /// The host as configured; empty: all.
    package let host: String
    /// The port.
    package let port: UInt16
  }

  /// One registration with a server.
  package struct Registration: Hashable, Sendable {
    /// What the server calls the worker.
    package let worker: WorkerID
    /// When it was registered.
    package let at: Timestamp
  }

  /// One job, from its offer on. A job that the agent refused stays without an end.
  package struct Job: Hashable, Sendable {
    /// The job.
    package let id: SessionID
    /// Its room, where the line says.
    package let room: String?
    /// When it was offered.
    package let offeredAt: Timestamp
    /// Whether the worker was draining by then (livekit-agents before 1.4.2 takes such jobs).
    package let isLate: Bool
    /// How it ended.
    package var end: JobEnd?
  }

  /// The end of a job.
  package struct JobEnd: Hashable, Sendable {
    /// When it ended.
    package var at: Timestamp
    /// The reason in the SDK's or the agent's words; made harmless.
    package var reason: String
    /// Whether the agent's code raised, or its process died.
    package var isCrash: Bool
  }

  /// What the log says of the drain.
  package struct Drain: Hashable, Sendable {
    /// When the worker took the request (`draining worker`); not set by one that stops because it failed.
    package var confirmedAt: Timestamp?
    /// How long it will wait for its jobs; zero is without limit. Nil: it did not say.
    package var timeout: Duration?
    /// When it gave up waiting with jobs left.
    package var timedOutAt: Timestamp?
    /// When it stopped with no job left: after its confirmation, without a timeout.
    package var finishedAt: Timestamp?
    /// When a second signal made it leave at once.
    package var forcedAt: Timestamp?
  }

  /// Something that was logged once or more often.
  package struct Occurrence: Hashable, Sendable {
    /// What was logged, one line, harmless.
    package let summary: String
    /// When it was first logged.
    package let firstAt: Timestamp
    /// How often.
    package var count = 1
  }

  /// The file that a line was written to.
  package enum Stream: Sendable { case output, errors }

  static let jobLimit = 1_024
  static let errorLimit = 32
  private static let tailLimit = 24

  private var output = LineSplitter()
  private var standardErrors = LineSplitter()
  private var tail: [[UInt8]] = []

  /// A log of which nothing was read.
  package init() {}

  /// Takes in the next bytes of one of the log's files; a line whose end has not come yet waits for it.
  package mutating func append(_ bytes: ArraySlice<UInt8>, from stream: Stream = .output, readAt: Timestamp) {
    var lines: [LineSplitter.Line] = []
    switch stream {
    case .output: output.feed(bytes) { lines.append($0) }
    case .errors: standardErrors.feed(bytes) { lines.append($0) }
    }
    for line in lines { take(line.bytes, readAt: readAt) }
  }

  /// Takes in lines that never got their end, when the process is gone or the file begins anew.
  package mutating func finishLines(readAt: Timestamp) {
    var lines: [LineSplitter.Line] = []
    output.finish { lines.append($0) }
    standardErrors.finish { lines.append($0) }
    for line in lines { take(line.bytes, readAt: readAt) }
    output = LineSplitter()
    standardErrors = LineSplitter()
  }

  /// The last lines of both files as they came, harmless, JSON told in a sentence; at most 24.
  package func lastLines(_ count: Int) -> [String] { tail.suffix(count).map { LogLine($0).summary } }

  private mutating func take(_ bytes: [UInt8], readAt: Timestamp) {
    guard !bytes.allSatisfy({ $0 == 32 || $0 == 9 }) else { return }
    if tail.count == WorkerLog.tailLimit { tail.removeFirst() }
    // A cut line of JSON would be told as raw text, so short of a monster it is kept whole.
    tail.append(bytes.count > 16_384 ? Array(bytes.prefix(400)) : bytes)
    guard WorkerLog.matters(bytes) else { return }
    interpret(LogLine(bytes), readAt: readAt)
  }
}
