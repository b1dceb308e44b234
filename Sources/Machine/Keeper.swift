import Vocabulary

import CMachine
import Glibc

/// What a keeper has to know: a small parent that lives as long as its process and records how it ended.
package struct KeeperSpecification: Hashable, Sendable {
  /// The program and its arguments.
  package let command: [String]
  /// Where the record is written.
  package let stateFile: String
  /// The file to which the process's standard output is appended.
  package let outputFile: String
  /// The file to which its standard error is appended; may be the same.
  package let errorFile: String

  /// What to keep; relative paths are taken from the working directory at this moment.
  package init(command: [String], stateFile: String, outputFile: String, errorFile: String) {
    self.command = command
    self.stateFile = Files.absolute(stateFile)
    self.outputFile = Files.absolute(outputFile)
    self.errorFile = Files.absolute(errorFile)
  }

  /// The arguments from which `init(arguments:)` makes the same specification.
  package var arguments: [String] {
    ["--state", stateFile, "--output", outputFile, "--errors", errorFile, "--"] + command
  }

  /// Reads `--state FILE --output FILE --errors FILE -- COMMAND…`; nil for anything else.
  package init?(arguments: [String]) {
    guard arguments.count > 7, arguments[0] == "--state", arguments[2] == "--output", arguments[4] == "--errors",
      arguments[6] == "--"
    else { return nil }
    self.init(
      command: Array(arguments[7...]), stateFile: arguments[1], outputFile: arguments[3], errorFile: arguments[5])
  }
}

/// Keeps a process: what the program does when it is started as a keeper.
///
/// In a session of its own, deaf to SIGHUP, SIGINT and SIGTERM, it starts the process in another session with its own
/// environment and directory, records it, waits for its end, and records that. Whoever stops the process signals it
/// directly, never its keeper. Returns the keeper's exit status: 0 when the end is recorded.
package func keepProcess(_ specification: KeeperSpecification, clock: WallClock = .live) async -> Int32 {
  // Fails only for a process that leads a session already.
  _ = setsid()
  for signal in [SIGHUP, SIGINT, SIGTERM] { cm_ignore(signal) }
  do {
    // A record that cannot be written is found before anything runs.
    try KeeperRecord().write(to: specification.stateFile)
    let child: ChildProcess
    do {
      child = try Invocation(specification.command, isolation: .session).start(
        output: .append(to: specification.outputFile), errors: .append(to: specification.errorFile))
    } catch {
      try KeeperRecord(failure: [error.what, error.why].compactMap(\.self).joined(separator: ": "))
        .write(to: specification.stateFile)
      return ExitStatus.unavailable.rawValue
    }
    var process = KeptProcess(identity: child.identity, keeper: Host.process, startedAt: clock.now)
    do {
      try KeeperRecord(process: process).write(to: specification.stateFile)
    } catch {
      // Nobody could ever find it again.
      child.send(.kill, to: .group)
      throw error
    }
    let how = try await child.wait()
    process.end = KeptProcess.End(how, at: clock.now)
    try KeeperRecord(process: process).write(to: specification.stateFile)
    return ExitStatus.passed.rawValue
  } catch {
    return ExitStatus.cannotCreate.rawValue
  }
}

extension KeeperSpecification {
  /// Starts a keeper and returns its process once that runs.
  ///
  /// `keeper` is the program with the arguments that make it call `keepProcess` with what follows them:
  /// `[Program.own, "keep-process"]`. Throws `MachineFailure` when the process could not be started, in the keeper's words.
  package func start(
    keeper: [String], environment: [String: String]? = nil, directory: String? = nil,
    clock: some Clock<Duration> = ContinuousClock()
  ) async throws -> KeptProcess {
    try Files.remove(stateFile)
    let invocation = Invocation(
      keeper + arguments, environment: environment, directory: directory, isolation: .session)
    let child = try invocation.start()
    let stateFile = stateFile
    let process = try await repeating(every: .milliseconds(5), within: .seconds(30), clock: clock) {
      () -> KeptProcess? in
      let ended = child.ended
      if Files.kind(of: stateFile) != nil {
        let record = try KeeperRecord.read(stateFile)
        if let failure = record.failure { throw MachineFailure.notStarted(command.first ?? "", reason: failure) }
        if let process = record.process { return process }
      }
      if let ended { throw MachineFailure.notStarted(command.first ?? "", reason: "its keeper ended: \(ended)") }
      return nil
    }
    guard let process else {
      child.send(.kill)
      throw MachineFailure.notStarted(command.first ?? "", reason: "its keeper did not start it within 30 s")
    }
    return process
  }
}
