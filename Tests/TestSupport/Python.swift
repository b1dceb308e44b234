package import Machine

/// The Python of the tests' virtual environment: an independent judge of what this package speaks and reads.
package enum Python {
  /// Its interpreter: of SLUICE_VENV, else of `.venv-tests` in the package's folder; nil when neither has one.
  package static let interpreter: String? = {
    let folder = ProcessEnvironment.current["SLUICE_VENV"] ?? Fixtures.package + "/.venv-tests"
    let path = folder + "/bin/python"
    return Files.kind(of: path) == nil ? nil : path
  }()

  /// Whether there is one; tests that need it are enabled by it.
  package static var isThere: Bool { interpreter != nil }

  /// Why a test is not run without it.
  package static let isMissing = "no Python in SLUICE_VENV or .venv-tests"

  /// Runs a script of `Tests/Fixtures` to its end.
  package static func run(
    _ script: String, _ arguments: [String] = [], within limit: Duration = .seconds(60)
  ) async throws -> CompletedRun {
    try await command(script, arguments).run(within: limit * Patience.factor)
  }

  /// Runs a script of `Tests/Fixtures` that serves until it is stopped; the body gets the first line that it prints.
  package static func serving<Result: Sendable>(
    _ script: String, _ arguments: [String] = [], _ body: (String) async throws -> Result
  ) async throws -> Result {
    let (lines, said) = AsyncStream.makeStream(of: String.self)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let run = try await command(script, arguments).run(
          within: .seconds(120) * Patience.factor, stop: StopPolicy(grace: .seconds(1)),
          onLine: { if $0.stream == .output { said.yield($0.line.text) } })
        said.finish()
        guard run.cause == .cancelled else { throw Ended(words: run.errorText) }
      }
      for await line in lines {
        let result = try await body(line)
        group.cancelAll()
        try await group.waitForAll()
        return result
      }
      try await group.waitForAll()
      throw Ended(words: "it said nothing")
    }
  }

  /// A script that should have gone on.
  package struct Ended: Error {
    /// What it wrote to standard error.
    package let words: String
  }

  private static func command(_ script: String, _ arguments: [String]) -> Invocation {
    Invocation([interpreter ?? "python3", "-u", Fixtures.folder + "/" + script] + arguments)
  }
}
