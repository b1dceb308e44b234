import Documents
import Machine
import Vocabulary

/// The `docker` or `podman` of PATH, called by argument array; what is secret goes through its standard input.
struct DockerProgram: Sendable {
  let name: String
  let environment: [String: String]

  /// The program with what leads to an engine.
  func arguments(on engine: String?, _ rest: [String]) -> [String] {
    let way = engine.map { [name == "podman" ? "--connection" : "--context", $0] } ?? []
    return [name] + way + rest
  }

  /// Runs it and returns what it printed; throws `DockerFailure` unless it succeeded. `action` is for people.
  func run(
    _ rest: [String], on engine: String?, to action: String, input: Invocation.Input = .null, within limit: Duration
  ) async throws -> [UInt8] {
    let run = try await attempt(rest, on: engine, input: input, within: limit)
    guard run.succeeded else { throw try failure(of: run, on: engine, to: action, after: limit) }
    return run.output
  }

  /// Runs it, however it ends; throws `DockerFailure` when it is missing.
  func attempt(
    _ rest: [String], on engine: String?, input: Invocation.Input = .null, within limit: Duration,
    onLine: (@Sendable (OutputLine) -> Void)? = nil
  ) async throws -> CompletedRun {
    let path = environment["PATH"] ?? ""
    guard Program.find(name, searching: path) != nil else {
      throw DockerFailure.programMissing(name, searched: path)
    }
    let run = try await Invocation(arguments(on: engine, rest), environment: environment).run(
      input: input, within: max(limit, .milliseconds(1)), keeping: onLine == nil ? 64 << 20 : 1 << 16, onLine: onLine)
    if run.cause == .cancelled { throw CancellationError() }
    return run
  }

  /// Why a run did not succeed. The program's words are all there is: its exit code is 1 for nearly everything.
  func failure(
    of run: CompletedRun, on engine: String?, to action: String, after limit: Duration
  ) throws -> DockerFailure {
    if run.cause == .deadline { return .late(name, engine: engine, after: limit) }
    let line = Self.line(of: run)
    let words = line.lowercased()
    if words.contains("context"), words.contains("not found"), let engine {
      return .contextUnknown(engine, line: line)
    }
    if words.contains("permission denied"), words.contains("connect") {
      return .denied(name, engine: engine, line: line)
    }
    let signs = [
      "cannot connect to", "connection refused", "error during connect", "is the docker daemon running", "eof",
    ]
    if signs.contains(where: words.contains) { return .unreachable(name, engine: engine, line: line) }
    if words.contains("client version"), words.contains("api version") {
      return .versionRefused(name, engine: engine, line: line)
    }
    return .refused(action, line: line)
  }

  /// The line of a failed run that says why: the last that is more than a hint.
  static func line(of run: CompletedRun) -> String {
    let lines = run.errorText.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix("docker: ") }
      .filter { !$0.isEmpty && !$0.hasPrefix("Run '") && !$0.hasPrefix("See '") }
    return lines.last.map { String($0.harmless.prefix(300)) } ?? "it ended with \(run.end)"
  }
}
