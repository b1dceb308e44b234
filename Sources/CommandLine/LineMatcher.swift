import Vocabulary

/// A word of the command line and its place there.
struct Word: Sendable, Hashable {
  let position: Int
  let text: String
}

/// A problem and the place of the word that it is about.
struct PlacedProblem: Sendable, Hashable {
  let position: Int
  let problem: UsageProblem
}

/// The words of a command line, sorted by what they belong to; no value has been read yet.
struct MatchedLine: Sendable {
  /// An option's name in the line with one of its values.
  struct Occurrence: Sendable, Hashable {
    let position: Int
    /// The name as it was typed.
    let name: String
    let value: String?
  }

  /// By the option's main name.
  var occurrences: [String: [Occurrence]] = [:]
  var words: [Word] = []
  /// What follows `--`, where the command captures it; nil when there is no `--`.
  var rest: [String]?
  var wantsHelp = false
  var problems: [PlacedProblem] = []
}

/// Sorts the words of a line by a command's declarations.
struct LineMatcher {
  private let declarations: Declarations
  private var remaining: ArraySlice<Word>
  private var line = MatchedLine()

  /// The line of a command.
  static func match(_ words: [Word], _ declarations: Declarations) -> MatchedLine {
    var matcher = LineMatcher(declarations: declarations, remaining: words[...])
    matcher.run()
    return matcher.line
  }

  private init(declarations: Declarations, remaining: ArraySlice<Word>) {
    self.declarations = declarations
    self.remaining = remaining
  }

  private mutating func run() {
    while let word = remaining.popFirst() {
      if word.text == "--" {
        if declarations.rest != nil { line.rest = remaining.map(\.text) } else { line.words += remaining }
        return
      }
      if word.text.hasPrefix("--") {
        matchLong(word)
      } else if isOption(word.text) {
        matchCluster(word)
      } else {
        line.words.append(word)
      }
    }
  }

  /// Whether a word is meant as an option: `-` alone is a value, and so is a negative number.
  private func isOption(_ text: String) -> Bool {
    guard text.hasPrefix("-"), text != "-" else { return false }
    let second = text.utf8.dropFirst().first ?? 0
    return !(48...57).contains(second) || declarations.option(String(text.prefix(2))) != nil
  }

  private mutating func matchLong(_ word: Word) {
    let parts = word.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let inline = parts.count > 1 ? String(parts[1]) : nil
    guard let option = declarations.option(name) else { return reportUnknown(name, inline: inline, at: word.position) }
    guard let inline else { return matchValues(of: option, name, at: word.position) }
    guard option.arity == .none else { return record(option, name, inline, at: word.position) }
    report("option '\(name)' takes no value", remedy: "'\(name)' alone", at: word.position)
  }

  /// `-n`, `-n value`, `-nvalue`, `-n=value`, `-abc`, `-abn value`.
  private mutating func matchCluster(_ word: Word) {
    let whole = String(word.text.prefix { $0 != "=" })
    // `-target` is a long option with one hyphen, more often than `-t` with the value `arget`.
    if whole.count > 2, declarations.option("-" + whole) != nil {
      return reportUnknown(whole, inline: whole == word.text ? nil : word.text, at: word.position)
    }
    var letters = word.text.dropFirst()
    while let letter = letters.popFirst() {
      let name = "-\(letter)"
      guard let option = declarations.option(name) else {
        reportUnknown(name, inline: nil, at: word.position, in: word.text)
        return
      }
      guard option.arity != .none else {
        record(option, name, nil, at: word.position)
        continue
      }
      if letters.isEmpty { return matchValues(of: option, name, at: word.position) }
      let value = letters.first == "=" ? letters.dropFirst() : letters
      return record(option, name, String(value), at: word.position)
    }
  }

  private mutating func matchValues(of option: OptionDeclaration, _ name: String, at position: Int) {
    switch option.arity {
    case .none: record(option, name, nil, at: position)
    case .one:
      guard let next = remaining.first, next.text != "--", !isOption(next.text) else {
        return reportMissingValue(of: option, name, at: position)
      }
      remaining = remaining.dropFirst()
      record(option, name, next.text, at: position)
    case .several:
      let values = remaining.prefix { $0.text != "--" && !isOption($0.text) }
      guard !values.isEmpty else { return reportMissingValue(of: option, name, at: position) }
      remaining = remaining.dropFirst(values.count)
      for value in values { record(option, name, value.text, at: value.position) }
    }
  }

  private mutating func record(_ option: OptionDeclaration, _ name: String, _ value: String?, at position: Int) {
    if option == Declarations.help {
      line.wantsHelp = true
      return
    }
    line.occurrences[option.name, default: []].append(.init(position: position, name: name, value: value))
    let isTwice = option.arity == .one && !option.isRepeatable && line.occurrences[option.name]?.count == 2
    guard isTwice else { return }
    report("option '\(name)' is given twice", why: "it has one value", remedy: "'\(name)' once", at: position)
  }

  private mutating func reportMissingValue(of option: OptionDeclaration, _ name: String, at position: Int) {
    let placeholder = option.placeholder
    let next = remaining.first?.text
    report(
      "option '\(name)' needs a value",
      why: next.map { "\($0.quoted) is not taken for one, because it begins with a hyphen" },
      remedy: next == nil || next == "--" || !name.hasPrefix("--")
        ? "'\(name) \(placeholder)'" : "'\(name)=\(placeholder)' where the value begins with a hyphen",
      at: position)
  }

  private mutating func reportUnknown(_ name: String, inline: String?, at position: Int, in word: String? = nil) {
    let visible = (declarations.options.filter { !$0.isHidden } + [Declarations.help]).flatMap(\.names)
    let nearest = Suggestions.nearest(to: name, among: visible.filter { name.hasPrefix("--") == $0.hasPrefix("--") })
    let doubled = "-" + name
    let remedy =
      declarations.option(doubled) != nil
      ? "did you mean '\(doubled)'?" : Suggestions.question(for: name, among: nearest)
    let whole = word.flatMap { $0 == name ? nil : "it stands in \($0.quoted)" }
    report("unknown option \(name.quoted)", why: whole, remedy: remedy, at: position)
    // The word after it was meant as its value: it is not reported a second time.
    let meant = declarations.option(doubled) ?? nearest.first.flatMap { declarations.option($0) }
    let takesValue = meant.map { $0.arity != .none } ?? declarations.positionals.isEmpty
    guard inline == nil, takesValue, let next = remaining.first, next.text != "--", !isOption(next.text) else { return }
    remaining = remaining.dropFirst()
  }

  private mutating func report(_ what: String, why: String? = nil, remedy: String? = nil, at position: Int) {
    line.problems.append(PlacedProblem(position: position, problem: UsageProblem(what, why: why, remedy: remedy)))
  }
}
