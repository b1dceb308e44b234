import Cutover
import Preflight
import Vocabulary

/// What a fleet's sources, its last run and its project's files say, set beside what logs and processes have shown: one root
/// cause is one finding, and what it brings about is its evidence.
extension Opinion {
  mutating func judgeTarget(of file: CaseFile) {
    for reading in file.fleet?.readings ?? [] {
      guard case .snapshot(let listing) = reading.answer else { continue }
      for finding in listing.findings ?? [] { take(finding) }
    }
    if let run = file.run, let assessment = run.assessment, isWorthSaying(run, file) {
      if let deaf = Self.deaf(assessment)?.placed(in: run), !replace(deaf, in: file) { take(deaf) }
      let findings = assessment.findings.map { $0.placed(in: run) }
      for finding in findings.sorted(by: { Self.causes($0.code) && !Self.causes($1.code) }) {
        if finding.code == "SIG-001", replace(finding, in: file) { continue }
        take(finding)
      }
    }
    for finding in file.project?.entry?.findings ?? [] where file.trees.isEmpty { take(finding) }
  }

  /// A run whose rollout is over says nothing of the fleet at this moment, unless it is the run that was asked for.
  private func isWorthSaying(_ run: WatchedRun, _ file: CaseFile) -> Bool {
    guard let fleet = file.fleet else { return true }
    guard let current = fleet.current else { return run.recorded?.verdict != .passed }
    return current.first?.version == run.assessment?.incoming
      && (current.count > 1 || run.recorded?.verdict != .passed)
  }

  /// Old instances that were told to drain, show nothing of it, and go on taking sessions.
  private static func deaf(_ assessment: Assessment) -> Finding? {
    let deaf = assessment.instances.filter { instance in
      instance.drainRequestedAt != nil && instance.drainConfirmedAt == nil
        && assessment.sessions.late.contains { $0.instance == instance.id }
    }
    guard !deaf.isEmpty else { return nil }
    let names = deaf.prefix(5).map(\.id.rawValue.harmless).joined(separator: ", ")
    return Finding(
      code: "SIG-001", status: .suspected, severity: .critical,
      summary: "the stop signal may not reach \(names): told to drain, it goes on taking sessions",
      evidence: deaf.prefix(10).map {
        Evidence(
          source: "journal", at: $0.drainRequestedAt,
          excerpt: "\($0.id.rawValue) was told to drain and shows nothing of it: \($0.end ?? $0.phase)".harmless)
      },
      remedy:
        "exec the agent in its entry point so that it gets SIGTERM itself (an SDK below 1.8.0 can swallow it: SIG-010)")
  }

  /// Adds a finding, as evidence where its cause or itself was found already.
  private mutating func take(_ finding: Finding) {
    let causes = Self.explanations[finding.code.rawValue] ?? []
    let known = findings.first { $0.code == finding.code } ?? findings.first { causes.contains($0.code.rawValue) }
    guard let known else { return add(finding) }
    let said = Evidence(
      source: "assessment", locator: finding.evidence.first?.locator, at: finding.evidence.first?.at,
      excerpt: finding.summary)
    support(known, with: [said] + finding.evidence)
  }

  /// What a cause brings about: symptoms by the codes that explain them.
  private static let explanations: [String: [String]] = {
    let signals = ["SIG-001", "SIG-002", "SIG-007", "SIG-010", "RTE-007"]
    let cuts = [
      "DRN-001", "DRN-002", "DRN-005", "SIG-002", "SIG-003", "SIG-004", "SIG-008", "SIG-011", "RUN-005", "RUN-006",
    ]
    return [
      "RTE-001": signals + ["RTE-002"], "DRN-007": signals, "DRN-008": signals, "SES-001": cuts + signals,
      "RTE-004": ["RUN-006", "RTE-007", "INI-001", "INI-002", "INI-003", "CON-001", "CON-002"],
      "PLT-001": ["INI-001", "INI-002", "INI-003", "CON-001", "CON-002", "CON-003", "CON-004"],
      "PLT-005": ["INI-001", "INI-002", "INI-003"],
    ]
  }()

  private static func causes(_ code: FindingCode) -> Bool { explanations[code.rawValue] == nil }

  /// An instance was told to stop and shows nothing of it, although its processes let the signal through: not the signal's
  /// way is the cause, but what the agent made of it.
  private mutating func replace(_ finding: Finding, in file: CaseFile) -> Bool {
    let silent = Set(
      (file.run?.assessment?.instances ?? []).filter { $0.drainConfirmedAt == nil && $0.endedAt == nil }.map(\.id))
    let trees = file.trees.filter { $0.instance.map(silent.contains) ?? false }
    guard !trees.isEmpty, trees.count == silent.count,
      trees.allSatisfy({ SignalRoute(in: $0).outcome == .reaches })
    else { return false }
    let versions = Set(
      (file.fleet?.readings ?? []).flatMap { reading -> [String] in
        guard case .snapshot(let listing) = reading.answer else { return [] }
        return listing.instances.filter { silent.contains($0.id) }.compactMap(\.sdk)
      })
    let names = silent.map(\.rawValue.harmless).sorted().joined(separator: ", ")
    let isOld = !versions.isEmpty && versions.allSatisfy(Self.canSwallow)
    guard isOld else { return false }
    raise(
      Finding(
        code: "SIG-010", status: .suspected, severity: .critical,
        summary: "SIGTERM reached \(names) and was swallowed inside of the SDK",
        cause:
          "its processes let the signal through, and \(versions.sorted().joined(separator: ", ").harmless) can lose it",
        evidence: finding.evidence,
        remedy: "upgrade livekit-agents to 1.8.0 or later; a second SIGTERM forces it to leave, and ends its sessions",
        appliesTo: "livekit-agents < 1.8.0"))
    return true
  }

  private static func canSwallow(_ sdk: String) -> Bool {
    let words = sdk.split(separator: " ")
    guard words.count == 2, words[0] == "livekit-agents", let version = PackageVersion(words[1])
    else { return false }
    return version < "1.8.0"
  }
}

extension Finding {
  /// The same with evidence that says in which run it is.
  fileprivate func placed(in run: WatchedRun) -> Finding {
    let shown = evidence.isEmpty ? [Evidence(source: "journal", at: run.assessment?.at, excerpt: summary)] : evidence
    return Finding(
      code: code, status: status, severity: severity, confidence: confidence, summary: summary, cause: cause,
      evidence: shown.map {
        Evidence(source: $0.source, locator: $0.locator ?? run.journal, at: $0.at, excerpt: $0.excerpt)
      }, remedy: remedy, appliesTo: appliesTo)
  }
}
