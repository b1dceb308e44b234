import LogScan
import Logs
package import Machine
package import Vocabulary

/// Makes a case of logs.
package enum LogGathering {
  /// How many files are read at most; a folder with more is taken for a mistake.
  package static let fileLimit = 10_000

  /// What must stand in a line for it to be looked at.
  package static var literals: [String] { CaseReader.literals }

  private static let scanner = LiteralScanner(literals)

  /// Reads logs, one after the other, each by several tasks at a time; files that one was rotated into as one.
  ///
  /// - Parameters:
  ///   - paths: Files, gzip or plain, folders, of which every file is read, and `-`, which is `input`.
  ///   - directory: Where relative paths begin.
  ///   - input: Standard input.
  /// - Returns: The case. A log that cannot be read to its end is in it, with the reason.
  /// - Throws: `MachineFailure` for a path that is missing; `CancellationError`.
  package static func read(
    _ paths: [String], in directory: String, input: ByteStream = .standardInput
  ) async throws -> CaseFile {
    let reader = Locked(CaseReader())
    var logs: [CaseFile.LogFile] = []
    var (notes, trees): ([Note], [ProcessTree]) = ([], [])
    let all = RotatedLogs.join(try files(paths, in: directory)) { place($0, in: directory) }
    for log in all {
      let stream = log.name.harmless
      for path in log.paths {
        let index = logs.count
        let name = path.harmless
        let bytes = path == "-" ? input : try ByteStream(unhurried: place(path, in: directory))
        let summary = try await LogReading.read(
          LogInput(bytes, name: name, keeping: noteLimit), for: scanner, tasks: 2,
          decode: LogRecord.read,
          deliver: { number, records in
            reader.withLock { reader in
              for record in records { reader.take(record, log: index, name: stream, line: number) }
            }
          })
        if let text = summary.text { read(text, name, index, &notes, &trees) }
        logs.append(CaseFile.LogFile(name: name, summary))
      }
      // The parts of one log are put in order together.
      reader.withLock { $0.finishLog() }
    }
    let gaps = gaps(logs)
    return reader.withLock { $0.file(logs, notes: notes, trees: trees, gaps: gaps) }
  }

  /// A text up to this size may be a transcript or a view of processes, which have no literals of their own.
  private static let noteLimit = 1 << 20

  private static func read(
    _ bytes: [UInt8], _ name: String, _ log: Int, _ notes: inout [Note], _ trees: inout [ProcessTree]
  ) {
    var (noteReader, viewReader) = (NoteReader(log: log), ProcessViewReader(source: name))
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      noteReader.take(line, number: index + 1)
      viewReader.take(line)
    }
    notes += noteReader.notes
    trees += viewReader.finish()
  }

  private static func place(_ path: String, in directory: String) -> String {
    path.hasPrefix("/") ? path : "\(directory)/\(path)"
  }

  /// The files that paths name, those of a folder by name.
  private static func files(_ paths: [String], in directory: String) throws -> [String] {
    var files: [String] = []
    var pending = Array(paths.reversed())
    while let path = pending.popLast() {
      let place = path.hasPrefix("/") ? path : "\(directory)/\(path)"
      // A folder behind a link could be one of those that hold it.
      if path != "-", Files.kind(of: place) == .directory, Files.link(at: place) == nil || paths.contains(path) {
        pending += try Files.list(place).sorted(by: >).map {
          "\(path.hasSuffix("/") ? String(path.dropLast()) : path)/\($0)"
        }
      } else {
        files.append(path)
      }
      guard files.count + pending.count <= fileLimit else { throw TooManyLogs(limit: fileLimit) }
    }
    return files
  }

  private static func gaps(_ logs: [CaseFile.LogFile]) -> [CaseFile.Gap] {
    var gaps = logs.compactMap { log in
      log.failure.map {
        CaseFile.Gap(what: "the rest of \(log.name)", why: $0, remedy: "give the whole file")
      }
    }
    for log in logs where log.cutLines > 0 {
      gaps.append(
        CaseFile.Gap(
          what: "\(log.cutLines) lines of \(log.name) beyond their first mebibyte", why: "no worker writes such lines",
          remedy: "give the log as its program wrote it"))
    }
    return gaps
  }
}

/// A folder with more files than anybody's logs have.
package struct TooManyLogs: Failure {
  let limit: Int
  package var what: String { "more than \(limit) files were named as logs" }
  package var why: String? { "a folder is read with everything below it" }
  package var remedy: String? { "name the log files, or the folder that holds nothing else" }
  package var exitStatus: ExitStatus { .usage }
}

extension CaseFile.LogFile {
  init(name: String, _ summary: LogReading.Summary) {
    self.init(
      name: name, bytes: summary.bytes, lines: summary.lines, hits: summary.hits, cutLines: summary.cutLines,
      failure: summary.fault.map { $0.description })
  }
}
