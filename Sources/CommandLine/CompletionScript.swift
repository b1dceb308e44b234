/// A shell that completion scripts are made for.
package enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}

/// The completions of a program for one shell, as the text of a script.
///
/// The script holds commands, options and choices itself and follows the line as `Parser` does; only names that the
/// program must look up are asked of it (`CompletionRequest`). Same declarations, same text.
package enum CompletionScript {
  /// The script's text.
  ///
  /// - Parameters:
  ///   - shell: The shell that reads it.
  ///   - root: The program.
  /// - Returns: Lines, each with its end.
  package static func text(for shell: Shell, root: any CommandGroup.Type) -> String {
    let table = CompletionTable(root: root)
    return switch shell {
    case .bash: BashScript.text(table)
    case .zsh: ZshScript.text(table)
    case .fish: FishScript.text(table)
    }
  }

  /// The file name under which the shell finds the script, or is usually told to read it: `sluice.bash`, `_sluice`,
  /// `sluice.fish`.
  package static func fileName(for shell: Shell, root: any CommandGroup.Type) -> String {
    switch shell {
    case .bash: "\(root.name).bash"
    case .zsh: "_\(root.name)"
    case .fish: "\(root.name).fish"
    }
  }
}
