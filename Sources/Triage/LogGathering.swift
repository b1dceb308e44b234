import LogScan
import Logs
package import Machine
package import Vocabulary

/// Makes a case of logs.
package enum LogGathering {
  /// How many files are read at most; a folder with more is taken for a mistake.
  package static let fileLimit = 10_000

  /// What must stand in a line for it to be looked at: what workers say, and errors of anybody.
  private static let scanner = LiteralScanner(WorkerEvent.literals + ["\"ERROR\"", "\"CRITICAL\"", "TimeoutError"])

  /// Reads logs, one after the other, each by several tasks at a time.
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
    let stories = Locked(WorkerStories())
    var logs: [CaseFile.LogFile] = []
    for path in try files(paths, in: directory) {
      let index = logs.count
      let name = path.harmless
      let stream = path == "-" ? input : try ByteStream(path.hasPrefix("/") ? path : "\(directory)/\(path)")
      let summary = try await LogReading.read(
        LogInput(stream, name: name), for: scanner, tasks: 2,
        decode: { bytes -> Read? in
          let envelope = LogEnvelope.open(bytes)
          return Read(line: LogLine(envelope.content), origin: envelope.origin, at: envelope.at)
        },
        deliver: { number, read in
          let mention = Mention(
            log: index, line: number, at: read.line.at ?? read.at, localTime: read.line.localTime,
            excerpt: read.line.summary)
          let stream = [name, read.origin].compactMap { $0 }.joined(separator: " ")
          stories.withLock { $0.take(read.line, in: stream, mention) }
        })
      logs.append(CaseFile.LogFile(name: name, summary))
    }
    return CaseFile(logs: logs, workers: stories.withLock { $0.stories }, gaps: gaps(logs))
  }

  /// What is made of a line before its number is known.
  private struct Read: Sendable {
    let line: LogLine
    let origin: String?
    let at: Timestamp?
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
    gaps.append(
      CaseFile.Gap(
        what: "processes and their signal masks", why: "logs do not show whether a stop signal reached the agent",
        remedy: "sluice check signals, for the image that runs"))
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
