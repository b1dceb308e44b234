package import Vocabulary

/// One problem of some versions of an SDK that bears on a rollout.
package struct KnownProblem: Hashable, Sendable {
  /// Its place in the catalogue.
  package let code: FindingCode
  /// Whose problem it is.
  package let sdk: AgentSDK
  /// The versions that have it.
  package let range: VersionRange
  /// How much it matters.
  package let severity: Finding.Severity
  /// Whether it happens whenever the versions are run so, or only at an unlucky moment.
  package let certainty: Certainty
  /// What happens, one sentence.
  package let summary: String
  /// What to do about it.
  package let remedy: String

  /// How sure it is to happen.
  package enum Certainty: Hashable, Sendable { case always, sometimes }

  /// The problems by version, the one table of them.
  ///
  /// Each bound is the first release with the change: drain's timeout is caught (#5282), jobs are refused while
  /// draining (#4794), one ended call no longer ends the drain (#4304), the race of a closed process (#4501), a signal
  /// reaches the event loop whatever it runs (1.8.0), agents-js refuses jobs while draining (#1180).
  package static let table = [
    KnownProblem(
      code: "SIG-010", sdk: .python, range: VersionRange(below: "1.8.0"), severity: .warning, certainty: .sometimes,
      summary:
        "SIGTERM can be swallowed by whatever the event loop runs at that moment: no drain, and jobs go on coming",
      remedy:
        "upgrade to livekit-agents 1.8.0 or later; until then a second SIGTERM forces the exit and cuts what is live"),
    KnownProblem(
      code: "RTE-002", sdk: .python, range: VersionRange(below: "1.4.2"), severity: .critical, certainty: .always,
      summary: "a draining worker accepts jobs that are offered to it: new sessions land on the old version",
      remedy: "upgrade to livekit-agents 1.4.2 or later"),
    KnownProblem(
      code: "RTE-002", sdk: .node, range: VersionRange(below: "1.2.3"), severity: .critical, certainty: .always,
      summary: "a draining worker accepts jobs that are offered to it: new sessions land on the old version",
      remedy: "upgrade to @livekit/agents 1.2.3 or later"),
    KnownProblem(
      code: "DRN-009", sdk: .python, range: VersionRange(below: "1.3.9"), severity: .critical, certainty: .sometimes,
      summary: "the first call that ends during a drain ends the drain: the calls beside it are cut",
      remedy: "upgrade to livekit-agents 1.3.9 or later"),
    KnownProblem(
      code: "DRN-007", sdk: .python, range: VersionRange(below: "1.5.2"), severity: .warning, certainty: .always,
      summary: "when the drain times out the worker dies of it or stays, and its jobs are left without one",
      remedy: "upgrade to livekit-agents 1.5.2 or later; until then stop the worker once its sessions are gone"),
    KnownProblem(
      code: "INI-004", sdk: .python, range: VersionRange(below: "1.3.11"), severity: .warning, certainty: .sometimes,
      summary: "a process that is too slow to start is cleaned up in a race ('process object is closed')",
      remedy: "upgrade to livekit-agents 1.3.11 or later; the slow start itself is INI-001"),
    KnownProblem(
      code: "DRN-004", sdk: .node, range: .all, severity: .info, certainty: .always,
      summary: "'draining worker' is logged at debug: the usual level hides that a drain began",
      remedy: "set LOG_LEVEL=debug, or go by exit status 143 and by active_jobs of /worker"),
  ]

  /// Those that the versions have.
  package static func of(_ sdk: AgentSDK, _ version: SDKVersionKnowledge) -> [KnownProblem] {
    table.filter { $0.sdk == sdk && version.touches($0.range) }
  }
}

extension KnownProblem {
  /// The problem as a finding of a version, which the evidence shows.
  ///
  /// Suspected where it takes an unlucky moment. Where only some of the versions that may be installed have it, it is
  /// unknown and weighs less: the newest of them is what an installation mostly gets.
  package func finding(_ version: SDKVersionKnowledge, evidence: [Evidence]) -> Finding {
    let isInstalled = version.isWithin(range)
    return Finding(
      code: code, status: isInstalled ? certainty == .always ? .confirmed : .suspected : .unknown,
      severity: isInstalled ? severity : severity == .critical ? .warning : .info,
      summary: isInstalled
        ? "\(sdk.rawValue) \(version.text): \(summary)"
        : "\(sdk.rawValue) may be installed \(range), where \(summary)",
      evidence: evidence,
      remedy: Finding.Remedy(
        isInstalled ? remedy : "\(remedy), and write the version down (a lock file, an image's digest)"),
      appliesTo: "\(sdk.rawValue) \(range)")
  }
}
