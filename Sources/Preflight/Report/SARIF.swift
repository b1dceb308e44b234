import Documents
import Vocabulary

extension CheckReport {
  /// The report as SARIF 2.1.0 (OASIS), which code scanning reads: one run, one result a finding.
  ///
  /// What is ruled out is no result. A check that was not looked at, or that saw too little, is a notification of the
  /// run, so that its silence is not taken for a pass.
  ///
  /// Files below the root are relative to it, as code scanning takes them; the root itself is told to editors. Throws
  /// `CodingFailure`.
  package func sarif(in root: ReportRoot) throws -> [UInt8] {
    try CanonicalJSON.encodeKeysAsNamed(SARIFLog(self, in: root))
  }
}

private struct SARIFLog: Encodable {
  let schema = "https://json.schemastore.org/sarif-2.1.0.json"
  let version = "2.1.0"
  let runs: [Run]

  enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  struct Run: Encodable {
    let tool: Tool
    let invocations: [Invocation]
    let results: [Result]
    let originalUriBaseIds: [String: Artifact]?
    let columnKind = "unicodeCodePoints"
  }

  struct Tool: Encodable { let driver: Driver }

  struct Driver: Encodable {
    let name = "sluice"
    let version = Sluice.version
    let rules: [Rule]
  }

  struct Rule: Encodable {
    let id: String
    let shortDescription: Message
  }

  struct Message: Encodable { let text: String }

  struct Invocation: Encodable {
    let executionSuccessful: Bool
    let toolExecutionNotifications: [Notification]
  }

  struct Notification: Encodable {
    let level: String
    let message: Message
  }

  struct Result: Encodable {
    let ruleId: String
    let ruleIndex: Int
    let level: String
    let message: Message
    let locations: [Location]
    let partialFingerprints: [String: String]
    let properties: Properties
  }

  struct Properties: Encodable {
    let status: Finding.Status
    let confidence: Finding.Confidence
    let check: String
    let remedy: String
  }

  struct Location: Encodable { let physicalLocation: Physical }

  struct Physical: Encodable {
    let artifactLocation: Artifact
    let region: Region?
  }

  struct Artifact: Encodable {
    let uri: String
    var uriBaseId: String?
  }

  struct Region: Encodable {
    let startLine: Int
    let startColumn: Int?
  }

  /// The name of the folder that relative paths start at: the one that readers of SARIF know.
  private static let sourceRoot = "%SRCROOT%"

  init(_ report: CheckReport, in root: ReportRoot) {
    let findings = report.entries.flatMap { entry in
      entry.result.findings.filter { $0.status != .ruledOut }.map { (entry.id, $0) }
    }
    let codes = Set(findings.map(\.1.code)).sorted()
    let places = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($0.element, $0.offset) })
    let results = findings.map { check, finding in
      let found = finding.places(in: root)
      return Result(
        ruleId: finding.code.rawValue, ruleIndex: places[finding.code] ?? -1, level: SARIFLog.level(finding.severity),
        message: Message(text: finding.summary),
        locations: found.map { place in
          Location(
            physicalLocation: Physical(
              artifactLocation: Artifact(
                uri: SARIFLog.uri(place.path),
                uriBaseId: root.root.isEmpty || place.path.hasPrefix("/") ? nil : SARIFLog.sourceRoot),
              region: place.line.map { Region(startLine: $0, startColumn: place.column) }))
        },
        partialFingerprints: ["sluice/v1": "\(finding.code):\(found.first?.path ?? check)"],
        properties: Properties(
          status: finding.status, confidence: finding.confidence, check: check, remedy: finding.remedy.summary))
    }
    let notifications = report.entries.compactMap { entry -> Notification? in
      guard let reason = entry.result.status.reason else { return nil }
      return Notification(
        level: "warning", message: Message(text: "\(entry.id) \(entry.result.status.word): \(reason)"))
    }
    runs = [
      Run(
        tool: Tool(
          driver: Driver(
            rules: codes.map { Rule(id: $0.rawValue, shortDescription: Message(text: $0.title ?? $0.rawValue)) })),
        invocations: [Invocation(executionSuccessful: true, toolExecutionNotifications: notifications)],
        results: results,
        originalUriBaseIds: root.root.isEmpty
          ? nil : [SARIFLog.sourceRoot: Artifact(uri: SARIFLog.uri(root.root == "/" ? "/" : root.root + "/"))])
    ]
  }

  private static func level(_ severity: Finding.Severity) -> String {
    switch severity {
    case .critical: "error"
    case .warning: "warning"
    case .info: "note"
    }
  }

  /// A path as a relative reference: what a URI may not hold is percent-encoded.
  private static func uri(_ path: String) -> String {
    var result = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-._~/".utf8.contains(byte)
      if isPlain {
        result.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
