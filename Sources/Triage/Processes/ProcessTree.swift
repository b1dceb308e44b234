package import Machine
package import Vocabulary

/// The processes of one agent, from the one that gets the stop signal downwards.
package struct ProcessTree: Hashable, Codable, Sendable {
  /// What it is called: `pid 4711`, `instance v1#1-1`, `container agent`.
  package var name: String
  /// The fleet's instance that it is; nil outside of a fleet.
  package var instance: InstanceID?
  /// The release that it runs; nil where that is not known.
  package var version: VersionName?
  /// When it was looked at; nil where a text does not say.
  package var takenAt: Timestamp?
  /// Where it was read: `/proc`, `docker top agent`, `ps.txt`.
  package var source: String
  /// The process that the platform sends the stop signal to; nil: not known.
  package var signaled: Int32?
  /// The processes, parents before children.
  package var processes: [ObservedProcess]
  /// What starts the agent, judged by its command line and the files it names; nil where there was nothing to judge.
  package var entry: ProjectFacts.Entry?

  /// A tree.
  package init(name: String, source: String, signaled: Int32?, takenAt: Timestamp?, processes: [ObservedProcess]) {
    self.name = name
    self.source = source
    self.signaled = signaled
    self.takenAt = takenAt
    self.processes = processes
  }
}

/// One process as it was seen at one moment. What could not be read is nil, never zero.
package struct ObservedProcess: Hashable, Codable, Sendable {
  /// Its id, as the observer sees it.
  package var pid: Int32
  /// Its parent's id; nil where a text does not say.
  package var parent: Int32?
  /// Its process group; nil where a text does not say.
  package var group: Int32?
  /// Its id in the innermost pid namespace that it is in; 1 is the init of a container. nil: not known.
  package var innerPID: Int32?
  /// The name of its executable.
  package var name: String
  /// Its command line; nil: it could not be read, or a zombie has none.
  package var arguments: [String]?
  /// One letter: R, S, D running, T stopped, Z ended.
  package var state: String?
  /// Signals that it catches; nil: not read.
  package var caught: SignalSet?
  /// Signals that it ignores; nil: not read.
  package var ignored: SignalSet?
  /// Signals that every one of its threads blocks; nil: not read.
  package var blocked: SignalSet?
  /// TCP ports on which it listens; nil: not known.
  package var listening: [UInt16]?
  /// Established connections to those ports that it holds; nil: not known.
  package var connections: Int?
  /// Why something above is not known; nil: all is.
  package var note: String?

  /// A process of which little is known.
  package init(pid: Int32, parent: Int32? = nil, name: String) {
    self.pid = pid
    self.parent = parent
    self.name = name
  }
}
