package import Vocabulary

extension StartupJudgement {
  /// What went wrong in the starts, in the words of the catalogue: INI-001 to INI-004 and INI-006.
  package func findings(_ figures: StartupFigures) -> [Finding] {
    let failures = figures.starts.flatMap { start in start.failures.map { (start.number, $0) } }
    func evidence(_ kind: StartupFigures.Failure.Kind) -> [Evidence] {
      failures.filter { $0.1.kind == kind }.prefix(8).map { number, failure in
        Evidence(source: SourceID("start-\(number)"), at: nil, excerpt: failure.text)
      }
    }
    func finding(
      _ code: FindingCode, _ kind: StartupFigures.Failure.Kind, _ severity: Finding.Severity, _ summary: String,
      cause: String? = nil, _ remedy: Finding.Remedy
    ) -> Finding? {
      let found = evidence(kind)
      guard !found.isEmpty else { return nil }
      let count = Set(failures.filter { $0.1.kind == kind }.map(\.0)).count
      return Finding(
        code: code, status: .confirmed, severity: severity, summary: "\(summary) in \(count) of \(starts) starts",
        cause: cause, evidence: found, remedy: remedy)
    }
    return [
      finding(
        "INI-001", .timedOut, .critical,
        "a process took longer than initialize_process_timeout\(timeoutText) and was killed",
        cause: slowestPart(figures),
        Finding.Remedy(
          "load less or later, or raise initialize_process_timeout",
          commands: ["sluice check startup --explain INI-001"])),
      finding(
        "INI-002", .raised, .critical, "the setup function raised, and the process was started again and again",
        "mend what it names: a missing file, package or variable"),
      finding(
        "INI-003", .died, .critical, "a process died while it started",
        "read what it wrote last; -9 is the kernel's memory killer"),
      finding(
        "INI-004", .closed, .warning, "the supervisor met a process object that is closed",
        "upgrade livekit-agents to 1.3.11 or later; the cause is the timeout before it"),
      finding(
        "INI-003", .worker, .critical, "the worker did not register", "read what it wrote last, and start it by hand"),
      slowInitialization(figures),
    ].compactMap(\.self)
  }

  private var timeoutText: String { goal.timeoutSeconds.map { ", \(Self.text($0))," } ?? "" }

  private func slowInitialization(_ figures: StartupFigures) -> Finding? {
    guard let initialized, limit == .missed else { return nil }
    // What the SDK itself takes is imported once, before the fork.
    let imports = figures.imports?.outsideSDK
    let isImport = (imports?.totalSeconds ?? 0) > initialized.p50 / 2
    let slow = (imports?.heaviest(5) ?? []).map { module in
      Evidence(
        source: "importtime", at: nil, excerpt: "import \(module.name): \(Self.text(module.cumulativeSeconds))")
    }
    return Finding(
      code: isImport ? "INI-006" : "INI-001", status: isImport ? .confirmed : .suspected, severity: .warning,
      summary: "a process takes up to \(Self.text(initialized.max)) to initialize; "
        + "\(Self.text(goal.limitSeconds)) is the goal, and after initialize_process_timeout\(timeoutText) it is killed",
      cause: slowestPart(figures),
      evidence: [
        Evidence(
          source: "log", at: nil,
          excerpt: "process initialized: p50 \(Self.text(initialized.p50)), p99 \(Self.text(initialized.p99))")
      ] + (isImport ? slow : []),
      remedy: Finding.Remedy(
        isImport
          ? "import what is slow where it is used, or name it in preload_modules" : "make the setup function do less",
        commands: ["sluice check startup --explain \(isImport ? "INI-006" : "INI-001")"]))
  }

  /// Which part of the start takes its time; nil when the imports were not measured.
  private func slowestPart(_ figures: StartupFigures) -> String? {
    guard let imports = figures.imports?.outsideSDK, let total = imports.totalSeconds else { return nil }
    let slowest = imports.heaviest(1).first.map { ", \($0.name) \(Self.text($0.cumulativeSeconds)) of it" } ?? ""
    return "importing the agent takes \(Self.text(total)) besides livekit-agents\(slowest); the rest is the setup "
      + "function and the process itself"
  }

  /// `0.63 s`, `12 s`, `85 ms`.
  package static func text(_ seconds: Double) -> String {
    if seconds < 0.1 { return "\(Int((seconds * 1_000).rounded())) ms" }
    let hundredths = Int((seconds * 100).rounded())
    if hundredths % 100 == 0 || seconds >= 100 { return "\(Int(seconds.rounded())) s" }
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
  }

  /// `0.5 %`, `60 %`.
  package static func percent(_ part: Double) -> String {
    let thousandths = Int((part * 100_000).rounded())
    let fraction = thousandths % 1_000
    guard fraction != 0 else { return "\(thousandths / 1_000) %" }
    let digits = "\(1_000 + fraction)".dropFirst()
    return
      "\(thousandths / 1_000).\(digits.prefix(digits.lastIndex { $0 != "0" }.map { digits.distance(from: digits.startIndex, to: $0) + 1 } ?? 1)) %"
  }
}

extension ImportTimes {
  /// The packages whose import takes longest, by what they and all that they import first take: each package once.
  package func heaviest(_ count: Int) -> [Module] {
    var best: [Substring: Module] = [:]
    for module in modules {
      let package = module.name.prefix { $0 != "." }
      if best[package].map({ $0.cumulativeSeconds < module.cumulativeSeconds }) ?? true { best[package] = module }
    }
    return Array(best.values.sorted { ($1.cumulativeSeconds, $0.name) < ($0.cumulativeSeconds, $1.name) }.prefix(count))
  }

  /// The same without livekit-agents and what it imports.
  package var outsideSDK: ImportTimes {
    var others: [Module] = []
    var skipped: Int?
    var seconds = 0.0
    // A module stands behind what it imports, which is deeper.
    for module in modules.reversed() {
      if let depth = skipped, module.depth > depth { continue }
      skipped = nil
      if module.name == "livekit" || module.name.hasPrefix("livekit.") && !module.name.hasPrefix("livekit.plugins") {
        skipped = module.depth
        seconds += module.cumulativeSeconds
      } else {
        others.append(module)
      }
    }
    var rest = self
    rest.modules = others.reversed()
    rest.totalSeconds = totalSeconds.map { max(0, $0 - seconds) }
    return rest
  }

  /// The modules that take longest by themselves.
  package func slowest(_ count: Int) -> [Module] {
    Array(modules.sorted { ($1.selfSeconds, $0.name) < ($0.selfSeconds, $1.name) }.prefix(count))
  }
}
