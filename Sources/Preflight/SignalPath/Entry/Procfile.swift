import Documents
import Machine
import Vocabulary

/// The process types of a Procfile: `worker: python agent.py start`.
package struct Procfile: Sendable {
  /// The types in the order of the file.
  package let types: [ProcessType]

  /// One line.
  package struct ProcessType: Hashable, Sendable {
    /// What stands before the colon.
    package let name: String
    /// The command, which a shell runs.
    package let command: String
    /// Where it is written.
    package let place: Place
  }

  /// What runs a Procfile.
  package enum Runner: String, CaseIterable, Sendable {
    /// A dyno: the signal goes to every process of it.
    case heroku
    /// Ruby's foreman and Python's honcho, run in front.
    case foreman, honcho
  }

  /// Reads the lines that are process types; others are passed over, as every runner does.
  package init(_ text: String, file: String) {
    types = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
      number, line in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let name = String(line[..<colon]).trimmed
      let command = String(line[line.index(after: colon)...]).trimmed
      guard !name.isEmpty, !command.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
      else { return nil }
      return ProcessType(name: name, command: command, place: Place(file: file, line: number + 1))
    }
  }

  /// What a runner starts of them.
  func starts(_ runner: Runner, file: String) throws(EntryFailure) -> [PlatformStart] {
    guard !types.isEmpty else { throw .nothingToStart(file: file) }
    return types.map { type in
      var start = PlatformStart(name: type.name, kind: "process type", place: type.place)
      switch runner {
      case .heroku:
        start.isOnHost = true
        start.hasInit = true
        start.entrypoint = PlatformStart.Command(words: ["/bin/bash", "-c", Word(type.command)], place: type.place)
        start.delivery = .everyProcess
        start.deadline = .known(
          DrainClock(name: "Heroku's dyno shutdown", limit: .seconds(30), origin: "default"))
      case .foreman, .honcho:
        start.isOnHost = true
        start.entrypoint = PlatformStart.Command(
          words: [Word(runner.rawValue), "start", "-f", Word(file), Word(type.name)], place: type.place)
      }
      return start
    }
  }
}
