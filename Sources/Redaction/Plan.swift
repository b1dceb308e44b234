import Documents
import Libraries
import LogScan

/// The rules made ready: patterns compiled, triggers in one scanner. Shared by all streams of a redactor.
struct Plan: Sendable {
  /// The built-in rules in their order, then those with patterns.
  let rules: [Rule]
  /// The compiled patterns, by rule.
  let patterns: [Pattern?]
  /// Which rules are relaxed.
  let isOff: [Bool]
  /// Rules that are searched for everywhere, without a trigger.
  let searched: [Int]
  /// What a trigger leads to, by its number.
  let actions: [Action]
  let scanner: TriggerScanner
  /// For names of fields that teach what is to be hidden everywhere, and for nothing else.
  let learningScanner: TriggerScanner
  let runs: WordRuns
  let releaseAttributes: Set<[UInt8]>

  /// What is tried where a trigger stands.
  enum Action: Sendable {
    case field
    case pattern(Int)
    case pem
    case token
    case secretData
    case respelled
    case known(length: Int, isEncoded: Bool, isShort: Bool)
  }

  init(_ options: RedactionOptions, _ known: KnownSecrets) throws(RedactionFailure) {
    let own = options.ownRules.map { Rule($0.name, $0.name, [], $0.pattern) }
    let defaults = Builtin.allCases.map(\.rule) + Rules.providers + Rules.places + Rules.people
    let rules = defaults + (options.hidesAddresses ? Rules.addresses : []) + own
    for name in options.relaxed where !defaults.contains(where: { $0.name == name }) {
      throw .unknownRule(name, nearest: nearestName(to: name, among: defaults.map(\.name)))
    }
    for rule in options.ownRules { try rule.check() }
    var patterns: [Pattern?] = []
    var actions: [Action] = []
    var triggers: [TriggerScanner.Trigger] = []
    var searched: [Int] = []
    let relaxed = Set(options.relaxed)
    for (index, rule) in rules.enumerated() {
      let isApplied = !relaxed.contains(rule.name)
      do throws(Pattern.Fault) {
        if isApplied, let pattern = rule.pattern {
          patterns.append(try Pattern(pattern, ignoresCase: rule.ignoresCase))
        } else {
          patterns.append(nil)
        }
      } catch {
        throw .badRule(rule.name, reason: "\(error.reason) at its byte \(error.offset)")
      }
      guard isApplied, rule.pattern != nil else { continue }
      if rule.triggers.isEmpty { searched.append(index) }
      for trigger in rule.triggers {
        triggers.append(TriggerScanner.Trigger(trigger, ignoresCase: rule.ignoresCase))
        actions.append(.pattern(index))
      }
    }
    for name in FieldNames.triggers {
      triggers.append(TriggerScanner.Trigger(name, ignoresCase: true))
      actions.append(.field)
    }
    for (text, action) in [
      ("eyJ", Action.token), ("ewog", .token), ("-----BEGIN ", .pem), ("---- BEGIN ", .pem),
      ("PuTTY-User-Key-File-", .pem), ("data:", .secretData), ("data\"", .secretData), ("data\\\"", .secretData),
      ("tringData", .secretData),
    ] {
      triggers.append(TriggerScanner.Trigger(text))
      actions.append(action)
    }
    for text in Pass.respellings {
      triggers.append(TriggerScanner.Trigger(text))
      actions.append(.respelled)
    }
    for form in known.forms {
      triggers.append(TriggerScanner.Trigger(form.text))
      actions.append(.known(length: form.text.count, isEncoded: form.isEncoded, isShort: form.isShort))
    }
    self.rules = rules
    self.patterns = patterns
    self.searched = searched
    self.actions = actions
    isOff = rules.map { relaxed.contains($0.name) }
    scanner = TriggerScanner(triggers)
    learningScanner = TriggerScanner(FieldNames.learnedTriggers.map { TriggerScanner.Trigger($0, ignoresCase: true) })
    runs = WordRuns(of: (0...255).filter { Bytes.isBase64($0) }, least: 20)
    releaseAttributes = Set(options.releaseAttributes.map { Array($0.utf8) })
  }
}
