/// Tells the workers apart that write into the same logs, and gives each line to its own.
///
/// A line belongs to the worker that it names by its registration, else to the one whose process wrote it or has its job,
/// else to the one that last started in the same stream: SDKs before 1.8.3 name no process on most lines.
package struct WorkerStories: Sendable {
  /// The workers, in the order in which they were first heard of.
  package private(set) var stories: [WorkerStory] = []
  /// Lines of workers that were not kept, because there were too many.
  package private(set) var omittedLines = 0

  /// Tracebacks in logs that no worker is known to write into.
  package private(set) var loose: [WorkerStory.Failure] = []

  private var latest: [String: Int] = [:]
  // Whatever the size of the log, of ids only those that were last mentioned are remembered.
  private var byProcess = RecentValues<Process, Int>(size: 16_384)
  private var byJob = RecentValues<String, Int>(size: 16_384)
  private var byRegistration = RecentValues<String, Int>(size: 16_384)

  /// Process ids mean something within one stream only.
  private struct Process: Hashable {
    let stream: String
    let pid: Int32
  }

  static let limit = 4_096

  /// No workers yet.
  package init() {}

  /// Takes in a line; `stream` tells logs, and origins within a log, apart.
  package mutating func take(_ line: LogLine, in stream: String, _ mention: Mention) {
    take(line, WorkerEvent(line), in: stream, mention)
  }

  /// Takes in a line with what it says has happened.
  package mutating func take(_ line: LogLine, _ event: WorkerEvent?, in stream: String, _ mention: Mention) {
    let job = line.text("job_id") ?? line.text("jobId") ?? line.text("jobID")
    guard let index = owner(of: line, event, job, in: stream) else {
      if let exception = line.exception { WorkerStory.keep(&loose, nil, exception, mention) }
      omittedLines += 1
      return
    }
    if let job { byJob[job] = index }
    if event == .registered, let id = line.text("id") { byRegistration[id] = index }
    if let pid = line.pid {
      let process = Process(stream: stream, pid: pid)
      // Ids are used again, and whose a process is may be known only when it has a job.
      let isSure = job != nil || event == .starting || event == .initializing
      if isSure || byProcess[process] == nil { byProcess[process] = index }
    }
    stories[index].take(line, event, mention)
  }

  private mutating func owner(of line: LogLine, _ event: WorkerEvent?, _ job: String?, in stream: String) -> Int? {
    let process = line.pid.flatMap { byProcess[Process(stream: stream, pid: $0)] }
    switch event {
    case .starting?:
      // What a worker says before that it starts are warnings about its settings.
      if let last = latest[stream], stories[last].events.isEmpty { return last }
      return begin(in: stream)
    case .draining?, .shuttingDown?:
      if let owner = line.text("id").flatMap({ byRegistration[$0] }) { return owner }
    case .initializing?: return latest[stream] ?? begin(in: stream)
    // The worker itself offers a job: the one that had it before has lost it.
    case .jobOffered?: if let process { return process }
    default: break
    }
    if let owner = job.flatMap({ byJob[$0] }) ?? process ?? latest[stream] { return owner }
    // An error in somebody else's words makes no worker.
    return event == nil ? nil : begin(in: stream)
  }

  private mutating func begin(in stream: String) -> Int? {
    guard stories.count < Self.limit else { return nil }
    stories.append(WorkerStory(origin: stream))
    latest[stream] = stories.count - 1
    return stories.count - 1
  }
}
