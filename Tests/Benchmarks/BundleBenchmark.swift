import Glibc
import Machine
import Vocabulary

/// All of `sluice collect --logs` on a folder of logs, with redaction, and with the archive read back and searched, against
/// `tar c | gzip` on the same folder.
///
/// SLUICE_BENCH_MB is the size of the logs in megabytes, 2,048 without it; SLUICE_BENCH_ROUNDS how often the two take turns, 2
/// without it. Each time is the least of the rounds. The program is the `sluice` beside this one.
func bundleBenchmark() async throws {
  let program = Files.folder(of: Files.absolute(CommandLine.arguments[0])) + "/sluice"
  guard Files.kind(of: program) == .file else {
    return print("\(program) is not there: build it in the same configuration")
  }
  let environment = ProcessEnvironment.current
  let size = environment["SLUICE_BENCH_MB"].flatMap { Int($0) } ?? 2_048
  let rounds = environment["SLUICE_BENCH_ROUNDS"].flatMap { Int($0) } ?? 2
  let folder = "/tmp/sluice-bench-\(Host.process.pid)"
  try Files.makeDirectory(folder + "/logs")
  defer { try? Files.removeTree(folder) }
  for worker in 1...4 {
    try MixedLog.write(to: "\(folder)/logs/worker-\(worker).log", megabytes: size / 4, of: .calls, seed: UInt64(worker))
  }

  let (bundle, plain) = (folder + "/bundle.tar.gz", folder + "/plain.tar.gz")
  var (ours, theirs) = (Double.infinity, Double.infinity)
  var memory = 0
  for round in 1...rounds {
    let collected = try await seconds([program, "collect", "--logs", folder + "/logs", "--out", bundle])
    // tar and gzip are small: the largest child is the program.
    var usage = rusage()
    let children: __rusage_who_t = -1
    if unsafe getrusage(children, &usage) == 0 { memory = usage.ru_maxrss / 1_024 }
    let packed = try await seconds(["/bin/sh", "-c", #"tar -c -C "$0" logs | gzip > "$1""#, folder, plain])
    print("round \(round): \(Duration(seconds: collected).text) against \(Duration(seconds: packed).text)")
    (ours, theirs) = (min(ours, collected), min(theirs, packed))
  }
  let (packed, judged) = (Files.size(of: bundle) ?? 0, Files.size(of: plain) ?? 1)
  print("\(size) MB: \(rounded(ours / theirs)) of the time of tar and gzip")
  print("archive: \(packed >> 20) MB against \(judged >> 20) MB, \(rounded(Double(packed) / Double(judged))) of gzip's")
  print("most memory: \(memory) MB")
}

private func rounded(_ ratio: Double) -> Double { (ratio * 100).rounded() / 100 }

/// How long a command takes; one that fails is named.
private func seconds(_ arguments: [String]) async throws -> Double {
  let clock = ContinuousClock()
  let began = clock.now
  let result = try await Invocation(arguments).run(within: .seconds(1_200))
  if !result.succeeded { print("\(arguments[0]) ended with \(result.end): \(result.errorText)") }
  return (clock.now - began).seconds
}
