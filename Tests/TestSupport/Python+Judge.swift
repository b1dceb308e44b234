import Machine

extension Python {
  /// Gives one of `Tests/Fixtures/judges` lines of input and returns the lines that it answers.
  ///
  /// Throws when it cannot be started, or ends with another status than 0.
  package static func judge(
    _ script: String, _ arguments: [String] = [], lines: [String] = [], within limit: Duration = .seconds(120)
  ) async throws -> [String] {
    let command = [interpreter ?? "python3", "\(Fixtures.folder)/judges/\(script)"] + arguments
    let run = try await Invocation(command).run(
      input: .bytes(Array((lines.joined(separator: "\n") + "\n").utf8)), within: limit * Patience.factor,
      keeping: 256 << 20)
    guard run.succeeded, !run.isOutputCut else { throw Ended(words: "\(script): \(run.end) \(run.errorText)") }
    return run.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }
}
