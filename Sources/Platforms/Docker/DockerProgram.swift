package import Machine
import Vocabulary

/// The `docker` or `podman` of PATH, called by argument array; what is secret goes through its standard input.
package struct DockerProgram: Sendable {
  /// `docker` or `podman`.
  package let name: String
  let environment: [String: String]

  /// The program of that name, with these variables: PATH, DOCKER_HOST.
  package init(name: String, environment: [String: String]) {
    self.name = name
    self.environment = environment
  }

  /// The first of the two that is there.
  package init(foundIn environment: [String: String]) throws(DockerFailure) {
    let path = environment["PATH"] ?? ""
    guard let found = ["docker", "podman"].first(where: { Program.find($0, searching: path) != nil }) else {
      throw .programMissing("docker", searched: path)
    }
    self.init(name: found, environment: environment)
  }

  /// One container, by its name or id; throws `DockerFailure`.
  package func container(_ name: String, on engine: String? = nil, within limit: Duration) async throws
    -> ContainerRecord
  {
    let run = try await attempt(["inspect", "--type", "container", name], on: engine, within: limit)
    guard run.succeeded else {
      let failure = try failure(of: run, on: engine, to: "looking at a container", after: limit)
      guard case .refused(_, let line) = failure else { throw failure }
      throw DockerFailure.containerMissing(name, program: self.name, line: line)
    }
    guard let record = try ContainerRecord.read(run.output, from: "'\(self.name) inspect'").first else {
      throw DockerFailure.notUnderstood("'\(self.name) inspect'")
    }
    return record
  }

  /// Looks whether there is an image, and returns the signal that stops what runs it; throws `DockerFailure`.
  package func stopSignal(ofImage name: String, within limit: Duration) async throws -> Signal {
    let run = try await attempt(["image", "inspect", name], on: nil, within: limit)
    guard run.succeeded else {
      let failure = try failure(of: run, on: nil, to: "looking at an image", after: limit)
      guard case .refused(_, let line) = failure else { throw failure }
      throw DockerFailure.imageMissing(name, line: line)
    }
    return try ContainerRecord.stopSignal(ofImage: run.output, from: "'\(self.name) image inspect'")
  }

  /// The words that print a container's log until it ends.
  package func arguments(following container: String) -> [String] { [name, "logs", "--follow", container] }

  /// The program with what leads to an engine.
  func arguments(on engine: String?, _ rest: [String]) -> [String] {
    let way = engine.map { [name == "podman" ? "--connection" : "--context", $0] } ?? []
    return [name] + way + rest
  }

  /// Runs it and returns what it printed; throws `DockerFailure` unless it succeeded. `action` is for people.
  package func run(
    _ rest: [String], on engine: String?, to action: String, input: Invocation.Input = .null, within limit: Duration
  ) async throws -> [UInt8] {
    let run = try await attempt(rest, on: engine, input: input, within: limit)
    guard run.succeeded else { throw try failure(of: run, on: engine, to: action, after: limit) }
    return run.output
  }

  /// Runs it, however it ends; throws `DockerFailure` when it is missing.
  package func attempt(
    _ rest: [String], on engine: String?, input: Invocation.Input = .null, output: Invocation.Redirection? = nil,
    within limit: Duration, onLine: (@Sendable (OutputLine) -> Void)? = nil
  ) async throws -> CompletedRun {
    let path = environment["PATH"] ?? ""
    guard Program.find(name, searching: path) != nil else {
      throw DockerFailure.programMissing(name, searched: path)
    }
    let run = try await Invocation(arguments(on: engine, rest), environment: environment).run(
      input: input, output: output, errors: output, within: max(limit, .milliseconds(1)),
      keeping: onLine == nil ? 64 << 20 : 1 << 16, onLine: onLine)
    if run.cause == .cancelled { throw CancellationError() }
    return run
  }

  /// Why a run did not succeed. The program's words are all there is: its exit code is 1 for nearly everything.
  package func failure(
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
