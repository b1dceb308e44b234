// Writes a journal as fast as it can until it is killed, and says what was flushed: the victim of the tests' SIGKILL.
import Cutover
import Glibc
import Journal
import Machine
import Vocabulary

ProgramStart.prepare()
let arguments = CommandLine.arguments
guard arguments.count == 4, let mode = arguments.dropFirst().first else { exit(64) }
let folder = RunFolder(id: RunID(arguments[3]), path: arguments[2])

switch mode {
case "write":
  let writer = try await JournalWriter(folder)
  if await writer.count == 0 {
    try await writer.append(.runStarted(RunStarted(run: folder.id, target: "t", command: ["write"], host: Host.name)))
  }
  _ = try StandardStream.output.write("open \(await writer.count)\n")
  while true {
    for _ in 0..<Int.random(in: 0..<4) {
      let detail = String(repeating: "x", count: .random(in: 0..<3_000))
      try await writer.append(.action(ActionRecord(name: "write", phase: .done, detail: detail)))
    }
    let sequence = try await writer.append(.signal(SignalRecord(signal: "SIGTERM", response: "none")), durably: true)
    // Said only after the flush: from here on it may not be lost.
    _ = try StandardStream.output.write("flushed \(sequence)\n")
  }
case "fill":
  // Writes until the limit on file sizes ends it, then says why, and writes on once there is room.
  var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000_000)
  // The pointer is valid for the call.
  unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  let writer = try await JournalWriter(folder)
  let event = JournalEvent.action(
    ActionRecord(name: "write", phase: .done, detail: String(repeating: "x", count: 999)))
  do {
    while true { try await writer.append(event, durably: true) }
  } catch let failure as MachineFailure {
    _ = try StandardStream.output.write("full \(await writer.count) \(failure.exitStatus.rawValue)\n")
  }
  limit.rlim_cur = 20_000_000
  unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
  _ = try StandardStream.output.write("wrote \(try await writer.append(event, durably: true))\n")
case "lock":
  // Takes the lock of target `t` in the home, says so, and waits for its end.
  let lock = try await TargetLocks(home: folder.path).acquire("t", for: folder.id)
  _ = try StandardStream.output.write("locked \(lock.takenOverFrom?.run.rawValue ?? "-")\n")
  try await ContinuousClock().sleep(for: .seconds(300))
default:
  exit(64)
}
