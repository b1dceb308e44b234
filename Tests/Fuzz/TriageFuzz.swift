import Documents
import LogScan
import Logs
import Triage
import Vocabulary

private let scanner = LiteralScanner(LogGathering.literals)

/// A log of any bytes gives the same diagnosis twice, whose texts a terminal and a CI system show as they are.
func fuzzTriage(_ bytes: [UInt8]) {
  let file = triageCase(bytes)
  precondition(file == triageCase(bytes))
  let diagnosis = Diagnosis(of: file)
  var texts = [diagnosis.summary] + diagnosis.ruledOut.map(\.why)
  texts += diagnosis.notLookedAt.flatMap { [$0.what, $0.why, $0.remedy] }
  for finding in diagnosis.findings {
    texts += [finding.summary, finding.cause ?? "", finding.remedy.summary]
    texts += finding.evidence.flatMap { [$0.excerpt, $0.locator ?? ""] }
  }
  for text in texts { precondition(text == text.harmless, "\(text.debugDescription) is not harmless") }
  for worker in file.workers { precondition(worker.jobs.count <= 2 * JobList.limit) }
  guard let text = try? CanonicalJSON.encode(file) else { preconditionFailure("a case has no text") }
  precondition((try? CanonicalJSON.decode(CaseFile.self, from: text)) != nil, "a case cannot be read again")
}

/// A case of the lines that hold a literal, as `LogGathering` makes it.
private func triageCase(_ bytes: [UInt8]) -> CaseFile {
  var reader = CaseReader()
  var end = 0
  for line in scanner.lines(in: bytes) where line.lowerBound >= end {
    let record = RecordBounds.record(around: line, in: bytes, bytes.count, from: end)
    precondition(record.lowerBound >= end && record.upperBound >= line.upperBound)
    end = record.upperBound
    for found in LogRecord.read(bytes[record]) { reader.take(found, log: 0, name: "fuzz", line: 1) }
  }
  reader.finishLog()
  let log = CaseFile.LogFile(name: "fuzz", bytes: bytes.count, lines: 1, hits: 1, cutLines: 0, failure: nil)
  return reader.file([log], notes: [], trees: [], gaps: [])
}
