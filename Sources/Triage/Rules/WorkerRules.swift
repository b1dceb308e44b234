import Logs
import Preflight
import Vocabulary

/// What a worker's story says is wrong with it.
extension Opinion {
  mutating func judge(_ story: WorkerStory, in file: CaseFile) {
    var view = WorkerView(story: story, logs: logs, server: file.liveKit)
    view.loose = file.loose.filter { isBeside($0.mentions.last, story, file) }
    view.explained = explainedFailures
    view.judgeConnection()
    view.judgeStart()
    view.judgeRun()
    view.judgeDrain()
    for finding in view.found { add(finding) }
    for cause in view.excluded where !findings.contains(where: { $0.code == cause.code }) {
      exclude(cause.code, cause.why)
    }
  }
}

extension Opinion {
  /// Whether a log that holds a traceback goes with a worker's: by its name without the ending, or there is no other worker.
  private func isBeside(_ mention: Mention, _ story: WorkerStory, _ file: CaseFile) -> Bool {
    guard file.workers.count > 1 else { return true }
    func stem(_ name: String) -> Substring { name.prefix(upTo: name.lastIndex(of: ".") ?? name.endIndex) }
    return logs.indices.contains(mention.log) && stem(logs[mention.log]) == stem(story.origin)
  }
}

/// One worker under judgement.
struct WorkerView {
  let story: WorkerStory
  let logs: [String]
  /// Tracebacks in logs beside the worker's own.
  var loose: [WorkerStory.Failure] = []
  /// What its server says of it; nil where there is no log of one.
  let seen: LiveKitServerStory.Worker?
  /// Failures that have been explained already, by what they say.
  var explained: Set<String> = []
  var found: [Finding] = []
  var excluded: [Diagnosis.RuledOut] = []

  init(story: WorkerStory, logs: [String], server: LiveKitServerStory? = nil) {
    self.story = story
    self.logs = logs
    seen = story.registrations.last.flatMap { server?.workers[$0.worker.rawValue] }
  }

  /// What the worker is called in sentences.
  var name: String {
    let id = story.registrations.last?.worker.rawValue.harmless
    return [id.map { "worker \($0)" } ?? "the worker", story.pid.map { "(pid \($0))" }].compactMap { $0 }
      .joined(separator: " ")
  }

  func evidence(_ mention: Mention) -> Evidence { Evidence(mention, logs) }

  /// The lines of some events, the first of each and the last where there are several; at most ten.
  func evidence(_ events: WorkerEvent...) -> [Evidence] {
    events.compactMap { story.events[$0] }.flatMap { mentions in
      mentions.count > 1 ? [mentions.first, mentions.last] : [mentions.first]
    }.prefix(10).map(evidence)
  }

  mutating func add(
    _ code: FindingCode, _ severity: Finding.Severity, status: Finding.Status = .confirmed, _ summary: String,
    cause: String? = nil, _ evidence: [Evidence], _ remedy: Finding.Remedy, appliesTo: String? = nil
  ) {
    found.append(
      Finding(
        code: code, status: status, severity: severity, summary: summary, cause: cause, evidence: evidence,
        remedy: remedy,
        appliesTo: appliesTo))
  }

  mutating func exclude(_ code: FindingCode, _ why: String) {
    excluded.append(Diagnosis.RuledOut(code: code, why: why))
  }

  func has(_ event: WorkerEvent) -> Bool { story.events[event] != nil }

  /// Whether the SDK is known to be older than a release.
  func isOlder(than release: PackageVersion?) -> Bool {
    guard story.sdk == .python, let release, let version = story.sdkVersion.flatMap({ PackageVersion($0) }) else {
      return false
    }
    return version < release
  }
}
