import Logs
import Machine
import Vocabulary

/// What the log of one start says, as it grows.
struct StartupLog {
  var start: StartupFigures.Start
  private(set) var sdk: String?
  private var output: LogFollower
  private var lines = LineSplitter()
  private let errors: String
  private var begun = 0
  private var gaveUpWaiting = false
  private var registeredSince: ContinuousClock.Instant?
  private var hasEnded = false

  /// The most failures that one start keeps: a process that raises is started again ten times a second.
  private static let failureLimit = 20
  /// How long after the registration a worker without idle processes is watched for one.
  private static let idlePatience = Duration.milliseconds(600)

  init(number: Int, output: String, errors: String) {
    start = StartupFigures.Start(number: number)
    self.output = LogFollower(output)
    self.errors = errors
  }

  /// Reads what was added.
  mutating func read() throws(MachineFailure) {
    var read: [LineSplitter.Line] = []
    _ = try output.read { bytes in lines.feed(bytes) { read.append($0) } }
    for line in read { take(LogLine(line.bytes)) }
  }

  private mutating func take(_ line: LogLine) {
    guard line.logger == "livekit.agents", line.fields["inference"] != .truth(true) else { return }
    switch line.message {
    case "starting worker": sdk = line.text("version")?.harmless ?? sdk
    case "initializing process", "initializing job runner": begun += 1
    case "process initialized", "job runner initialized":
      if let seconds = line.number("elapsed_time") { start.initializedSeconds.append(seconds) } else { begun -= 1 }
    case "error initializing process", "error initializing job runner": fail(line)
    case "timed out waiting for idle processes to initialize": gaveUpWaiting = true
    case "worker failed": add(.worker, line.summary)
    default: break
    }
  }

  private mutating func fail(_ line: LogLine) {
    let exception = line.exception ?? ""
    let kind: StartupFigures.Failure.Kind =
      if exception.contains("process object is closed") {
        .closed
      } else if exception.contains("TimeoutError") {
        .timedOut
      } else if exception.contains("process initialization failed") {
        .raised
      } else {
        .died
      }
    add(kind, line.summary)
  }

  private mutating func add(_ kind: StartupFigures.Failure.Kind, _ text: String) {
    guard start.failures.count < StartupLog.failureLimit else { return }
    start.failures.append(StartupFigures.Failure(kind, text))
  }

  private var failed: Int { start.failures.count }

  /// Whether nothing more is to be learnt: the worker serves, or has failed, or is gone.
  mutating func isComplete(hasEnded: Bool) -> Bool {
    self.hasEnded = hasEnded
    if hasEnded || start.failures.contains(where: { $0.kind == .worker }) { return true }
    if failed > 0 { return start.registeredSeconds != nil || failed >= 3 || start.failures[0].kind == .timedOut }
    guard start.registeredSeconds != nil else { return false }
    let since = registeredSince ?? ContinuousClock.now
    registeredSince = since
    guard begun > 0 else { return ContinuousClock.now - since > StartupLog.idlePatience && !gaveUpWaiting }
    return start.initializedSeconds.count >= begun && ContinuousClock.now - since > .milliseconds(200)
  }

  /// Completes what is known when nobody looks any more.
  mutating func finish(isComplete: Bool, limit: Duration) {
    start.pending = max(0, begun - start.initializedSeconds.count - failed)
    if failed > 0 { start.pending = 0 }
    guard failed == 0, !isComplete || hasEnded else { return }
    // Nothing that was seen of it may pass for a start.
    if hasEnded {
      add(.worker, lastWords.map { "it ended, and wrote last: \($0)" } ?? "it ended and wrote nothing")
    } else {
      let lacks = start.registeredSeconds == nil ? "not registered" : "no process initialized"
      add(.worker, "\(lacks) within \(limit.text)")
    }
  }

  /// The last line of the worker's standard error.
  private var lastWords: String? {
    guard let bytes = try? Files.read(errors, limit: 16 << 20) else { return nil }
    return String(decoding: bytes.suffix(8_192), as: UTF8.self).split(whereSeparator: \.isNewline)
      .last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(300)).harmless }
  }
}

/// How long the imports of an agent's module take.
enum ImportMeasurement {
  /// Runs the module as each of the worker's processes does, under another name than `__main__`; nil when it raised.
  static func run(
    interpreter: [String], file: String, directory: String, environment: [String: String]
  ) async throws -> ImportTimes? {
    let program = """
      import os, runpy, sys, time
      sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[1]))
      began = time.perf_counter()
      runpy.run_path(sys.argv[1], run_name="__mp_main__")
      sys.stderr.write("\\nsluice-module-seconds %f\\n" % (time.perf_counter() - began))
      sys.stderr.flush()
      os._exit(0)
      """
    let run = try await Invocation(
      interpreter + ["-X", "importtime", "-c", program, file], environment: environment, directory: directory,
      isolation: .session
    ).run(output: .null, within: .seconds(120), stop: StopPolicy(grace: .seconds(1)), keeping: 32 << 20)
    let text = run.errorText
    guard let mark = text.firstRange(of: "sluice-module-seconds ") else { return nil }
    let seconds = Double(text[mark.upperBound...].prefix { !$0.isNewline })
    // What the interpreter imports for itself before the agent's module is not the agent's.
    let began = text.firstRange(of: " runpy\n")?.upperBound ?? text.startIndex
    return ImportTimes(String(text[began...]), totalSeconds: seconds)
  }
}
