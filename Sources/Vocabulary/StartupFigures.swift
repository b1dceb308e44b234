/// What was measured when a worker was started several times.
package struct StartupFigures: Hashable, Sendable {
  /// The starts, in order.
  package var starts: [Start]
  /// How long the imports of the agent's module take; nil when that was not measured.
  package var imports: ImportTimes?
  /// The version of livekit-agents that the worker said; nil when it said none.
  package var sdk: String?
  /// What the worker was limited to, in words.
  package var limits: [String]
  /// What was asked for and could not be done, in words.
  package var omissions: [String]

  /// Figures of starts.
  package init(
    starts: [Start] = [], imports: ImportTimes? = nil, sdk: String? = nil, limits: [String] = [],
    omissions: [String] = []
  ) {
    self.starts = starts
    self.imports = imports
    self.sdk = sdk
    self.limits = limits
    self.omissions = omissions
  }

  /// One start of the worker.
  package struct Start: Hashable, Encodable, Sendable {
    /// Its number, from 1.
    package var number: Int
    /// Seconds from the start of the process until the worker was registered; nil: it was not, while one looked.
    package var registeredSeconds: Double?
    /// Seconds that each process took to initialize, as the worker's log has them, in their order.
    package var initializedSeconds: [Double] = []
    /// How many processes were still initializing when the start was ended.
    package var pending = 0
    /// What went wrong.
    package var failures: [Failure] = []
    /// Seconds until everything was known.
    package var seconds: Double = 0

    /// A start of which nothing is known yet.
    package init(number: Int) { self.number = number }
  }

  /// One thing that went wrong in a start.
  package struct Failure: Hashable, Encodable, Sendable {
    /// What.
    package var kind: Kind
    /// What the log says, harmless.
    package var text: String

    /// A failure.
    package init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }

    /// What went wrong.
    package enum Kind: String, Codable, Sendable {
      /// A process took longer than initialize_process_timeout.
      case timedOut = "timed-out"
      /// The setup function raised.
      case raised
      /// A process died while it started.
      case died
      /// The supervisor met "process object is closed".
      case closed
      /// The worker itself ended, or never registered.
      case worker
    }
  }
}

/// How long the modules of a Python program take to import, as `-X importtime` says.
package struct ImportTimes: Hashable, Sendable {
  /// Each module with its times, in the order in which their imports ended.
  package var modules: [Module]
  /// Seconds that the whole of the agent's module took, imports and all else; nil when that was not measured.
  package var totalSeconds: Double?

  /// One imported module.
  package struct Module: Hashable, Encodable, Sendable {
    /// Its dotted name.
    package var name: String
    /// Seconds of its own.
    package var selfSeconds: Double
    /// Seconds with those of what it imports first.
    package var cumulativeSeconds: Double
    /// How deep it stands below the agent's module; 0 for what that imports itself.
    package var depth: Int
  }

  /// Reads what `-X importtime` wrote to standard error; other lines are left out, and so is what comes after 100,000 modules.
  package init(_ text: String, totalSeconds: Double? = nil) {
    self.totalSeconds = totalSeconds
    modules = text.split(whereSeparator: \.isNewline).lazy.compactMap { line -> Module? in
      guard line.hasPrefix("import time:") else { return nil }
      let parts = line.dropFirst("import time:".count).split(separator: "|", maxSplits: 2)
      guard parts.count == 3, let own = Double(parts[0].filter { $0 != " " }),
        let cumulative = Double(parts[1].filter { $0 != " " })
      else { return nil }
      let indent = parts[2].prefix { $0 == " " }.count
      let name = String(parts[2].dropFirst(indent))
      return Module(
        name: name.harmless, selfSeconds: own / 1e6, cumulativeSeconds: cumulative / 1e6,
        depth: max(0, (indent - 1) / 2))
    }.prefix(100_000).map(\.self)
  }
}
