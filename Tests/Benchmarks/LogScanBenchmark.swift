import Glibc
import LogScan
import Logs
import Machine
import Triage
import Vocabulary

/// Finding the lines of a log that triage looks at, by one task and by two, and all of `sluice triage --logs`, against ripgrep
/// with the same literals.
///
/// SLUICE_BENCH_MB is the log's size in megabytes, 2,048 without it; the log is removed at the end. Each figure is the least of
/// three. ripgrep counts lines alone; the scan numbers and hands over each, and the program says what they mean. The
/// program is the `sluice` beside this one.
func logScanBenchmark() async throws {
  let size = ProcessEnvironment.current["SLUICE_BENCH_MB"].flatMap { Int($0) } ?? 2_048
  let folder = "/tmp/sluice-bench-\(Host.process.pid)"
  try Files.makeDirectory(folder)
  defer { try? Files.removeTree(folder) }
  let path = folder + "/mixed.log"
  try MixedLog.write(to: path, megabytes: size)
  try Files.write(
    Array((LogGathering.literals.joined(separator: "\n") + "\n").utf8), to: folder + "/literals", mode: 0o600)

  var times: [(what: String, seconds: Double)] = []
  let scanner = LiteralScanner(LogGathering.literals)
  for tasks in [1, 2] {
    var summary = LogReading.Summary()
    let seconds = try await best {
      summary = try await LogReading.read(
        LogInput(try ByteStream(path), name: path), for: scanner, tasks: tasks, decode: { $0.count },
        deliver: { _, _ in })
    }
    times.append(("scan, \(tasks) at a time", seconds))
    if tasks == 1 { print("\(size) MB, \(summary.hits) of \(summary.lines) lines hold a literal") }
  }
  let program = Files.folder(of: Files.absolute(CommandLine.arguments[0])) + "/sluice"
  if Files.kind(of: program) == .file {
    times.append(("sluice triage --logs FILE", try await best { try await run([program, "triage", "--logs", path]) }))
    let fed = ["/bin/sh", "-c", #"exec "$0" triage --logs - < "$1""#, program, path]
    times.append(("sluice triage --logs -", try await best { try await run(fed) }))
    // The largest child so far: ripgrep, which maps the file, has not run yet.
    var usage = rusage()
    let children: __rusage_who_t = -1
    if unsafe getrusage(children, &usage) == 0 {
      print("most memory of sluice: \(usage.ru_maxrss / 1_024) MB")
    }
    try MixedLog.write(to: folder + "/small.log", megabytes: 10)
    let small = try await best { try await run([program, "triage", "--logs", folder + "/small.log"]) }
    print("10 MB from start to end: \(Duration(seconds: small).text)")
  } else {
    print("\(program) is not there: build it in the same configuration")
  }
  guard let ripgrep = Program.find("rg") else { return print("rg is not installed: nothing to compare with") }
  let judged = try await best { try await run([ripgrep, "-c", "-F", "-f", folder + "/literals", path]) }
  print("rg -c -F -f: \(Duration(seconds: judged).text)")
  for (what, seconds) in times {
    print("\(what): \(Duration(seconds: seconds).text), \((seconds / judged * 100).rounded() / 100) of rg")
  }
}

private func run(_ arguments: [String]) async throws {
  let result = try await Invocation(arguments).run(within: .seconds(600))
  guard result.succeeded else { return print("\(arguments[0]) ended with \(result.end)") }
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
