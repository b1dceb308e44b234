// What stands in for LiveKit, as programs of their own:
//   sluice-stand-in serve [--scenario FILE]   the server; prints its addresses on one line
//   sluice-stand-in lk ARGUMENTS…             LiveKit's CLI; also when it is started by the name `lk`
//   sluice-stand-in livekit-server OPTIONS…   a server of one's own; also when it is started by that name
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

/// Serves as livekit-server does until a signal comes; like the real one it ends with 0 whatever happened.
func serveRooms(_ words: [String]) async -> Int32 {
  guard !words.contains("--version"), !words.contains("-v") else {
    // There is nobody else to tell.
    _ = try? StandardStream.output.write("livekit-server version 1.13.5\n")
    return 0
  }
  do {
    let settings = try ServerSettings(words, environment: ProcessEnvironment.current)
    let server = try LiveKitServer(settings) { _ = try? StandardStream.errors.write($0 + "\n") }
    let signals = try SignalWatch([.interrupt, .terminate])
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask { for await _ in signals.arrivals { return } }
      await group.next()
      group.cancelAll()
    }
  } catch {
    _ = try? StandardStream.output.write(((error as? ServerSettings.Refusal)?.words ?? "\(error)") + "\n")
  }
  return 0
}

let name = CommandLine.arguments.first?.split(separator: "/").last ?? ""
if name == "livekit-server" { exit(await serveRooms(arguments)) }
if name == "lk" { exit(await LK(arguments, environment: ProcessEnvironment.current).run()) }

switch arguments.first {
case "lk": exit(await LK(Array(arguments.dropFirst()), environment: ProcessEnvironment.current).run())
case "livekit-server": exit(await serveRooms(Array(arguments.dropFirst())))
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
default: fail("usage: sluice-stand-in serve [--scenario FILE] | lk ARGUMENTS… | livekit-server OPTIONS…")
}
