import Machine
import Vocabulary

extension ProgramTable {
  /// The rows by the names of their programs, in the order of the table.
  static let rows: [String: [ProgramRow]] = Dictionary(
    read(text).rows.flatMap { row in row.names.map { ($0, [row]) } }, uniquingKeysWith: +)

  /// A line that is not one of the table.
  struct Problem: Hashable, CustomStringConvertible {
    let line: Int
    let what: String
    var description: String { "line \(line): \(what)" }
  }

  /// Reads the table. A line that cannot be read is a problem and gives no row.
  static func read(_ text: String) -> (rows: [ProgramRow], problems: [Problem]) {
    var rows: [ProgramRow] = []
    var problems: [Problem] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      do throws(Unread) {
        rows.append(try row(line.split(separator: "|").map { $0.trimmed }))
      } catch {
        problems.append(Problem(line: index + 1, what: error.what))
      }
    }
    return (rows, problems)
  }

  /// What of a row cannot be read.
  private struct Unread: Error { let what: String }

  private static func row(_ columns: [Substring]) throws(Unread) -> ProgramRow {
    guard columns.count == 5 else { throw Unread(what: "\(columns.count) columns instead of 5") }
    guard let basis = ProgramRow.Basis(rawValue: String(columns[3])) else {
      throw Unread(what: "'\(columns[3])' is no basis")
    }
    return ProgramRow(
      names: columns[0].split(separator: " ").map(String.init), grammar: try grammar(columns[1]),
      action: try action(columns[2]), basis: basis, explanation: String(columns[4]))
  }

  /// `-u= --user= 1 A=B is:run,exec line:-c line mixed nothing if:-g unless:first`
  private static func grammar(_ text: Substring) throws(Unread) -> ArgumentGrammar {
    var grammar = ArgumentGrammar()
    for word in text.split(separator: " ") {
      let parts = word.split(separator: ":", maxSplits: 1)
      switch parts.first {
      case "A=B": grammar.takesAssignments = true
      case "line" where parts.count == 1: grammar.isLine = true
      case "mixed": grammar.optionsFollow = true
      case "nothing": grammar.startsNothing = true
      case "is" where parts.count == 2: grammar.subcommands = parts[1].split(separator: ",").map(String.init)
      case "line": grammar.lineOptions.formUnion(parts[1].split(separator: ",").map(String.init))
      case "if" where parts.count == 2: grammar.conditions.append(condition(parts[1], true))
      case "unless" where parts.count == 2: grammar.conditions.append(condition(parts[1], false))
      default:
        if let count = Int(word) {
          grammar.operands = count
        } else if word.hasPrefix("-"), word.hasSuffix("=") {
          grammar.valued.insert(String(word.dropLast()))
        } else {
          throw Unread(what: "'\(word)' says nothing about arguments")
        }
      }
    }
    return grammar
  }

  private static func condition(_ text: Substring, _ holds: Bool) -> ArgumentGrammar.Condition {
    switch text {
    case "first": .first(holds)
    case "ps": .ps(holds)
    case "bash": .bash(holds)
    default: .option(text.split(separator: ",").map(String.init), isThere: holds)
    }
  }

  private static func action(_ text: Substring) throws(Unread) -> ProgramRow.Action {
    let words = text.split(maxSplits: 1) { $0 == " " || $0 == ";" }
    switch words.first {
    case "execs": return .execs
    case "daemonizes": return .daemonizes
    case "never-starts": return .neverStarts
    case "ends": return .ends
    case "filter": return .filter
    case "runs": return .runs
    case "serves": return .serves
    case "unknown": return .unknown
    case "follows" where words.count == 2: return .follows(String(words[1]))
    case "keeps": return .supervises(try pattern(words.count == 2 ? words[1] : ""))
    default: throw Unread(what: "'\(text)' is nothing that a program does")
    }
  }

  /// A pattern that code writes; one that cannot be read does nothing about signals.
  static func pattern(_ text: String) -> SupervisionPattern {
    do throws(Unread) { return try pattern(text[...]) } catch { return SupervisionPattern() }
  }

  /// `own-group; then all; ignores INT; TERM INT: send to descendants, pause 5s, send KILL; *: send`
  private static func pattern(_ text: Substring) throws(Unread) -> SupervisionPattern {
    var pattern = SupervisionPattern()
    for clause in text.split(separator: ";").map(\.trimmed) {
      let words = clause.split(separator: " ")
      switch words.first {
      case "own-group": pattern.ownGroup = true
      case "ignores": pattern.ignored = Set(try signals(words.dropFirst()))
      case "then": pattern.afterwards = try afterwards(words.dropFirst())
      default:
        guard let colon = clause.firstIndex(of: ":") else { throw Unread(what: "'\(clause)' says nothing") }
        var steps: [Supervision.Step] = []
        for part in clause[colon...].dropFirst().split(separator: ",") { steps.append(try step(part.trimmed)) }
        for signal in try signals(clause[..<colon].split(separator: " ")) where pattern.handlers[signal] == nil {
          pattern.handlers[signal] = steps
        }
      }
    }
    return pattern
  }

  /// Names, or `*` for all that a program can pass on.
  private static func signals(_ words: some Collection<Substring>) throws(Unread) -> [Signal] {
    var found: [Signal] = []
    for word in words {
      if word == "*" {
        let kept: Set<Int32> = [4, 5, 6, 7, 8, 9, 11, 17, 19, 21, 22, 31]
        found += (1...64).filter { !kept.contains($0) }.map { Signal(rawValue: $0) }
      } else if let signal = Signal(name: word) {
        found.append(signal)
      } else {
        throw Unread(what: "'\(word)' is no signal")
      }
    }
    return found
  }

  private static func afterwards(_ words: ArraySlice<Substring>) throws(Unread) -> Supervision.Afterwards {
    switch words.first {
    case "leaves": return .leaves
    case "all": return .leavesAfterAll
    case "descendants": return .leavesAfterDescendants
    case "stays": return .stays
    case "raises": return .raisesChildsSignal(pause: try words.dropFirst().first.map(duration) ?? .zero)
    default: throw Unread(what: "'then \(words.joined(separator: " "))' is no end")
    }
  }

  private static func step(_ text: Substring) throws(Unread) -> Supervision.Step {
    let words = text.split(separator: " ")
    switch (words.first, words.count) {
    case ("await", 1): return .awaitChildren
    case ("raise", 1): return .raise
    case ("stop", 1): return .stopRestarting
    case ("pause", 2): return .pause(try duration(words[1]))
    case ("leave", 2):
      guard let status = Int32(words[1]) else { break }
      return .leave(status)
    case ("send", _):
      var rest = words.dropFirst()
      var signal: Signal?
      if let name = rest.first, name != "to" {
        signal = try signals([name]).first
        rest = rest.dropFirst()
      }
      guard rest.first == "to" else { return .send(signal, to: .children) }
      let targets: [Substring: Supervision.Target] = [
        "children": .children, "descendants": .descendants, "groups": .childGroups, "own-group": .ownGroup,
        "everything": .everything,
      ]
      guard rest.count == 2, let target = rest.last.flatMap({ targets[$0] }) else { break }
      return .send(signal, to: target)
    default: break
    }
    throw Unread(what: "'\(text)' is no step")
  }

  /// `5s`, `1600ms`.
  private static func duration(_ text: Substring) throws(Unread) -> Duration {
    if text.hasSuffix("ms"), let number = Int64(text.dropLast(2)) { return .milliseconds(number) }
    if text.hasSuffix("s"), let number = Int64(text.dropLast()) { return .seconds(number) }
    throw Unread(what: "'\(text)' is no duration")
  }
}

extension Substring {
  /// Without blanks at both ends.
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " }
    return start.lastIndex { $0 != " " }.map { start[...$0] } ?? ""
  }
}
