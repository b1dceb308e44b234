package import Cutover
import Logs
package import Machine
package import Vocabulary

/// Sessions, their workers, drains and endings from the log that a LiveKit server writes itself.
///
/// The log names the worker of every job, so joined with the workers' own logs, which name the ids that each registered
/// under, it attributes sessions that carry no stamp. It is read from its beginning: sessions that began before its first line
/// are not in it. So it is taken for the whole truth of who is served only when it says so itself (the server's start) or its
/// owner does (`complete`).
package actor LiveKitServerLog: SessionSource {
  package nonisolated let traits: SourceTraits

  private let settings: Settings
  private let clock: WallClock
  private var log = ServerLog()
  private var files: [FollowedLines]
  private var workers: [WorkerLogReader]

  /// What is read.
  package struct Settings: Sendable {
    /// The server's log: files, one for each node, or the output of a command that prints it and ends.
    package var input: Input
    /// The agent whose sessions are meant; nil: every one.
    package var agentName: String?
    /// Whether the log reaches back to before the oldest session; nil: when a file of it begins with the server's start.
    package var isComplete: Bool?
    /// The workers' own logs.
    package var workers: [WorkerLogFiles] = []

    /// A log without anything else.
    package init(_ input: Input) { self.input = input }
  }

  /// Where the server's log is.
  package enum Input: Hashable, Sendable {
    /// Files that are followed as they grow, rotation included.
    case files([String])
    /// An argument array whose standard output is the log, run at each poll to its end; lines may come again.
    case command([String], directory: String)
  }

  /// A source over one log; the files need not exist yet.
  package init(id: SourceID = "livekit-server-log", _ settings: Settings, clock: WallClock = .live) {
    var paths: [String] = []
    if case .files(let named) = settings.input { paths = named }
    let isComplete = settings.isComplete ?? (!paths.isEmpty && paths.allSatisfy(FollowedLines.beginsWithServerStart))
    // An agent that is dead is in the log 21.2 s later (livekit-server 1.13.5); lines are written as things happen.
    traits = SourceTraits(
      id: id, kind: "livekit-server-log", sees: isComplete ? [.sessions, .unserved, .endings] : [.unserved, .endings],
      arrivalLag: .seconds(1), lingering: .milliseconds(21_200))
    self.settings = settings
    self.clock = clock
    files = paths.map(FollowedLines.init)
    workers = settings.workers.map(WorkerLogReader.init)
  }

  package func reading(within limit: Duration) async -> Reading {
    let answer: Reading.Answer
    do throws(SourceFailure) {
      try await read(within: limit)
      answer = .snapshot(listing())
    } catch {
      answer = .failure(error)
    }
    return Reading(source: traits.id, takenAt: clock.now, answer: answer)
  }

  private func read(within limit: Duration) async throws(SourceFailure) {
    let deadline = ContinuousClock.now + limit
    for index in workers.indices { try workers[index].read(at: clock.now) }
    switch settings.input {
    case .files:
      for index in files.indices { try files[index].read(until: deadline) { log.take($0) } }
    case .command(let arguments, let directory):
      for line in try await output(of: arguments, in: directory, within: limit) { log.take(line) }
    }
    log.forgetTheOld()
  }

  /// The lines of a command's output that can matter, at most 64 MiB of them.
  private func output(
    of arguments: [String], in directory: String, within limit: Duration
  ) async throws(SourceFailure) -> [[UInt8]] {
    let name = (arguments.first ?? "").harmless
    let kept = Locked((lines: [[UInt8]](), bytes: 0))
    let run: CompletedRun
    do {
      run = try await Invocation(arguments, directory: directory).run(
        within: limit, keeping: 4_096,
        onLine: { output in
          guard output.stream == .output, ServerLog.matters(output.line.bytes) else { return }
          kept.withLock { kept in
            kept.bytes += output.line.bytes.count
            if kept.bytes <= 64 << 20 { kept.lines.append(output.line.bytes) }
          }
        })
    } catch {
      let detail = (error as? any Failure)?.what ?? "'\(name)' cannot be started"
      throw SourceFailure(kind: .missing, detail: detail)
    }
    switch run.cause {
    case .finished: break
    case .deadline, .cancelled:
      throw SourceFailure(
        kind: .timeout,
        detail: "'\(name)' did not end within \(limit.text): let it print what is there, without following")
    }
    guard run.succeeded else {
      let said = run.errorText.split(whereSeparator: \.isNewline).last.map { ": \(String($0.prefix(200)).harmless)" }
      throw SourceFailure(kind: .missing, detail: "'\(name)' ended with \(run.end)\(said ?? "")")
    }
    let (lines, bytes) = kept.withLock { $0 }
    guard bytes <= 64 << 20 else {
      throw SourceFailure(kind: .malformed, detail: "'\(name)' printed more than 64 MiB: let it print the last hour")
    }
    return lines
  }

  private func listing() -> Observation {
    ServerLogListing(source: traits.id, log: log, agentName: settings.agentName, workers: workers).observation
  }
}
