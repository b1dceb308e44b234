import Documents
package import Vocabulary

/// `livekit-server-log: { files | command, agent-name, complete, workers }`.
package struct LiveKitServerLogConfiguration: Sendable {
  /// The server's log in files, absolute; empty where a command prints it.
  package var files: [String]
  /// The argument array of a command that prints the log and ends; empty where files hold it.
  package var command: [String]
  /// The folder that the command starts in, absolute.
  package var directory: String
  /// The name under which the fleet's agents are dispatched; nil: every agent is the fleet's.
  package var agentName: String?
  /// Whether the log reaches back to before the oldest session; nil: when it begins with the server's start.
  package var isComplete: Bool?
  /// The workers' own logs.
  package var workers: [Worker]

  /// `{ name, version, files }`: one worker with its own log.
  package struct Worker: Sendable {
    /// The instance.
    package var name: InstanceID
    /// The version it runs.
    package var version: VersionName?
    /// Its log in files, absolute.
    package var files: [String]
  }
}

extension TargetReader {
  func serverLog(_ reader: MappingReader) -> SourceConfiguration? {
    let files = reader.strings("files")
    let command = reader.strings("command")
    if (files?.isEmpty ?? true) == (command?.isEmpty ?? true) {
      reader.report("'livekit-server-log' needs either 'files' or a 'command'")
    }
    let workers = reader.elements("workers") { node, name in reader.read(node, called: name, loggedWorker) }
    return .liveKitServerLog(
      LiveKitServerLogConfiguration(
        files: (files ?? []).map(absolute), command: command ?? [], directory: folder,
        agentName: reader.string("agent-name"), isComplete: reader.boolean("complete"), workers: workers ?? []))
  }

  private func loggedWorker(_ reader: MappingReader) -> LiveKitServerLogConfiguration.Worker? {
    let name = reader.required("name", reader.text)
    let version = reader.text("version")
    let files = reader.required("files", reader.strings)
    guard let name, let files else { return nil }
    return LiveKitServerLogConfiguration.Worker(
      name: InstanceID(name), version: version.map { VersionName($0) }, files: files.map(absolute))
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}
