import Vocabulary

/// The runtime that an agent is written with.
package enum AgentSDK: String, Hashable, Sendable, CaseIterable {
  /// livekit-agents for Python.
  case python = "livekit-agents"
  /// @livekit/agents for Node.
  case node = "@livekit/agents"

  /// What its own drain timeout is called.
  package var drainOption: String { self == .python ? "drain_timeout" : "drainTimeout" }
}

/// Which version of an SDK is meant, as far as it is known.
package enum SDKVersionKnowledge: Hashable, Sendable {
  /// One version.
  case exact(PackageVersion)
  /// Any of these; which one is decided when it is installed.
  case range(VersionRange)

  /// As a range of versions: one version is the range that holds nothing else.
  func touches(_ range: VersionRange) -> Bool {
    switch self {
    case .exact(let version): range.contains(version)
    case .range(let mine): range.intersection(mine) != nil
    }
  }

  func isWithin(_ range: VersionRange) -> Bool {
    switch self {
    case .exact(let version): range.contains(version)
    case .range(let mine): range.contains(mine)
    }
  }

  /// As people read it.
  package var text: String {
    switch self {
    case .exact(let version): version.description.harmless
    case .range(let range): range.description.harmless
    }
  }
}

extension AgentSDK {
  /// How long a drain may take where nobody sets it.
  package struct DefaultTimeout: Hashable, Sendable {
    let sdk: AgentSDK
    let range: VersionRange
    /// nil: no limit.
    package let limit: Duration?
  }

  /// The defaults by version.
  ///
  /// Python: 3600 s since 1.6.5 (change #6286), 1800 s from 1.0.21, 60 s of the command line before. Node: 3 600 000 ms
  /// since 1.5.0; before, the command line calls `drain()` without any limit.
  static let defaultTimeouts = [
    DefaultTimeout(sdk: .python, range: VersionRange(below: "1.0.21"), limit: .seconds(60)),
    DefaultTimeout(sdk: .python, range: VersionRange(from: "1.0.21", below: "1.6.5"), limit: .seconds(1_800)),
    DefaultTimeout(sdk: .python, range: VersionRange(from: "1.6.5"), limit: .seconds(3_600)),
    DefaultTimeout(sdk: .node, range: VersionRange(below: "1.5.0"), limit: nil),
    DefaultTimeout(sdk: .node, range: VersionRange(from: "1.5.0"), limit: .seconds(3_600)),
  ]

  /// The defaults that the versions can have; more than one where a range spans a change.
  package func defaultTimeouts(_ version: SDKVersionKnowledge) -> [DefaultTimeout] {
    AgentSDK.defaultTimeouts.filter { $0.sdk == self && version.touches($0.range) }
  }
}
