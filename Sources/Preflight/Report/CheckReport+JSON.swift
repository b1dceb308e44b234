import Documents
package import Vocabulary

extension CheckReport {
  /// The report as `sluice.check/1`: each check with its status, its findings, and under `detail` what it alone has to
  /// say.
  package func json(target: TargetName?) throws -> [UInt8] {
    try CanonicalJSON.encode(Object(report: self, target: target))
  }

  private struct Object: Encodable {
    let report: CheckReport
    let target: TargetName?

    private enum Key: String, CodingKey { case schema, target, status, checks }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode("sluice.check/1", forKey: .schema)
      try values.encodeIfPresent(target, forKey: .target)
      try values.encode(report.status, forKey: .status)
      try values.encode(report.entries.map(CheckObject.init), forKey: .checks)
    }
  }

  /// The worst of the answers: problems, then inconclusive, then passed; not-checked where nothing was looked at.
  var status: String {
    let words = entries.map(\.result.status.word)
    return ["problems", "inconclusive", "passed"].first { words.contains($0) } ?? "not-checked"
  }
}

private struct CheckObject: Encodable {
  let entry: CheckReport.Entry

  private enum Key: String, CodingKey { case id, title, status, reason, findings, detail }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(entry.id, forKey: .id)
    try values.encode(entry.title, forKey: .title)
    try values.encode(entry.result.status.word, forKey: .status)
    try values.encodeIfPresent(entry.result.status.reason, forKey: .reason)
    try values.encode(entry.result.findings, forKey: .findings)
    if let object = entry.result.object { try values.encode(object, forKey: .detail) }
  }
}
