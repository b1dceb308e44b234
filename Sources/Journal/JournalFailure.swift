import Machine
package import Vocabulary

/// What is wrong with a run, its journal or a target's lock.
package enum JournalFailure: Failure, Equatable {
  /// A line that is no record, or not the record that was written.
  case unreadable(path: String, line: Int, reason: String)
  /// A line that does not follow the one before it: something was taken out, put in or exchanged.
  case broken(path: String, line: Int, reason: String)
  /// A line longer than any record that this program writes.
  case lineTooLong(path: String, line: Int, limit: Int)
  /// A journal in which nothing is watched.
  case noPlan(path: String)
  /// No run of this name in this home.
  case runMissing(String, home: String)
  /// More than one run begins like this; the first few of them.
  case runAmbiguous(String, runs: [RunID])
  /// Another process is writing the run.
  case runIsBeingWritten(RunID)
  /// The journal can take no more records, because an earlier one could not be written.
  case writerFailed(path: String, reason: String)
  /// Another run holds the target.
  case targetLocked(TargetName, owner: LockOwner)
  /// The lock was taken over by another run, or removed, while this one thought it had it.
  case lockLost(TargetName, owner: LockOwner?)

  package var what: String {
    switch self {
    case .unreadable(let path, let line, _): "the journal '\(path.harmless)' is damaged at line \(line)"
    case .broken(let path, let line, _): "the chain of the journal '\(path.harmless)' is broken at line \(line)"
    case .lineTooLong(let path, let line, let limit):
      "line \(line) of the journal '\(path.harmless)' is longer than \(limit) bytes"
    case .noPlan(let path): "the journal '\(path.harmless)' holds no watch that could be replayed"
    case .runMissing(let text, let home): "no run '\(text.harmless)' in '\(home.harmless)'"
    case .runAmbiguous(let text, _): "more than one run begins with '\(text.harmless)'"
    case .runIsBeingWritten(let run): "run \(run.rawValue.harmless) is being written by another process"
    case .writerFailed(let path, _): "the journal '\(path.harmless)' cannot be continued"
    case .targetLocked(let target, let owner):
      "target '\(target.rawValue.harmless)' is locked by run \(owner.run.rawValue.harmless)"
    case .lockLost(let target, _): "the lock of target '\(target.rawValue.harmless)' was lost"
    }
  }

  package var why: String? {
    switch self {
    case .unreadable(_, _, let reason), .broken(_, _, let reason), .writerFailed(_, let reason): reason
    case .lineTooLong: "this program writes no such record"
    case .noPlan: "its run ended before the rollout was known, or its command watches nothing"
    case .runMissing, .runIsBeingWritten: nil
    case .runAmbiguous(_, let runs): runs.map(\.rawValue.harmless).joined(separator: ", ")
    case .targetLocked(_, let owner):
      "process \(owner.process.pid) on \(owner.host.harmless) last renewed it at \(owner.heartbeat)"
    case .lockLost(_, let owner?):
      "run \(owner.run.rawValue.harmless) on \(owner.host.harmless) took it over at \(owner.acquired)"
    case .lockLost(_, nil): "its file is gone"
    }
  }

  package var remedy: String? {
    switch self {
    case .unreadable(_, let line, _), .broken(_, let line, _):
      line > 1
        ? "use another copy, a bundle's for example; what stands before line \(line) can be trusted"
        : "use another copy, a bundle's for example"
    case .lineTooLong: "check that it is a journal of sluice"
    case .noPlan: "sluice runs list"
    case .runMissing: "sluice runs list"
    case .runAmbiguous: "give more of its id"
    case .runIsBeingWritten: "wait for its end: sluice runs list"
    case .writerFailed: "free space, then resume the run"
    case .targetLocked(_, let owner): "wait for its end, or until the lock expires at \(owner.expires)"
    case .lockLost: "see what the other run did before going on: sluice runs list"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .unreadable, .broken, .lineTooLong, .noPlan: .badInput
    case .runMissing: .missingInput
    case .runAmbiguous: .usage
    case .runIsBeingWritten, .targetLocked, .lockLost: .locked
    case .writerFailed: .cannotCreate
    }
  }
}
