package import Machine
package import Vocabulary

/// The command that an image starts, for whoever starts it elsewhere.
package struct EntryStart: Sendable {
  /// What is judged, in words: `Dockerfile`.
  package let subject: String
  /// The whole argument vector, ENTRYPOINT and CMD.
  package let arguments: [String]
  /// Variables that the image sets.
  package let environment: [String: String]
  /// The folder it starts in, in the image.
  package let workingDirectory: String
  /// The signal that stops it.
  package let stopSignal: Signal
  /// What the image's `/bin/sh` is.
  package let shell: ShellKind

  /// Reads the files that say how it is started; throws for those that are missing, cannot be read or start nothing, and for a
  /// command of which a word is not known.
  package static func read(_ files: EntryFiles, in folder: String) throws -> EntryStart {
    let question = try SignalQuestion.read(files, in: folder)
    guard let entry = question.entry else {
      throw EntryStartFailure(what: question.fault?.what ?? "\(question.subject) starts nothing")
    }
    let words = entry.arguments.compactMap(\.known)
    guard words.count == entry.arguments.count else {
      throw EntryStartFailure(what: "a word of '\(entry.arguments.commandLine.harmless)' is not known")
    }
    return EntryStart(
      subject: question.subject, arguments: words, environment: entry.environment.compactMapValues(\.known),
      workingDirectory: entry.workingDirectory, stopSignal: entry.stopSignal, shell: entry.image.shell)
  }
}

extension EntryStart {
  /// What `check signals` finds in a command that is started on this machine, in a folder of its own files.
  package static func findings(of arguments: [String], in folder: String) -> [Finding] {
    var image = SignalQuestion.host(at: folder)
    // Named by its path it is what its name says: the folder has no `/usr`.
    let words = arguments.enumerated().map { index, word in
      index == 0 && word.hasPrefix("/") && !word.hasPrefix(folder)
        ? String(word.split(separator: "/").last ?? "") : word
    }
    image.environment = [:]
    var entry = EntryCommand(
      arguments: words.map { Word($0) }, origin: Place(file: "--agent"), image: image.facts, files: image.tree)
    entry.workingDirectory = folder
    return SignalPath.judge(entry, programs: Programs()).findings
  }

  /// What `check signals` finds in the command that files name; nothing where it cannot be judged.
  package static func findings(of files: EntryFiles, in folder: String) throws -> [Finding] {
    try SignalReport.judge(files, in: folder, programs: Programs()).findings
  }
}

/// A command that cannot be started elsewhere.
package struct EntryStartFailure: Failure {
  package let what: String
  package var why: String? { nil }
  package var remedy: String? { "name the command itself: --agent 'python agent.py start'" }
  package var exitStatus: ExitStatus { .badInput }
}
