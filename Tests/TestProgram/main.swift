// What tests need as a process of its own: a keeper, and a program that starts one and ends.
import Glibc
import Machine
import Vocabulary

ProgramStart.prepare()
let arguments = Array(CommandLine.arguments.dropFirst())
switch arguments.first {
case "keep-process":
  guard let specification = KeeperSpecification(arguments: Array(arguments.dropFirst())) else { exit(64) }
  exit(await keepProcess(specification))
case "start-kept":
  guard let specification = KeeperSpecification(arguments: Array(arguments.dropFirst())) else { exit(64) }
  _ = try await specification.start(keeper: [Program.own, "keep-process"])
case "signals":
  // Says what arrives; ends with 128 + n at the second.
  let watch = try SignalWatch([.interrupt, .terminate, .windowChange])
  _ = try StandardStream.output.write("ready\n")
  var count = 0
  for await signal in watch.arrivals {
    _ = try StandardStream.output.write("\(signal)\n")
    guard signal != .windowChange else { continue }
    count += 1
    if count == 2 { exit(signal.exitStatus) }
  }
case "print-forever":
  do {
    while try StandardStream.output.write("line\n") == .written {}
  } catch {
    _ = try? StandardStream.errors.write("\(error)\n")
    exit(error.exitStatus.rawValue)
  }
default:
  exit(64)
}
