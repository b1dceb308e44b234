/// A script as a shell reads it: what it runs before it finds a syntax error, and the error.
package struct ShellScript: Sendable {
  /// The commands, in order.
  package var statements: [Statement]
  /// Where the shell gives up; nil when it reads to the end.
  package var failure: SyntaxFailure?

  /// A list of commands.
  typealias Body = [Statement]

  /// One command of a list.
  package struct Statement: Sendable {
    var command: ShellCommand
    var isBackground: Bool
  }

  /// A place that no shell of the dialect reads on from.
  package struct SyntaxFailure: Hashable, Sendable {
    /// The line, from 0.
    package let line: Int
    /// What is wrong there.
    package let reason: String
  }
}

/// A command of a shell's grammar.
indirect enum ShellCommand: Sendable {
  case simple(SimpleCommand)
  case pipeline([ShellCommand])
  case not(ShellCommand)
  case timed(ShellCommand)
  case and(ShellCommand, ShellCommand)
  case or(ShellCommand, ShellCommand)
  case group(ShellScript.Body)
  case subshell(ShellScript.Body)
  case redirected(ShellCommand, [Redirection])
  case conditional([(condition: ShellScript.Body, body: ShellScript.Body)], otherwise: ShellScript.Body)
  case loop(until: Bool, condition: ShellScript.Body, body: ShellScript.Body)
  /// `for name in words`; nil words are the positional parameters. `select` is read the same way.
  case each(name: String, words: [ShellWord]?, body: ShellScript.Body)
  case arithmeticLoop(start: String, condition: String, step: String, body: ShellScript.Body)
  case choice(ShellWord, [Alternative])
  case function(name: String, ShellCommand)
  case test([TestToken], line: Int)
  case arithmetic(String)
  case coprocess(ShellCommand)

  /// One `pattern) commands;;` of a case.
  struct Alternative: Sendable {
    var patterns: [ShellWord]
    var body: ShellScript.Body
    var goesOn: GoesOn
  }

  /// What follows an alternative's commands.
  enum GoesOn: Sendable {
    /// `;;`
    case ends
    /// `;&`
    case falls
    /// `;;&`
    case tests
  }

  /// A word or operator between `[[` and `]]`.
  enum TestToken: Sendable {
    case word(ShellWord)
    case and, or, not, open, close, less, greater
  }
}

/// A command of words: a program, a function or a builtin, with what stands before and behind it.
struct SimpleCommand: Sendable {
  var assignments: [Assignment] = []
  var words: [ShellWord] = []
  var redirections: [Redirection] = []
  /// The line, from 0.
  var line: Int

  /// `name=value`, `name+=value`, `name[index]=value`, `name=(words)`.
  struct Assignment: Sendable {
    var name: String
    var index: ShellWord?
    var appends: Bool
    var value: Value

    enum Value: Sendable {
      case word(ShellWord)
      case list([ShellWord])
    }
  }
}

/// `2>&1`, `<file`, `<<END`, `<<<word`.
struct Redirection: Sendable {
  /// The descriptor that is given; nil for the operator's own.
  var descriptor: String?
  var kind: Kind
  /// The file, the descriptor or the text.
  var target: ShellWord

  enum Kind: String, Sendable {
    case input = "<"
    case output = ">"
    case append = ">>"
    case clobber = ">|"
    case both = "&>"
    case bothAppend = "&>>"
    case readWrite = "<>"
    case duplicateInput = "<&"
    case duplicateOutput = ">&"
    case hereDocument = "<<"
    case hereString = "<<<"
  }
}

/// A word as it is written.
struct ShellWord: Sendable {
  var parts: [Part]
  /// The line, from 0.
  var line: Int

  indirect enum Part: Sendable {
    case text(String, quoted: Bool)
    case parameter(Parameter, quoted: Bool)
    case command(Substitution, quoted: Bool)
    case arithmetic(String, quoted: Bool)
    /// `<( )` and `>( )`.
    case process(Substitution, isInput: Bool)
  }

  /// The commands of one substitution; its identity tells where in the script it stands.
  final class Substitution: Sendable {
    let body: ShellScript.Body
    init(_ body: ShellScript.Body) { self.body = body }
  }

  /// The text when nothing in the word is quoted or expanded: a reserved word is one only then.
  var literal: String? {
    var result = ""
    for part in parts {
      guard case .text(let text, quoted: false) = part else { return nil }
      result += text
    }
    return result
  }

  /// The text when nothing in the word is expanded, quoted or not.
  var constant: String? {
    var result = ""
    for part in parts {
      guard case .text(let text, _) = part else { return nil }
      result += text
    }
    return result
  }

  static func plain(_ text: String, line: Int) -> ShellWord {
    ShellWord(parts: text.isEmpty ? [] : [.text(text, quoted: false)], line: line)
  }
}

/// `$name`, `${name…}`.
struct Parameter: Sendable {
  var name: String
  /// `[@]`, `[*]`, `[3]`.
  var index: String?
  var operation: Operation = .value

  indirect enum Operation: Sendable {
    case value
    case length
    case indirect
    /// `${!name[@]}`
    case keys
    case fallback(ShellWord, whenEmpty: Bool)
    case assign(ShellWord, whenEmpty: Bool)
    case fail(ShellWord, whenEmpty: Bool)
    case alternative(ShellWord, whenEmpty: Bool)
    case removePrefix(ShellWord, longest: Bool)
    case removeSuffix(ShellWord, longest: Bool)
    case replace(ShellWord, with: ShellWord, all: Bool, anchor: Character?)
    case slice(offset: String, length: String?)
    case upperCase(all: Bool)
    case lowerCase(all: Bool)
    /// `${x@Q}` and what else there is.
    case other
  }
}
