package import Logs
package import Vocabulary

/// Everything that triage looks at, as values: what it finds comes from this alone, so that it is found again offline, on another
/// machine, a year later.
package struct CaseFile: Hashable, Codable, Sendable {
  /// What the JSON form is.
  package var schema = "sluice.case/1"
  /// When the last of it was gathered; nil where nothing in it is of this moment, as in logs.
  package var gatheredAt: Timestamp?
  /// Only what happened since counts; nil: everything.
  package var since: Timestamp?
  /// The logs that were read, in the order in which mentions number them.
  package var logs: [LogFile]
  /// What the logs tell of workers.
  package var workers: [WorkerStory]
  /// Tracebacks that belong to no worker that is known, as standard errors kept in a file of their own hold them.
  package var loose: [WorkerStory.Failure] = []
  /// What the logs tell of uvicorn servers, also of Google's ADK.
  package var webServers: [WebServerStory] = []
  /// What the logs tell of LiveKit servers; nil: there was none.
  package var liveKit: LiveKitServerStory?
  /// What transcripts and records tell of signals, ends and connections.
  package var notes: [Note] = []
  /// Processes with their signal masks and sockets, one tree for each agent that was looked at.
  package var trees: [ProcessTree] = []
  /// Containers, as their engines tell of them.
  package var containers: [ContainerFacts] = []
  /// The fleet of a target; nil where none was asked.
  package var fleet: FleetState?
  /// The run that watched the fleet's last rollout, or the one that was named; nil: none.
  package var run: WatchedRun?
  /// What the project's files say of the stop signal's way and of the clocks; nil where there were none to read.
  package var project: ProjectFacts?
  /// What could not be looked at.
  package var gaps: [Gap]
  /// What was seen of the agent when it was told to stop on purpose; nil: it was not.
  package var termTest: TermTestRecord?

  /// A case; nothing that is left out is taken for absent in the fleet.
  package init(logs: [LogFile] = [], workers: [WorkerStory] = [], gaps: [Gap] = []) {
    self.logs = logs
    self.workers = workers
    self.gaps = gaps
  }

  /// One log that was read.
  package struct LogFile: Hashable, Codable, Sendable {
    /// What evidence calls it.
    package let name: String
    /// Bytes after unpacking, lines, and lines that were looked at.
    package let bytes, lines, hits: Int
    /// Lines over a mebibyte, of which only the beginning was looked at.
    package let cutLines: Int
    /// Why it could not be read to its end.
    package let failure: String?

    /// A log.
    package init(name: String, bytes: Int, lines: Int, hits: Int, cutLines: Int, failure: String?) {
      self.name = name
      self.bytes = bytes
      self.lines = lines
      self.hits = hits
      self.cutLines = cutLines
      self.failure = failure
    }
  }

  /// Something that was not looked at.
  package struct Gap: Hashable, Codable, Sendable {
    /// What.
    package let what: String
    /// Why.
    package let why: String
    /// How to make it visible.
    package let remedy: String

    /// Something that was not looked at.
    package init(what: String, why: String, remedy: String) {
      self.what = what
      self.why = why
      self.remedy = remedy
    }
  }
}

extension CaseFile {
  /// Reads a case of this or an earlier form: what it does not hold was not looked at.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schema = try container.decode(String.self, forKey: .schema)
    gatheredAt = try container.decodeIfPresent(Timestamp.self, forKey: .gatheredAt)
    since = try container.decodeIfPresent(Timestamp.self, forKey: .since)
    logs = try container.decodeIfPresent([LogFile].self, forKey: .logs) ?? []
    workers = try container.decodeIfPresent([WorkerStory].self, forKey: .workers) ?? []
    loose = try container.decodeIfPresent([WorkerStory.Failure].self, forKey: .loose) ?? []
    webServers = try container.decodeIfPresent([WebServerStory].self, forKey: .webServers) ?? []
    liveKit = try container.decodeIfPresent(LiveKitServerStory.self, forKey: .liveKit)
    notes = try container.decodeIfPresent([Note].self, forKey: .notes) ?? []
    trees = try container.decodeIfPresent([ProcessTree].self, forKey: .trees) ?? []
    containers = try container.decodeIfPresent([ContainerFacts].self, forKey: .containers) ?? []
    fleet = try container.decodeIfPresent(FleetState.self, forKey: .fleet)
    run = try container.decodeIfPresent(WatchedRun.self, forKey: .run)
    project = try container.decodeIfPresent(ProjectFacts.self, forKey: .project)
    gaps = try container.decodeIfPresent([Gap].self, forKey: .gaps) ?? []
    termTest = try container.decodeIfPresent(TermTestRecord.self, forKey: .termTest)
  }

  /// Takes in what another case holds; its logs are numbered behind these.
  package mutating func add(_ logs: CaseFile) {
    precondition(self.logs.isEmpty, "mentions of a log name it by its number")
    self.logs = logs.logs
    workers = logs.workers
    loose = logs.loose
    webServers = logs.webServers
    liveKit = logs.liveKit
    notes = logs.notes
    trees += logs.trees
    gaps += logs.gaps
  }
}
