package import Machine
package import Platforms

import Vocabulary

/// A container that a test makes and removes: of an image, or the likeness of one that exists.
///
/// It is in this machine's network, where the rehearsal's server is. One that a `kill -9` of this program left behind is removed
/// by the next test.
package struct TestedContainer: Sendable {
  let program: DockerProgram
  private let image: String
  private let options: [String]
  private let command: [String]
  private let environment: [String: String]
  /// The signal that stops it.
  package let signal: Signal
  /// What it is made of, in words.
  package let origin: String

  private static let limit = Duration.seconds(30)
  private static let label = "sluice.term-test"

  /// Takes the container of that name for a model, else the image; throws `DockerFailure` where there is neither.
  package init(of name: String, program: DockerProgram) async throws {
    self.program = program
    do {
      let model = try await program.container(name, within: Self.limit)
      image = model.image
      options = model.likeness + (model.command.first.map { ["--entrypoint=\($0)"] } ?? [])
      command = Array(model.command.dropFirst())
      environment = model.environment
      signal = model.stopSignal
      origin = "a container like '\(name.harmless)'"
    } catch DockerFailure.containerMissing {
      signal = try await program.stopSignal(ofImage: name, within: Self.limit)
      (image, options, command, environment) = (name, [], [], [:])
      origin = "a container of image '\(name.harmless)'"
    }
  }

  /// Starts it with these variables beside its own, and returns its process 1; `folder` is seen inside as it is here.
  func start(
    _ name: String, adding variables: [String: String], folder: String, pythonPath: String?
  ) async throws -> ProcessIdentity {
    await removeLeftovers()
    var environment = environment.merging(variables) { $1 }
    if let pythonPath {
      environment["PYTHONPATH"] = [pythonPath, environment["PYTHONPATH"]].compactMap(\.self).joined(separator: ":")
    }
    // docker reads a variable up to the end of its line.
    let lines = environment.filter { !$0.value.contains(where: \.isNewline) }.map { "\($0.key)=\($0.value)\n" }.sorted()
    let owner = Host.process
    _ = try await program.run(
      [
        "run", "--detach", "--name", name, "--network=host", "--label",
        "\(Self.label)=\(owner.pid):\(owner.startTime):\(owner.bootID)", "--env-file", "/dev/stdin",
        "--volume=\(folder):\(folder):ro",
      ] + options + [image] + command, on: nil, to: "starting \(origin)", input: .bytes(Array(lines.joined().utf8)),
      within: .seconds(120))
    let record = try await program.container(name, within: Self.limit)
    guard record.isAlive, let first = ProcessIdentity(pid: record.pid) else {
      throw DockerFailure.refused("keeping \(origin) running", line: record.ending)
    }
    guard record.runsHere else {
      throw DockerFailure.refused(
        "testing \(origin)", line: "its engine is on another machine, from which the test's server cannot be reached")
    }
    return first
  }

  /// Sends its process 1 a signal, as the engine does; whether it was sent.
  func send(_ signal: Signal, to name: String) async -> Bool {
    let run = try? await program.attempt(["kill", "--signal", "\(signal)", name], on: nil, within: Self.limit)
    return run?.succeeded == true
  }

  /// How it ended, as its engine has it.
  func end(of name: String, by now: Timestamp) async -> TermTestRecord.Exit {
    let ended = try? await repeating(every: .milliseconds(100), within: .seconds(10)) { () -> ContainerRecord? in
      let record = try await program.container(name, within: Self.limit)
      return record.isAlive ? nil : record
    }
    // An engine that does not answer leaves unknown how it ended, never that it ended well.
    guard let ended else { return TermTestRecord.Exit(at: now, how: "how is not known", status: nil) }
    return TermTestRecord.Exit(at: ended.finishedAt ?? now, how: ended.ending, status: ended.exitCode)
  }

  /// Removes it, running or not.
  func remove(_ name: String) async {
    // Of one that runs no more the kill fails, and of one that never was both do.
    _ = try? await program.attempt(["kill", "--signal", "SIGKILL", name], on: nil, within: Self.limit)
    _ = try? await program.attempt(["rm", "--force", name], on: nil, within: Self.limit)
  }

  /// Removes containers of tests whose program is gone.
  private func removeLeftovers() async {
    let format = "{{.ID}} {{.Label \"\(Self.label)\"}}"
    // Whoever cannot list them leaves them to the next test.
    guard
      let listing = try? await program.run(
        ["ps", "--all", "--filter", "label=\(Self.label)", "--format", format], on: nil, to: "listing",
        within: Self.limit)
    else { return }
    for line in String(decoding: listing, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ").map(String.init)
      let owner = words.last?.split(separator: ":", maxSplits: 2).map(String.init) ?? []
      guard words.count == 2, owner.count == 3, let pid = Int32(owner[0]), let start = UInt64(owner[1]),
        !ProcessIdentity(pid: pid, startTime: start, bootID: owner[2]).isAlive
      else { continue }
      await remove(words[0])
    }
  }
}

extension ContainerRecord {
  /// How it ended, in words.
  fileprivate var ending: String {
    if isOutOfMemory, exitCode != 0 { return "the kernel killed it for want of memory" }
    if !error.isEmpty { return String(error.harmless.prefix(300)) }
    guard let exitCode else { return "how is not known" }
    return (129...128 + 31).contains(exitCode)
      ? "\(Signal(rawValue: exitCode - 128)) (exit code \(exitCode))" : "exit code \(exitCode)"
  }
}
