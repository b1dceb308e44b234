import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

/// The parts share a suite so that they never run at the same time: fleets of real workers need the processors.
@Suite(.serialized) enum Integration {}

/// The program's, not the testing library's.
typealias ExitStatus = Vocabulary.ExitStatus

/// The built program, run as a person or a pipeline would.
enum BuiltProgram {
  /// The program beside the test bundle.
  static let path = "\(Products.folder)/sluice"

  /// Python with livekit-agents 1.8.9; nil: tests that need it are skipped.
  static let python = Python.interpreter
  /// Python with livekit-agents 1.3.12; nil: tests that need it are skipped.
  static let oldPython: String? = {
    let folder = ProcessEnvironment.current["SLUICE_VENV_OLD"] ?? "\(Fixtures.package)/.venv-old"
    return Files.kind(of: "\(folder)/bin/python") == nil ? nil : "\(folder)/bin/python"
  }()

  /// The environment of every command: no home and no colours of whoever runs the tests.
  static let environment: [String: String] = {
    var environment = ProcessEnvironment.current
    for name in ["SLUICE_HOME", "LIVEKIT_URL", "LIVEKIT_API_KEY", "GITHUB_ACTIONS", "GITLAB_CI", "NO_COLOR"] {
      environment[name] = nil
    }
    environment["TERM"] = "xterm-256color"
    environment["DOCKER_HOST"] = Containers.host
    environment["LIVEKIT_API_SECRET"] = "0123456789abcdef0123456789abcdef"
    return environment
  }()

  /// Runs `sluice` in a folder to its end; one that takes longer than three minutes is stopped, which no test takes for an end.
  static func run(
    _ arguments: [String], in folder: String, with variables: [String: String] = [:],
    onLine: (@Sendable (OutputLine) -> Void)? = nil, onStart: (@Sendable (ChildProcess) -> Void)? = nil
  ) async throws -> SluiceRun {
    let run = try await Invocation(
      [path] + arguments, environment: environment.merging(variables) { $1 }, directory: folder
    ).run(within: .seconds(180) * Patience.factor, keeping: 16 << 20, onLine: onLine, onStart: onStart)
    return SluiceRun(arguments: arguments, run: run)
  }
}

/// What a command did and printed; as a text, the transcript of it.
struct SluiceRun: CustomStringConvertible, Sendable {
  let arguments: [String]
  let run: CompletedRun

  /// Standard output.
  var output: String { run.text }
  /// Standard error.
  var errors: String { run.errorText }

  var description: String {
    """
    $ sluice \(arguments.joined(separator: " "))   → \(run.end), \(run.cause)
    \(errors)
    \(output)
    """
  }

  /// Whether it ended by itself with a status.
  func ended(with status: ExitStatus) -> Bool { run.cause == .finished && run.end == .exited(status.rawValue) }

  /// The one object on standard output; fails where there is none, more than one, or anything else.
  var object: Node {
    get throws {
      try #require(output.hasSuffix("\n") && output.count { $0 == "\n" } == 1, "not one line:\n\(self)")
      return try JSON.parse(run.output, file: "standard output")
    }
  }

  /// The assessment on standard output.
  var assessment: Assessment {
    get throws {
      try #require(try object["schema"]?.text == "sluice.assessment/1", "\(self)")
      return try CanonicalJSON.decode(Assessment.self, from: run.output)
    }
  }
}

extension Assessment {
  /// The three conditions' states, A to C.
  var states: [Condition.State] { conditions.map(\.state) }
  /// A condition by its kind.
  func condition(_ kind: Condition.Kind) throws -> Condition { try #require(conditions.first { $0.id == kind }) }
}
