package import Machine
package import Vocabulary

/// What keeps versions from running or stopping as processes on this machine.
package enum LocalProcessesFailure: Failure {
  /// The settings cannot be meant; one sentence.
  case settings(String)
  /// No process could be started.
  case notStarted(VersionName, MachineFailure)
  /// A process ended before it did anything; `lines` are the last of its log.
  case endedAtOnce(InstanceID, command: [String], end: ProcessEnd, lines: [String], log: String)
  /// Every process of a version ended before it could serve; `reason` is its log's own.
  case neverServed(GenerationID, reason: String, log: String)
  /// The worker's port is taken; the processes share one because the port hook has no effect on the command.
  case portInUse(InstanceID, command: [String], log: String)
  /// The version was never started here, so it cannot be put back.
  case versionUnknown(VersionName, known: [VersionName])
  /// The stop signal could not be sent to a process that runs.
  case notTold(InstanceID, pid: Int32)
  /// A file of the state folder is not what this program writes.
  case stateUnreadable(path: String, reason: String)

  package var what: String {
    switch self {
    case .settings(let sentence): sentence
    case .notStarted(let version, let cause): "version '\(version.rawValue.harmless)' was not started: \(cause.what)"
    case .endedAtOnce(let id, _, let end, _, _): "\(id.rawValue.harmless) ended at once: \(end)"
    case .neverServed(let id, _, _): "no process of \(id.rawValue.harmless) came to serve, and all have ended"
    case .portInUse(let id, _, _): "\(id.rawValue.harmless) ended because its HTTP port is in use (CON-004)"
    case .versionUnknown(let version, _): "version '\(version.rawValue.harmless)' was never started here"
    case .notTold(let id, let pid): "\(id.rawValue.harmless) (pid \(pid)) could not be told to stop"
    case .stateUnreadable(let path, _): "'\(path.harmless)' cannot be understood"
    }
  }

  package var why: String? {
    switch self {
    case .settings: nil
    case .notStarted(_, let cause): cause.why
    case .endedAtOnce(_, let command, _, let lines, _):
      lines.isEmpty
        ? "`\(command.joined(separator: " ").harmless)` printed nothing"
        : "`\(command.joined(separator: " ").harmless)` printed: \(lines.joined(separator: " | "))"
    case .neverServed(_, let reason, _), .stateUnreadable(_, let reason): reason
    case .portInUse:
      "another process listens there, and the command does not take the free port that sluice gives to Python workers"
    case .versionUnknown(_, let known):
      known.isEmpty ? "none was" : "known are: \(known.map(\.rawValue.harmless).joined(separator: ", "))"
    case .notTold: "it belongs to another user"
    }
  }

  package var remedy: String? {
    switch self {
    case .settings: "change 'local-processes' in sluice.yaml"
    case .notStarted(_, let cause): cause.remedy
    case .endedAtOnce(_, let command, _, _, _):
      "run `\(command.joined(separator: " ").harmless)` by hand until it stays, then deploy again"
    case .neverServed(_, _, let log): "less '\(log.harmless)'"
    case .portInUse:
      "free the port, give each process one of its own, or start Python without -I, -E and -S, which switch the hook off"
    case .versionUnknown: "name one of these, or deploy the version"
    case .notTold(_, let pid): "kill -TERM \(pid) as its user, once"
    case .stateUnreadable(let path, _): "move '\(path.harmless)' away once none of its processes runs"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .settings: .configuration
    case .stateUnreadable: .badInput
    case .notStarted, .endedAtOnce, .neverServed, .portInUse, .versionUnknown, .notTold: .actionFailed
    }
  }
}
