import SessionSources

/// A body is a count or a problem, and the count is one that a worker can have.
func fuzzWorkerAnswer(_ bytes: [UInt8]) {
  guard let answer = try? WorkerAnswer(bytes) else { return }
  precondition((0...1_000_000).contains(answer.activeJobs))
  precondition(bytes.contains(UInt8(ascii: "{")))
}
