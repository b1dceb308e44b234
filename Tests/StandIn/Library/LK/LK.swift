import Documents
import FoundationEssentials
import LiveKit
import Machine
import Vocabulary
import Web

/// A program that behaves as `lk` 2.18.3 does for `lk agent …`: the same words on the same streams, the same requests
/// (protobuf, tokens of six hours), the same exit statuses.
///
/// It is what a test puts before PATH: `sluice-stand-in` started by the name `lk`, or `sluice-stand-in lk …`. It talks to
/// what LK_AGENTS_URL names, as the real one does. `LK_STAND_IN_VERSION=2.10.0` makes it an older one, which knows neither
/// attributes nor `--json`.
package struct LK {
  private let words: [String]
  private let environment: [String: String]
  private let client = HTTPClient()

  /// What it says of its version; attributes came after 2.17.
  private var version: String { environment["LK_STAND_IN_VERSION"] ?? "2.18.3" }
  private var isOld: Bool { version.split(separator: ".").compactMap { Int($0) }.lexicographicallyPrecedes([2, 18]) }

  /// The program with the words behind its name.
  package init(_ words: [String], environment: [String: String]) {
    self.words = words
    self.environment = environment
  }

  /// Does it; the result is the exit status, 0 or 1.
  package func run() async -> Int32 {
    guard words != ["--version"], words != ["-v"] else {
      say("lk version \(version)", to: .output)
      return 0
    }
    if words == ["agent", "deploy", "--help"] {
      say(deployHelp, to: .output)
      return 0
    }
    do {
      let arguments = try LKArguments(words, isOld: isOld)
      let session = try await LKSession.start(arguments, environment, client)
      try await session.perform()
      await client.shutDown()
      return 0
    } catch let misuse as LKArguments.Misuse {
      misused(misuse)
    } catch let failure as LKFailure {
      say(failure.words, to: .errors)
    } catch {
      say("\(error)", to: .errors)
    }
    await client.shutDown()
    return 1
  }

  private func misused(_ misuse: LKArguments.Misuse) {
    switch misuse {
    case .undefined(let name):
      say("Incorrect Usage: flag provided but not defined: -\(name)\n", to: .errors)
      say("flag provided but not defined: -\(name)", to: .errors)
    case .needsValue(let name):
      say("Incorrect Usage: flag needs an argument: --\(name)\n", to: .errors)
      say("flag needs an argument: --\(name)", to: .errors)
    case .missing(let name):
      say(Self.rollbackHelp, to: .output)
      // The project is looked for before the flags are.
      if environment["LIVEKIT_URL"] != nil { say("Using url, api-key, api-secret from environment", to: .errors) }
      say("Required flag \"\(name)\" not set", to: .errors)
    }
  }

  private func say(_ text: String, to stream: StandardStream) {
    // A reader that is gone misses nothing.
    _ = try? stream.write(text + "\n")
  }

  private var deployHelp: String {
    let newer = """
         --attribute KEY=VALUE [ --attribute KEY=VALUE ]  KEY=VALUE attribute to attach to the version
         --attributes JSON                                JSON file, or - for standard input

      """
    return """
      NAME:
         lk agent deploy - Deploy an agent

      USAGE:
         lk agent deploy [working-dir]

      OPTIONS:
      \(isOld ? "" : newer)   --help, -h                                       show help
      """
  }

  private static let rollbackHelp = """
    NAME:
       lk agent rollback - Rollback an agent to a previous version

    USAGE:
       lk agent rollback [working-dir]

    OPTIONS:
       --version string  Version to rollback to, defaults to most recent previous to current.
       --id ID           ID of the agent. If unset, and the livekit.toml file is present, will use the id found there.
       --help, -h        show help
    """
}
