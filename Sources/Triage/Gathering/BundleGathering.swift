import Journal
import Machine
package import Vocabulary

/// Makes a case of an evidence bundle: a folder with `journal.ndjson`, `logs/`, or both.
package enum BundleGathering {
  /// The case of a bundle that was unpacked, or of the folder of a run.
  ///
  /// Throws `BundleFailure` for what is none, and what reading a journal or logs throws.
  package static func read(_ path: String, in directory: String) async throws -> CaseFile {
    let folder = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    switch Files.kind(of: folder) {
    case nil: throw BundleFailure.missing(path)
    case .directory?: break
    default: throw BundleFailure.packed(path)
    }
    var file = CaseFile()
    let hasCase = Files.kind(of: "\(folder)/\(KeptCase.name)") == .file
    let hasJournal = hasCase || Files.kind(of: "\(folder)/journal.ndjson") == .file
    let hasLogs = Files.kind(of: "\(folder)/logs") == .directory
    guard hasJournal || hasLogs else { throw BundleFailure.nothingInIt(path) }
    if hasJournal {
      let name = folder.split(separator: "/").last.map(String.init) ?? path
      do {
        file = try RunGathering.read(RunFolder(id: RunID(name), path: folder))
      } catch let failure as JournalFailure {
        // A run that watched nothing has its logs still.
        guard hasLogs, case .noPlan = failure else { throw failure }
      }
    }
    if hasLogs, file.logs.isEmpty { file.add(try await LogGathering.read(["logs"], in: folder)) }
    return file
  }
}

/// What cannot be read as a bundle.
package enum BundleFailure: Failure {
  case missing(String)
  case packed(String)
  case nothingInIt(String)

  package var what: String {
    switch self {
    case .missing(let path): "there is no bundle '\(path.harmless)'"
    case .packed(let path): "'\(path.harmless)' is no folder"
    case .nothingInIt(let path): "'\(path.harmless)' is no bundle"
    }
  }
  package var why: String? {
    switch self {
    case .missing: "no such file or directory"
    case .packed: "a bundle is read unpacked"
    case .nothingInIt: "it holds neither journal.ndjson nor logs"
    }
  }
  package var remedy: String? {
    switch self {
    case .missing: "check the path"
    case .packed: "unpack it with 'tar -xf', and name its folder"
    case .nothingInIt: "name the bundle's own folder, or give logs with --logs"
    }
  }
  package var exitStatus: ExitStatus { if case .missing = self { .missingInput } else { .badInput } }
}
