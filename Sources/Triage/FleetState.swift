package import Cutover
package import Vocabulary

/// What a target's platform and session sources said at one moment.
package struct FleetState: Hashable, Codable, Sendable {
  /// The target.
  package var target: TargetName
  /// What runs its versions: `local-processes`, `livekit-cloud`; nil: somebody else deploys it.
  package var platform: String?
  /// The generations that have live instances, the newest first; nil: the platform could not be asked.
  package var current: [Generation]?
  /// Those of them that take new sessions by the platform's word; nil: not known.
  package var serving: [Generation]?
  /// The last change that the platform itself remembers; nil: it keeps no such record, or could not be asked.
  package var change: Change?
  /// Who tells outgoing generations to drain; nil without a platform.
  package var drainedBy: Rollout.Drainer?
  /// What each source can tell.
  package var sources: [SourceTraits]
  /// What each source said, whole listings.
  package var readings: [Reading]

  /// A fleet of which nothing is known yet.
  package init(target: TargetName) {
    self.target = target
    sources = []
    readings = []
  }

  /// A change of versions that a platform remembers.
  package struct Change: Hashable, Codable, Sendable {
    /// What serves since.
    package let incoming: Generation
    /// What has live instances beside it, the newest first.
    package let outgoing: [Generation]
    /// When it was begun, by the platform's clock.
    package let began: Timestamp
  }
}

/// A run that watched a rollout, as its journal tells it.
package struct WatchedRun: Hashable, Codable, Sendable {
  /// The run.
  package var id: RunID
  /// The command and its arguments.
  package var command: [String]
  /// When it began.
  package var began: Timestamp
  /// When it ended by itself; nil: it was cut off, or goes on.
  package var finishedAt: Timestamp?
  /// Whether a process was writing it when it was read.
  package var isRunning: Bool
  /// What the samples give, the live one included where the rollout still goes on; nil: nothing was watched.
  package var assessment: Assessment?
  /// What the run itself said at its end; nil: it did not reach one.
  package var recorded: Assessment?
  /// How many samples there are.
  package var samples: Int
  /// Where the journal is, as evidence calls it.
  package var journal: String
}

/// What the files of a project say of the stop signal's way and of the drain's clocks.
package struct ProjectFacts: Hashable, Codable, Sendable {
  /// The entry command's verdict; nil: no file says how the agent is started.
  package var entry: Entry?
  /// Every clock that can end a drain, the agent's first.
  package var clocks: [Clock]
  /// What follows the agent's own timeout, at worst; nil where its SDK is not known.
  package var tailSeconds: Double?

  init(clocks: [Clock], tailSeconds: Double?) {
    self.clocks = clocks
    self.tailSeconds = tailSeconds
  }

  /// What `check signals` says of the entry command.
  package struct Entry: Hashable, Codable, Sendable {
    /// What was judged, in words: `Dockerfile`.
    package let subject: String
    /// `drains`, `swallowed`, `aborts`, `never-starts`, `unknown`.
    package let outcome: String
    /// One sentence that says it all.
    package let sentence: String
    /// The entry command's words.
    package let command: String?
    /// Where it is written.
    package let place: String?
    /// What is wrong.
    package let findings: [Finding]
  }

  /// One clock that bears on a drain.
  package struct Clock: Hashable, Codable, Sendable {
    /// Whose it is.
    package let name: String
    /// `limit`, `unlimited` or `unknown`.
    package let state: State
    /// How long it lets a drain go on, in seconds; nil unless `state` is `limit`.
    package let seconds: Double?
    /// Why it is not known.
    package let reason: String?
    /// What to change to change it.
    package let controls: String
    /// Where the number comes from.
    package let origin: String
    /// Whether it is the agent's own, after which it goes on to clean up.
    package let isAgents: Bool

    /// What is known of a clock.
    package enum State: String, Codable, Sendable { case limit, unlimited, unknown }
  }
}
