import Configuration
import Machine
import Platforms
import Rehearsal
import Vocabulary

extension TermTestOptions {
  /// The test of one running instance, once a person, or --yes, has agreed to it.
  func instanceTest(
    of instance: InstanceID, _ target: TargetOptions, in context: Context
  ) async throws -> InstanceTermTest {
    guard let file = try ConfigurationFile.find(named: target.configuration, from: context.directory) else {
      throw ConfigurationFailure.fileMissing(searchedFrom: context.directory)
    }
    // Refused before anything else is looked at.
    let configuration = try file.target(target.target)
    let name = configuration.name
    guard !configuration.isProduction else { throw TermTestFailure.production(name) }
    let environment = try TargetEnvironment(
      configuration, home: Home.path(beside: file.folder, in: context), in: context)
    guard let platform = environment.platform as? LocalProcesses else { throw TermTestFailure.platform(name) }
    guard let state = try await platform.state(of: instance), state.isAlive, let process = state.process else {
      throw InstanceGone(id: instance, live: try await platform.liveInstances())
    }
    guard state.stopRequestedAt == nil else { throw TermTestFailure.alreadyTold(instance) }
    let open = state.openJobs.count
    context.errors.line(
      """
      TERM test of '\(instance.rawValue.harmless)' of '\(name.rawValue.harmless)'
        sends:   SIGTERM to pid \(process.identity.pid), once
        serves:  \(open) sessions by its log
        then:    it drains for at most \(platform.stopTimeout.text), ends, and is not started again
      """)
    if !isConfirmed {
      guard context.isInputTerminal else { throw TermTestFailure.noTerminal }
      guard try await context.answer(to: "type yes to go on: ") == "yes" else { throw TermTestFailure.declined }
    }
    return InstanceTermTest(
      of: instance, target: name, on: platform, clock: context.clock, wallClock: context.wallClock,
      words: Self.words)
  }
}

/// What keeps a TERM test from beginning.
enum TermTestFailure: Failure {
  case production(TargetName)
  case platform(TargetName)
  case alreadyTold(InstanceID)
  case noTerminal
  case declined

  var what: String {
    switch self {
    case .production(let name): "'\(name.rawValue.harmless)' is marked 'production: true'; nothing was done"
    case .platform(let name): "'\(name.rawValue.harmless)' does not run on a platform that can stop one instance"
    case .alreadyTold(let id): "'\(id.rawValue.harmless)' was told to stop before"
    case .noTerminal: "a TERM test ends an instance and was not confirmed"
    case .declined: "the TERM test was not confirmed; nothing was done"
    }
  }
  var why: String? {
    switch self {
    case .production: "a TERM test ends an instance on purpose, with the calls that outlive its drain"
    case .platform: "only local-processes can; LiveKit Cloud stops whole versions"
    case .alreadyTold: "a second SIGTERM would force it to leave under its calls"
    case .noTerminal: "there is no terminal to ask at"
    case .declined: nil
    }
  }
  var remedy: String? {
    switch self {
    case .production, .platform: "test the command instead: sluice triage --term-test --agent 'python agent.py start'"
    case .alreadyTold: "look at its log: sluice triage --logs"
    case .noTerminal: "add --yes"
    case .declined: nil
    }
  }
  var exitStatus: ExitStatus {
    switch self {
    case .production: .configuration
    case .platform: .unavailable
    case .alreadyTold: .locked
    case .noTerminal, .declined: .usage
    }
  }
}
