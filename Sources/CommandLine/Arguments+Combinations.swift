import Vocabulary

// Rules over options are declared after them; help and manual show them. They look at the line alone, not at the
// environment, which a person does not see while typing.

extension Arguments {
  /// At most one of these options may be given.
  package mutating func atMostOne(of names: String...) {
    declare(.atMostOne(names), of: names)
    reportExcluding(names)
  }

  /// At least one of these options must be given.
  package mutating func atLeastOne(of names: String...) {
    declare(.atLeastOne(names), of: names)
    reportNone(of: names)
  }

  /// One of these options must be given, and no other of them.
  package mutating func exactlyOne(of names: String...) {
    declare(.exactlyOne(names), of: names)
    reportExcluding(names)
    reportNone(of: names)
  }

  /// An option means something only together with one of others.
  package mutating func require(_ option: String, with others: String...) {
    declare(.requires(option: option, others: others), of: [option] + others)
    guard isGiven(option), !others.contains(where: isGiven) else { return }
    let needed = others.map { "'\($0)'" }.listed("or")
    report(UsageProblem("option '\(option)' needs \(needed)"), at: position(of: option))
  }

  /// Refuses a combination of values that the other rules cannot say, such as a least above a most.
  ///
  /// It asks nothing while the command is described or when the line has other problems: the values may be samples then.
  ///
  /// - Parameters:
  ///   - isWrong: Whether to refuse.
  ///   - what: What is wrong, lower-case, without a full stop.
  ///   - why: Why it is wrong, where `what` does not say it.
  ///   - remedy: What to type instead.
  package mutating func refuse(
    if isWrong: @autoclosure () -> Bool, _ what: String, why: String? = nil, remedy: String? = nil
  ) {
    guard line != nil, !hasProblems, isWrong() else { return }
    report(UsageProblem(what.harmless, why: why?.harmless, remedy: remedy?.harmless))
  }

  private mutating func reportExcluding(_ names: [String]) {
    let given = names.filter(isGiven)
    guard given.count > 1, let last = given.map({ position(of: $0) }).max() else { return }
    let shown = given.map { "'\($0)'" }.listed("and")
    report(UsageProblem("\(shown) exclude each other", remedy: "one of them"), at: last)
  }

  private mutating func reportNone(of names: [String]) {
    guard line != nil, !names.contains(where: isGiven) else { return }
    report(UsageProblem("\(names.map { "'\($0)'" }.listed("or")) is required"))
  }

  private func position(of name: String) -> Int {
    let option = declarations.option(name)?.name ?? name
    return line?.occurrences[option]?.first?.position ?? .max
  }
}
