package import Vocabulary

/// What a word on the command line can name: a command, or a group of commands.
package protocol CommandEntry: Sendable {
  /// The word that names it; lower-case letters, digits and hyphens.
  static var name: String { get }
  /// Other words that name it too.
  static var aliases: [String] { get }
  /// One sentence for lists and the head of its help, with its full stop.
  static var summary: String { get }
  /// More to read in help and manual: paragraphs divided by empty lines; lines that begin with a space stay as they are.
  static var discussion: String { get }
  /// Command lines that show its use, each with a sentence.
  static var examples: [Example] { get }
  /// The exit statuses that need words, in the order they are shown.
  static var exits: [Exit] { get }
  /// Whether help, completions, suggestions and manual leave it out; it can be called all the same.
  static var isHidden: Bool { get }
}

extension CommandEntry {
  package static var aliases: [String] { [] }
  package static var discussion: String { "" }
  package static var examples: [Example] { [] }
  package static var exits: [Exit] { [] }
  package static var isHidden: Bool { false }
}

/// A command: its initialiser declares its arguments and reads them.
///
/// The initialiser runs on nothing to describe the command (help, completions, manual) and on a line to read it. It
/// calls the methods of `Arguments` only, always all of them and in the same order, and has no side effects: a value it
/// gets may be a sample, because the command is only described or the line has problems, which are thrown afterwards.
/// What running means is the caller's: a protocol that refines this one.
package protocol Command: CommandEntry {
  /// Declares the arguments and takes their values.
  init(_ arguments: inout Arguments)
}

/// A word that needs a further word: `runs list`, `runs show`; the program itself is the outermost group.
package protocol CommandGroup: CommandEntry {
  /// The commands, in the order of help, under their headings.
  static var sections: [CommandSection] { get }
  /// The command that runs when no further word follows; its options may follow the group's name. Nil: a word is required.
  static var fallback: (any Command.Type)? { get }
}

extension CommandGroup {
  package static var fallback: (any Command.Type)? { nil }
}

/// Some commands of a group, under a heading.
package struct CommandSection: Sendable {
  /// The heading without its colon.
  package let heading: String
  /// The commands, in the order they are shown.
  package let entries: [any CommandEntry.Type]

  /// Commands under a heading.
  package init(_ heading: String, _ entries: [any CommandEntry.Type]) {
    self.heading = heading
    self.entries = entries
  }

  /// Commands that need no heading but `Commands`.
  package init(_ entries: [any CommandEntry.Type]) { self.init("Commands", entries) }
}

/// A command line that shows the use of a command.
package struct Example: Sendable, Hashable {
  /// The whole line, as it is typed.
  package let line: String
  /// What it does, in one sentence with its full stop.
  package let sentence: String

  /// A line and what it does.
  package init(_ line: String, _ sentence: String) {
    self.line = line
    self.sentence = sentence
  }
}

/// What an exit status means for a command.
package struct Exit: Sendable, Hashable {
  /// The status.
  package let status: ExitStatus
  /// When the command ends with it.
  package let meaning: String

  /// A status and when it is given.
  package init(_ status: ExitStatus, _ meaning: String) {
    self.status = status
    self.meaning = meaning
  }
}
