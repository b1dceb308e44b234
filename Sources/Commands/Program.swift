import Documents
import Machine
package import CommandLine
import Terminal
package import Vocabulary

/// A command that can be run.
protocol RunnableCommand: Command {
  /// How its result is printed; its errors too are an object for machines.
  var format: OutputFormat { get }

  /// Does it; errors become three lines on standard error and their exit status.
  func run(in context: Context) async throws -> ExitStatus
}

extension RunnableCommand {
  var format: OutputFormat { .text }
}

/// The program's own command line.
package struct SluiceProgram: CommandGroup {
  package static let name = "sluice"
  package static let summary = "Take a live fleet of agents from one version to the next, and prove the cutover."
  package static let discussion = """
    A rollout passed when three things hold at once: new sessions land on the new version, the old version stops \
    receiving them, and the sessions that it still had ended by themselves. What cannot be seen makes a verdict \
    inconclusive, never passed.
    """
  package static let examples = [
    Example("sluice rehearse", "Roll a fleet of example workers on this machine and watch the cutover."),
    Example("sluice deploy --target here --version v2", "Roll a fleet to v2 and verify it."),
    Example("sluice verify-cutover --to v2 --since 10m", "Verify a rollout that somebody else began ten minutes ago."),
  ]
  package static let exits = ExitStatus.allCases.map { Exit($0, $0.meaning) }
  package static let sections = [
    CommandSection(
      "Rollouts", [DeployCommand.self, RollbackCommand.self, VerifyCutoverCommand.self, RehearseCommand.self]),
    CommandSection("Checks", [CheckGroup.self, TriageCommand.self, InitCommand.self]),
    CommandSection("Evidence", [CollectCommand.self, RunsGroup.self]),
    CommandSection(
      "Hidden",
      [
        KeepProcessCommand.self, ExampleWorkerCommand.self, DispatchServerCommand.self, StopFleetCommand.self,
        GenerateCommand.self,
      ]),
  ]

  /// Runs a command line and returns its exit status; everything printed goes through the context.
  package static func main(_ arguments: [String], in context: Context) async -> Int32 {
    do {
      let width = context.output.size()?.columns ?? 80
      let parsed = try Parser(root: SluiceProgram.self).parse(
        arguments, environment: context.environment, now: context.wallClock.now, width: min(width, 120))
      switch parsed {
      case .help(let text):
        context.output.write(Array(text.utf8))
        return ExitStatus.passed.rawValue
      case .version:
        context.output.line("sluice \(Sluice.version)")
        return ExitStatus.passed.rawValue
      case .completion(let request):
        for name in NameCompletion.names(for: request, in: context) { context.output.line(name) }
        return ExitStatus.passed.rawValue
      case .command(let command):
        guard let command = command as? any RunnableCommand else { preconditionFailure("a command that cannot run") }
        return await run(command, in: context).rawValue
      }
    } catch {
      return context.report(error, format: asksForJSON(arguments) ? .json : .text).rawValue
    }
  }

  /// Whether a command line that could not be parsed asks for JSON: machines read one object whatever went wrong.
  private static func asksForJSON(_ arguments: [String]) -> Bool {
    arguments.contains("--format=json") || zip(arguments, arguments.dropFirst()).contains { $0 == ("--format", "json") }
  }

  /// Runs a command; an error is its result where nothing else was printed, so that machines always read one object.
  private static func run(_ command: any RunnableCommand, in context: Context) async -> ExitStatus {
    let hasResult = Locked(false)
    var watched = context
    watched.output.write = { bytes in
      hasResult.withLock { $0 = true }
      context.output.write(bytes)
    }
    do {
      return try await command.run(in: watched)
    } catch {
      return context.report(error, format: hasResult.withLock { $0 } ? .text : command.format)
    }
  }
}

extension Context {
  /// Prints an error as three lines on standard error and returns the status that it ends the program with.
  ///
  /// With the format `json` it is an object on standard output as well.
  @discardableResult
  func report(_ error: any Error, format: OutputFormat = .text) -> ExitStatus {
    let failure = error as? any Failure ?? UnexpectedFailure(error)
    errors.line(FailureText.render(failure, style: style(.auto, of: errors)))
    if !errors.isTerminal, LogSections.of(environment) == .github {
      let text = [failure.why, failure.remedy.map { "try: \($0)" }].compactMap(\.self).joined(separator: "\n")
      errors.line(
        WorkflowCommand("error", [("title", "sluice: \(failure.what)")], text.isEmpty ? failure.what : text).line)
    }
    if format == .json {
      do {
        output.write(try CanonicalJSON.encode(ErrorObject(failure)) + [0x0A])
      } catch {
        errors.line("\(error)".harmless)
      }
    }
    return failure.exitStatus
  }

  /// How text is dressed for one of the ways out.
  func style(_ color: ColorChoice, of output: Output) -> TextStyle {
    TextStyle.decide(color: color, isTerminal: output.isTerminal, environment: environment)
  }
}

/// An error that no module foresaw.
struct UnexpectedFailure: Failure {
  let what: String
  let why: String? = "this is an error that sluice does not know"
  let remedy: String? = "report it with the command that was run"
  let exitStatus = ExitStatus.unavailable

  init(_ error: any Error) { what = "\(error)".harmless }
}

extension ExitStatus {
  /// When a command ends with this status, as help, manual and README.md say it.
  package var meaning: String {
    switch self {
    case .passed: "done; the verdict passed"
    case .failed: "the verdict failed, or there are findings at or above --fail-on"
    case .actionFailed: "an action on the platform failed: build, deploy, rollback, stop"
    case .inconclusive: "inconclusive, pending or superseded (--ok-on inconclusive makes it 0)"
    case .timedOut: "timed out"
    case .redactionRefused: "redaction refused to let a bundle out"
    case .usage: "wrong usage"
    case .badInput: "input that cannot be used: a corrupted journal, a malformed file"
    case .missingInput: "input that is missing"
    case .unavailable: "a source, a platform or a program that is needed cannot be reached"
    case .cannotCreate: "a file cannot be written"
    case .locked: "locked by another run: try later"
    case .configuration: "the configuration is wrong"
    case .interrupted: "interrupted by Ctrl-C: the run is saved, the line that resumes it is printed"
    case .terminated: "ended by SIGTERM: the run is saved, the line that resumes it is printed"
    }
  }
}
