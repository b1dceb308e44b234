/// A script as the evaluator walks it: instructions with jumps, so that a process is a place in them and a fork is a copy.
final class ShellCode: Sendable {
  let instructions: [Instruction]
  /// Where the text is written; lines in instructions count from its first.
  let origin: Place

  init(_ instructions: [Instruction], origin: Place) {
    self.instructions = instructions
    self.origin = origin
  }

  enum Instruction: Sendable {
    /// Runs a substitution's commands in a child and keeps what it prints.
    case substitute(ShellWord.Substitution, ShellCode)
    /// Starts a process substitution's commands beside the shell.
    case beside(ShellWord.Substitution, ShellCode, isInput: Bool)
    /// A program, function or builtin. `isLast`: this shell has nothing to do after it, and takes its place with it when
    /// no trap stands against it.
    case simple(SimpleCommand, isLast: Bool)
    /// Runs what follows up to `end` in a child.
    case fork(Fork, end: Int)
    /// A child's end.
    case leave
    /// Waits for the children of the pipeline that was forked last.
    case awaitPipeline
    /// Leaves the pipeline that was forked last in the background.
    case leavePipeline
    case jump(Int)
    case jumpIfTrue(Int)
    case jumpIfFalse(Int)
    case setStatus(Int32)
    case negate
    /// Begins (1) or ends (-1) a part whose failures `set -e` does not see.
    case exempt(Int)
    /// `set -e` looks at the status of a compound command.
    case check(line: Int)
    case beginEach(words: [ShellWord]?)
    case nextEach(name: String, exit: Int)
    case endEach
    case enterLoop(exit: Int, again: Int)
    case leaveLoop
    case subject(ShellWord)
    case pattern([ShellWord], otherwise: Int)
    case endSubject
    case define(String, ShellCode)
    case test([ShellCommand.TestToken], line: Int)
    case arithmetic(String)
    case beginRedirection([Redirection])
    case endRedirection
    /// A syntax error: the shell gives up with status 2.
    case broken(line: Int, reason: String)
  }

  /// How a child is forked.
  enum Fork: Sendable, Equatable {
    case subshell
    case background
    case pipelineElement(first: Bool, last: Bool, isBackground: Bool)
  }
}

/// Which commands a shell runs in its own place, without a fork, where it has nothing else to do: seen by running each
/// form in dash 0.5.12, bash 5.2.15, busybox 1.35, zsh 5.9, ksh93u+m 1.0.4 and mksh 59c.
struct LastCommandRules: Sendable {
  let shell: ShellKind

  /// Whether the last command of `sh -c TEXT` is one.
  func appliesToCommandString(_ text: String) -> Bool {
    switch shell {
    case .dash, .unknown: return false
    // ash looks whether the text is at its end; a line's end after the command is more text.
    case .busybox: return !text.hasSuffix("\n")
    case .mksh: return !text.isEmpty && text.utf8.allSatisfy(LastCommandRules.isPlain)
    case .bash, .zsh, .ksh: return true
    }
  }

  /// Whether the last command of a script file is one.
  var appliesToFiles: Bool { shell == .ksh }

  /// Whether groups, conditionals and choices hand it on to their own last command.
  var passesThroughCompounds: Bool { ![.bash, .mksh].contains(shell) }
  /// Whether a subshell without anything behind it needs no fork.
  var mergesSubshells: Bool { ![.bash, .mksh].contains(shell) }
  /// Whether lists in a subshell hand it on to their last command.
  var passesThroughLists: Bool { shell != .mksh }
  /// Whether a command with redirections is one, below the top.
  var allowsRedirections: Bool { shell != .bash }
  /// Whether the last element of a pipeline runs in the shell itself.
  var lastElementStays: Bool { [.zsh, .ksh].contains(shell) }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: " _/.-+,:@%".utf8.contains(byte)
    }
  }
}
