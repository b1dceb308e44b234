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
  /// The process without which this one may not live, nor anything that it started; nil: it outlives everybody.
  package let guardian: ProcessIdentity?

  /// What to keep; relative paths are taken from the working directory at this moment.
  package init(
    command: [String], stateFile: String, outputFile: String, errorFile: String, guardian: ProcessIdentity? = nil
  ) {
    self.command = command
    self.guardian = guardian
    self.stateFile = Files.absolute(stateFile)
    self.outputFile = Files.absolute(outputFile)
    self.errorFile = Files.absolute(errorFile)
  }

  /// The arguments from which `init(arguments:)` makes the same specification.
  package var arguments: [String] {
    ["--state", stateFile, "--output", outputFile, "--errors", errorFile]
      + (guardian.map { ["--while", "\($0.pid):\($0.startTime):\($0.bootID)"] } ?? []) + ["--"] + command
  }

  /// Reads `--state FILE --output FILE --errors FILE [--while PROCESS] -- COMMAND…`; nil for anything else.
  package init?(arguments: [String]) {
    guard arguments.count > 7, arguments[0] == "--state", arguments[2] == "--output", arguments[4] == "--errors" else {
      return nil
    }
    var rest = arguments[6...]
    var guardian: ProcessIdentity?
    if rest.first == "--while" {
      let words = rest[7].split(separator: ":", maxSplits: 2)
      guard words.count == 3, let pid = Int32(words[0]), let startTime = UInt64(words[1]) else { return nil }
      guardian = ProcessIdentity(pid: pid, startTime: startTime, bootID: String(words[2]))
      rest = rest.dropFirst(2)
    }
    guard rest.first == "--", rest.count > 1 else { return nil }
    self.init(
      command: Array(rest.dropFirst()), stateFile: arguments[1], outputFile: arguments[3], errorFile: arguments[5],
      guardian: guardian)
  }
}

/// Keeps a process: what the program does when it is started as a keeper.
///
/// In a session of its own, deaf to SIGHUP, SIGINT and SIGTERM, it starts the process in another session with its own
/// environment and directory, records it, waits for its end, and records that. Whoever stops the process signals it
/// directly, never its keeper. Where it has a guardian, the process and all that descends from it is killed when that is
/// gone, however it went. Returns the keeper's exit status: 0 when the end is recorded.
package func keepProcess(_ specification: KeeperSpecification, clock: WallClock = .live) async -> Int32 {
  // Fails only for a process that leads a session already.
  _ = setsid()
  for signal in [SIGHUP, SIGINT, SIGTERM] { cm_ignore(signal) }
  if specification.guardian != nil { cm_adopt_orphans() }
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
    let watch = specification.guardian.map { guardian in
      Task {
        try await guardian.waitForEnd()
        await endDescendants()
      }
    }
    let how = try await child.wait()
    process.end = KeptProcess.End(how, at: clock.now)
    try KeeperRecord(process: process).write(to: specification.stateFile)
    // What it has left behind may not outlive the guardian either.
    while watch != nil, let orphan = descendants().first { try await orphan.waitForEnd() }
    return ExitStatus.passed.rawValue
  } catch {
    return ExitStatus.cannotCreate.rawValue
  }
}

/// The live processes that descend from this one.
private func descendants() -> [ProcessIdentity] {
  ProcessTable.tree(of: Host.process.pid).dropFirst().filter(\.isAlive).map {
    ProcessIdentity(pid: $0.pid, startTime: $0.startTime, bootID: Host.bootID)
  }
}

/// Kills every descendant, and what these start meanwhile.
private func endDescendants() async {
  // What cannot be killed within five seconds hangs in the kernel, and no more can be done.
  _ = try? await repeating(every: .milliseconds(20), within: .seconds(5), clock: ContinuousClock()) { () -> Bool? in
    let left = descendants()
    for process in left { process.send(.kill) }
    return left.isEmpty ? true : nil
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
