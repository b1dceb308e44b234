import Vocabulary

// sluice-bench [NAME…]: prints figures; it judges nothing and fails on nothing.

/// What is measured, by name.
let benchmarks: [(name: String, run: () async throws -> Void)] = [
  ("verifier", { verifierBenchmark() }), ("worker-http", workerHTTPBenchmark),
  ("dispatch", dispatchBenchmark), ("rooms", liveKitRoomsBenchmark), ("scan", logScanBenchmark),
  ("redact", redactionBenchmark), ("signals", signalsBenchmark),
  ("schemas", schemaBenchmark), ("bundle", bundleBenchmark),
]

let wanted = Set(CommandLine.arguments.dropFirst())
for benchmark in benchmarks where wanted.isEmpty || wanted.contains(benchmark.name) {
  print("== \(benchmark.name)")
  try await benchmark.run()
}
