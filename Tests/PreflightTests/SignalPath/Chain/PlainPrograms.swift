import Machine

@testable import Preflight

/// The few programs that the shells' tests start: an agent, and an init.
struct PlainPrograms: ProgramCatalogue {
  func model(for launch: Launch) -> ProgramModel? {
    let arguments = Array(launch.arguments.dropFirst())
    switch launch.name {
    case "agent": return ProgramModel(name: "agent", reaction: .agent(AgentBehaviour()), explanation: "the agent")
    case "env", "nice":
      return ProgramModel(name: launch.name, reaction: .execs(launch.with(arguments)), explanation: "")
    case "tini", "catatonit":
      let command = Array(arguments.drop { $0.text.hasPrefix("-") })
      let forwards: [Signal: [Supervision.Step]] = [
        .terminate: [.send(nil, to: .children)], .interrupt: [.send(nil, to: .children)],
      ]
      return ProgramModel(
        name: "tini",
        reaction: .supervises(
          Supervision(children: [.init(launch.with(command), ownGroup: true)], handlers: forwards)),
        explanation: "")
    // Not a word of every shell: to some it is a program like any other.
    case "time": return Programs().model(for: launch)
    default: return nil
    }
  }
}

/// The files of a folder `/app`, all that there is.
struct AppFiles: ImageFiles {
  let files: [String: String]

  func lookUp(_ path: String) -> ImageLookup {
    guard path.hasPrefix("/app/") else { return path == "/app" ? .folder : .unknown }
    let name = String(path.dropFirst(5))
    guard let text = files[name] else { return .missing }
    return .file(ImageFile(text: text, origin: Place(file: name, line: 1), isExecutable: true))
  }

  func names(in path: String) -> [String]? { path == "/app" ? files.keys.sorted() : nil }
}

extension SignalPath {
  /// The verdict for a command whose files lie in its working directory.
  static func judge(
    _ arguments: [String], files: [String: String] = [:], shell: ShellKind = .dash, signal: Signal = .terminate
  ) -> SignalVerdict {
    judge(
      EntryCommand(
        arguments: arguments.map { Word($0) }, origin: Place(file: "Dockerfile", line: 4),
        image: ImageFacts(shell: shell, hasPs: true, hasBash: true), workingDirectory: "/app",
        files: AppFiles(files: files), stopSignal: signal),
      programs: PlainPrograms())
  }
}
