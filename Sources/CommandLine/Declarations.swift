/// An option as it was declared: everything that parsing, help, completions and the manual need to know of it.
struct OptionDeclaration: Sendable, Hashable {
  /// How many values follow its name.
  enum Arity: Sendable, Hashable {
    case none
    case one
    /// All words up to the next option, at least one.
    case several
  }

  var names: [String]
  var arity: Arity
  var placeholder = ""
  var completion = Completion.none
  var help: String
  /// The default as help shows it.
  var fallback: String?
  var environment: String?
  var isRequired = false
  /// Whether it may be given more than once.
  var isRepeatable = false
  var isHidden = false
  /// The heading of the group it belongs to; nil for the command's own.
  var heading: String?

  /// The name for messages and look-ups: the first long one.
  var name: String { names.first { $0.hasPrefix("--") } ?? names.first ?? "" }
}

/// An argument that is known by its place.
struct PositionalDeclaration: Sendable, Hashable {
  enum Count: Sendable, Hashable {
    case required
    case optional
    /// All words that are left; the number is the least.
    case several(atLeast: Int)
  }

  var placeholder: String
  var count: Count
  var completion: Completion
  var help: String
  var fallback: String?
}

/// The command line of another program, after `--`.
struct RestDeclaration: Sendable, Hashable {
  var placeholder: String
  var help: String
}

/// A rule over several options.
enum Combination: Sendable, Hashable {
  case atMostOne([String])
  case atLeastOne([String])
  case exactlyOne([String])
  case requires(option: String, others: [String])

  /// The rule as a sentence.
  var sentence: String {
    switch self {
    case .atMostOne(let names): "At most one of \(names.listed("and"))."
    case .atLeastOne(let names): "At least one of \(names.listed("and"))."
    case .exactlyOne(let names): "Exactly one of \(names.listed("and"))."
    case .requires(let option, let others): "\(option) needs \(others.listed("or"))."
    }
  }
}

/// All arguments of a command.
struct Declarations: Sendable, Hashable {
  var options: [OptionDeclaration] = []
  var positionals: [PositionalDeclaration] = []
  var rest: RestDeclaration?
  var combinations: [Combination] = []
  /// What is wrong with the declaration itself; see `DeclarationFaults`.
  var faults: [String] = []

  func option(_ name: String) -> OptionDeclaration? { options.first { $0.names.contains(name) } }

  /// `--help`, which every command and group has.
  static let help = OptionDeclaration(names: ["-h", "--help"], arity: .none, help: "Show this help.")
  /// `--version`, which the program has.
  static let version = OptionDeclaration(names: ["--version"], arity: .none, help: "Show the program's version.")
}

extension [String] {
  /// `a, b and c`.
  func listed(_ conjunction: String) -> String {
    guard let last, count > 1 else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) \(conjunction) \(last)"
  }
}
