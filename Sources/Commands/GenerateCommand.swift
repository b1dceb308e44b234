import CommandLine
import Machine
import Vocabulary

/// Writes the completions and the manual that are committed: they are made from the declarations, never by hand.
struct GenerateCommand: RunnableCommand {
  static let name = "generate"
  static let summary = "Write completions and manual to a folder."
  static let isHidden = true

  private let folder: String

  init(_ arguments: inout Arguments) {
    folder = arguments.positional(value: .directory(), help: "The folder.")
  }

  func run(in context: Context) async throws -> ExitStatus {
    try Files.makeDirectory(folder, mode: 0o755)
    for (name, text) in GeneratedFiles.all { try Files.write(Array(text.utf8), to: "\(folder)/\(name)", mode: 0o644) }
    return .passed
  }
}

/// What is generated from the program's declarations.
package enum GeneratedFiles {
  /// Each file's name with its text, in the order of their names.
  package static var all: [(name: String, text: String)] {
    (ManualPage.pages(root: SluiceProgram.self, version: Sluice.version) + [FindingsPage.page]).map {
      ($0.fileName, $0.text)
    } + [
      ("_sluice", CompletionScript.text(for: .zsh, root: SluiceProgram.self)),
      ("sluice.bash", CompletionScript.text(for: .bash, root: SluiceProgram.self)),
      ("sluice.fish", CompletionScript.text(for: .fish, root: SluiceProgram.self)),
    ]
  }
}
