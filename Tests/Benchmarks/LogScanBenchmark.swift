import LogScan
import Logs
import Machine
import Vocabulary

/// Finding the lines of a log that hold one of 60 literals, by one task and by two, against ripgrep with the same literals.
///
/// SLUICE_BENCH_MB is the log's size in megabytes, 800 without it; the log is removed at the end. Each figure is the best of
/// three. ripgrep counts lines alone; ours numbers and hands over each.
func logScanBenchmark() async throws {
  let size = ProcessEnvironment.current["SLUICE_BENCH_MB"].flatMap { Int($0) } ?? 800
  let folder = "/tmp/sluice-bench-\(Host.process.pid)"
  try Files.makeDirectory(folder)
  defer { try? Files.removeTree(folder) }
  let path = folder + "/mixed.log"
  try MixedLog.write(to: path, megabytes: size)
  try Files.write(Array((MixedLog.literals.joined(separator: "\n") + "\n").utf8), to: folder + "/literals", mode: 0o600)

  let scanner = LiteralScanner(MixedLog.literals)
  var times: [Double] = []
  for tasks in [1, 2] {
    var summary = LogReading.Summary()
    let seconds = try await best {
      summary = try await LogReading.read(
        LogInput(try ByteStream(path), name: path), for: scanner, tasks: tasks, decode: { $0.count },
        deliver: { _, _ in })
    }
    times.append(seconds)
    print("\(tasks) at a time: \(Duration(seconds: seconds).text), \(summary.hits) of \(summary.lines) lines")
  }
  guard let ripgrep = Program.find("rg") else { return print("rg is not installed: nothing to compare with") }
  var counted = ""
  let judged = try await best {
    counted = try await Invocation([ripgrep, "-c", "-F", "-f", folder + "/literals", path]).run(within: .seconds(600))
      .text
  }
  print("rg -c -F -f: \(Duration(seconds: judged).text), \(counted.filter(\.isNumber)) lines")
  print("ratio: \(times.map { "\(($0 / judged * 100).rounded() / 100)" }.joined(separator: " with one, ")) with two")
}

/// The least time of three runs, in seconds.
private func best(_ body: () async throws -> Void) async throws -> Double {
  var best = Double.infinity
  for _ in 0..<3 {
    let clock = ContinuousClock()
    let began = clock.now
    try await body()
    best = min(best, (clock.now - began).seconds)
  }
  return best
}
