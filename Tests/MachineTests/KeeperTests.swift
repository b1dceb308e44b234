import Machine
import TestSupport
import Testing
import Vocabulary

/// The keeper as a program of its own: the test's stand-in for the hidden subcommand.
@Suite struct KeeperTests {
  let folder: TemporaryFolder
  let keeper: [String]

  init() throws {
    folder = try TemporaryFolder()
    keeper = [Products.folder + "/sluice-test-program", "keep-process"]
  }

  func specification(_ script: String) -> KeeperSpecification {
    KeeperSpecification(
      command: ["bash", "-c", script], stateFile: folder.file("state"), outputFile: folder.file("out.log"),
      errorFile: folder.file("errors.log"))
  }

  func content(_ name: String) throws -> String {
    String(decoding: try Files.read(folder.file(name), limit: 1 << 20), as: UTF8.self)
  }

  @Test(arguments: [("exit 0", ProcessEnd.exited(0)), ("exit 7", .exited(7)), ("kill -9 $$", .signaled(.kill))])
  func theEndIsRecorded(script: String, end: ProcessEnd) async throws {
    let process = try await specification("echo up; echo problem >&2; \(script)").start(keeper: keeper)
    let ended = try await KeptProcess.waitForEnd(folder.file("state"))
    #expect(ended.how == end)
    #expect(try #require(ended.at) >= process.startedAt)
    #expect(try content("out.log") == "up\n" && content("errors.log") == "problem\n")
    #expect(try KeptProcess.read(folder.file("state")).condition == .ended(end, at: ended.at))
  }

  @Test func aProcessOutlivesTheProgramThatStartedItAndAnotherFindsItAgain() async throws {
    // The starter is a program of its own, which has ended when we look for its process.
    let starter = Invocation(
      [Products.folder + "/sluice-test-program", "start-kept"]
        + specification("trap 'echo stopped; exit 4' TERM; echo up; while true; do sleep 0.05; done").arguments)
    let run = try await starter.run(within: .seconds(60))
    #expect(run.succeeded, "\(run.errorText)")
    #expect(await Patience.until { (try? content("out.log")) == "up\n" })
    let found = try KeptProcess.read(folder.file("state"))
    #expect(found.condition == .running && found.keeper.isAlive)
    // Deaf to what a terminal sends, so that only its process is stopped.
    for signal in [Signal.interrupt, .hangUp, .terminate] { #expect(found.keeper.send(signal)) }
    #expect(found.identity.send(.terminate))
    let ended = try await KeptProcess.waitForEnd(folder.file("state"))
    #expect(ended.how == .exited(4))
    #expect(try content("out.log") == "up\nstopped\n")
    #expect(await Patience.until { !found.keeper.isAlive })
  }

  @Test func withoutItsKeeperTheEndOfAProcessIsUnknownNeverZero() async throws {
    let process = try await specification("exec sleep 300").start(keeper: keeper)
    #expect(process.keeper.send(.kill))
    #expect(await Patience.until { !process.keeper.isAlive })
    #expect(try KeptProcess.read(folder.file("state")).condition == .running)
    #expect(process.identity.send(.terminate))
    let ended = try await KeptProcess.waitForEnd(folder.file("state"))
    #expect(ended.how == .unknown && ended.at == nil)
    #expect(try KeptProcess.read(folder.file("state")).condition == .ended(.unknown, at: nil))
  }

  @Test(arguments: ["wait", "exit 0"])
  func nothingOfAProcessOutlivesItsGuardianHoweverThatGoes(_ last: String) async throws {
    let guardian = try Invocation(["sleep", "300"], isolation: .session).start()
    // One child stays in the session, one leaves it, and the process itself may have ended before.
    let kept = specification(
      "sleep 300 & echo $! >> pids; setsid sh -c 'echo $$ >> pids; exec sleep 300' & while [ $(wc -l < pids) != 2 ]; do :; done; \(last)"
    )
    let guarded = KeeperSpecification(
      command: kept.command, stateFile: kept.stateFile, outputFile: kept.outputFile, errorFile: kept.errorFile,
      guardian: guardian.identity)
    let process = try await guarded.start(keeper: keeper, directory: folder.path)
    #expect(await Patience.until { (try? content("pids"))?.split(separator: "\n").count == 2 })
    let children = try content("pids").split(separator: "\n").compactMap { Int32($0) }
      .compactMap { ProcessIdentity(pid: $0) }
    #expect(children.count == 2)
    if last != "wait" { #expect(await Patience.until { !process.identity.isAlive }) }
    #expect(children.allSatisfy(\.isAlive) && process.keeper.isAlive)
    #expect(guardian.send(.kill))
    #expect(
      await Patience.until {
        !process.keeper.isAlive && !process.identity.isAlive && !children.contains(where: \.isAlive)
      })
    let ended = try await KeptProcess.waitForEnd(folder.file("state"))
    #expect(ended.how == (last == "wait" ? .signaled(.kill) : .exited(0)))
  }

  @Test func aProgramThatIsMissingIsSaidInTheKeepersWords() async throws {
    let missing = KeeperSpecification(
      command: ["no-such-program-7"], stateFile: folder.file("state"), outputFile: folder.file("o"),
      errorFile: folder.file("o"))
    let failure = await #expect(throws: MachineFailure.self) { try await missing.start(keeper: keeper) }
    #expect(failure?.why?.contains("program 'no-such-program-7' is not found") == true)
    #expect(throws: MachineFailure.self) { try KeptProcess.read(folder.file("state")) }
  }

  @Test func aKeeperThatCannotWriteItsRecordStartsNothing() async throws {
    let hidden = KeeperSpecification(
      command: ["touch", folder.file("was-started")], stateFile: folder.file("no/such/state"),
      outputFile: folder.file("o"), errorFile: folder.file("o"))
    await #expect(throws: MachineFailure.self) { try await hidden.start(keeper: keeper) }
    #expect(Files.kind(of: folder.file("was-started")) == nil)
  }

  @Test(arguments: ["", "schema other/1\n", "schema sluice.kept-process/1\npid 12\n", "noise", "\u{0}\n"])
  func aRecordThatIsNoneIsAnError(text: String) throws {
    let path = try folder.write(text, to: "record")
    let failure = #expect(throws: MachineFailure.self) { try KeptProcess.read(path) }
    #expect(failure?.exitStatus == .badInput)
  }

  @Test func argumentsMakeTheSameSpecificationAgain() {
    let specification = specification("echo -- x")
    #expect(KeeperSpecification(arguments: specification.arguments) == specification)
    let guarded = KeeperSpecification(
      command: ["a"], stateFile: "s", outputFile: "o", errorFile: "e", guardian: Host.process)
    #expect(KeeperSpecification(arguments: guarded.arguments) == guarded)
    for bad in ["", "1", "1:2", "x:1:boot"] {
      #expect(KeeperSpecification(arguments: guarded.arguments.map { $0.contains(":") ? bad : $0 }) == nil)
    }
    #expect(KeeperSpecification(arguments: ["--state", "a"]) == nil)
  }
}
