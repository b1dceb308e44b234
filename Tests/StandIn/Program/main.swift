// What stands in for LiveKit, as programs of their own:
//   sluice-stand-in serve [--scenario FILE]   the server; prints its addresses on one line
//   sluice-stand-in lk ARGUMENTS…             LiveKit's CLI; also when it is started by the name `lk`
import Glibc
import LiveKitStandIn
import Machine
import Vocabulary

ProgramStart.prepare()
let arguments = Array(CommandLine.arguments.dropFirst())

func fail(_ words: String, _ status: Int32 = 64) -> Never {
  // There is nobody else to tell.
  _ = try? StandardStream.errors.write("sluice-stand-in: \(words)\n")
  exit(status)
}

let name = CommandLine.arguments.first?.split(separator: "/").last ?? ""
if name == "lk" { exit(await LK(arguments, environment: ProcessEnvironment.current).run()) }

switch arguments.first {
case "lk": exit(await LK(Array(arguments.dropFirst()), environment: ProcessEnvironment.current).run())
case "serve":
  guard arguments.count == 1 || arguments.count == 3 && arguments[1] == "--scenario" else {
    fail("usage: sluice-stand-in serve [--scenario FILE]")
  }
  do {
    let scenario =
      try arguments.count == 3
      ? Scenario(yaml: Files.read(arguments[2], limit: 4 << 20), file: arguments[2]) : Scenario()
    let standIn = try StandIn(scenario)
    try StandardStream.output.write("{\"url\": \"\(standIn.url)\", \"control\": \"\(standIn.controlURL)\"}\n")
    await standIn.run()
  } catch {
    fail("\(error)", 78)
  }
default: fail("usage: sluice-stand-in serve [--scenario FILE] | lk ARGUMENTS…")
}
