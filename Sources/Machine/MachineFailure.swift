package import Vocabulary

import CMachine
import Glibc

/// An errno value with its words.
package struct SystemError: Hashable, Sendable, Error, CustomStringConvertible {
  /// The errno value.
  package let code: Int32

  /// An errno value; without one, the calling thread's current.
  package init(code: Int32 = errno) { self.code = code }

  /// The system's own words, lower-case: `no such file or directory`.
  package var description: String {
    // The words are in static storage.
    let words = unsafe String(cString: cm_error_words(code))
    return words.prefix(1).lowercased() + words.dropFirst()
  }

  /// The file or process is not there.
  package var isMissing: Bool { code == ENOENT || code == ESRCH || code == ENOTDIR }
}

/// What the system refused.
package enum MachineFailure: Failure {
  /// No program of this name: in `searched` (PATH), or at the path itself when nil.
  case programMissing(String, searched: String?)
  /// There is a file, but it may not be executed.
  case programNotExecutable(String)
  /// The directory to work in is not there.
  case directoryMissing(String)
  /// The system did not start a program.
  case cannotStart(String, SystemError)
  /// A program was not started, or not recorded, by its keeper.
  case notStarted(String, reason: String)
  /// A file or directory could not be used as it should be.
  case file(FileOperation, path: String, SystemError)
  /// A file is larger than what is read of it.
  case tooLarge(path: String, limit: Int)
  /// Another process holds a lock; `holder` is what it wrote into it.
  case locked(path: String, holder: String)
  /// A file that this program writes itself does not read as it should.
  case malformed(path: String, reason: String)
  /// Another system call failed.
  case system(String, SystemError)

  /// What should have been done with a file.
  package enum FileOperation: String, Sendable {
    case read, write, create, list, remove, rename, lock
  }

  package var what: String {
    switch self {
    case .programMissing(let name, _): "program '\(name.harmless)' is not found"
    case .programNotExecutable(let path): "'\(path.harmless)' cannot be executed"
    case .directoryMissing(let path): "directory '\(path.harmless)' does not exist"
    case .cannotStart(let name, _), .notStarted(let name, _): "program '\(name.harmless)' cannot be started"
    case .file(let operation, let path, _): "cannot \(operation.rawValue) '\(path.harmless)'"
    case .tooLarge(let path, let limit): "'\(path.harmless)' is larger than \(limit) bytes"
    case .locked(let path, _): "'\(path.harmless)' is locked"
    case .malformed(let path, _): "'\(path.harmless)' cannot be understood"
    case .system(let call, _): "\(call) failed"
    }
  }

  package var why: String? {
    switch self {
    case .programMissing(_, let searched?): "it is in no folder of PATH: \(searched.harmless)"
    case .programMissing(_, nil), .directoryMissing: "no such file or directory"
    case .programNotExecutable: "it is no executable file, or may not be executed by this user"
    case .cannotStart(_, let error), .file(_, _, let error), .system(_, let error): error.description
    case .notStarted(_, let reason): reason
    case .tooLarge: nil
    case .locked(_, let holder): holder.isEmpty ? nil : "held by \(holder.harmless)"
    case .malformed(_, let reason): reason
    }
  }

  package var remedy: String? {
    switch self {
    case .programMissing(let name, searched: .some): "install '\(name.harmless)', or give its path"
    case .programMissing(_, nil), .directoryMissing: "check the path; relative ones start at the working directory"
    case .programNotExecutable(let path): "chmod +x '\(path.harmless)'"
    case .file(_, let path, let error):
      switch error.code {
      case ENOSPC, EDQUOT: "free space on the file system of '\(path.harmless)'"
      case EACCES, EPERM, EROFS: "check owner and mode of '\(path.harmless)' and of the folders above it"
      case ENOENT, ENOTDIR: "check the path; relative ones start at the working directory"
      case EMFILE, ENFILE: "raise the limit of open files: ulimit -n"
      default: nil
      }
    case .cannotStart(_, let error) where error.code == ENOEXEC:
      "check that it is made for this machine, or begins with a line like #!/bin/sh"
    case .cannotStart(_, let error) where error.code == EAGAIN || error.code == ENOMEM:
      "check the limits of processes and memory: ulimit -u"
    case .locked: "wait for its holder to end"
    case .cannotStart, .notStarted, .tooLarge, .malformed, .system: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .programMissing, .programNotExecutable, .cannotStart, .notStarted, .system: .unavailable
    case .directoryMissing: .missingInput
    case .file(.read, _, _), .file(.list, _, _): .missingInput
    case .file: .cannotCreate
    case .tooLarge, .malformed: .badInput
    case .locked: .locked
    }
  }
}
