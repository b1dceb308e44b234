import Documents

extension ValueSearch {
  /// Whether all formulas hold for a value; nil when that cannot be said, with the reasons in `evaluationReasons`.
  func holds(_ formulas: [Formula], for value: JSONValue, depth: Int = 0) -> Bool? {
    var isOpen = false
    for formula in formulas {
      switch holds(formula, for: value, depth: depth) {
      case false?: return false
      case nil: isOpen = true
      case true?: break
      }
    }
    return isOpen ? nil : true
  }

  private func holds(_ formula: Formula, for value: JSONValue, depth: Int) -> Bool? {
    guard spend(), depth < 400 else {
      evaluationReasons.insert(tooMuch)
      return nil
    }
    let answer: Bool?
    switch pool.nodes[formula.node] {
    case .always: answer = true
    case .all(let parts): answer = holds(parts, for: value, depth: depth + 1)
    case .exactlyOne(let parts):
      let answers = parts.map { holds($0, for: value, depth: depth + 1) }
      let (sure, open) = (answers.count { $0 == true }, answers.count { $0 == nil })
      answer = sure > 1 ? false : open > 0 ? nil : sure == 1
    case .reference(let side, let site):
      answer = holds(compilers[side].formula(site), for: value, depth: depth + 1)
    case .atom(let atom): answer = holds(atom, for: value, depth: depth + 1)
    }
    return answer.map { $0 != formula.isNegated }
  }

  private func holds(_ atom: Atom, for value: JSONValue, depth: Int) -> Bool? {
    switch (atom, value) {
    case (.kind(let kind), _): return value.kind == kind
    case (.among(let values), _): return values.contains(value)
    case (.opaque(let reason), _):
      evaluationReasons.insert(reason)
      return nil
    case (.integral, .number(let number)): return number.isIntegral
    case (.writtenAsInteger, .number(let number)): return number.isWrittenAsInteger
    case (.minimum(let bound), .number(let number)): return number >= bound
    case (.exclusiveMinimum(let bound), .number(let number)): return number > bound
    case (.maximum(let bound), .number(let number)): return number <= bound
    case (.exclusiveMaximum(let bound), .number(let number)): return number < bound
    case (.multipleOf(let divisor), .number(let number)): return number.isMultiple(of: divisor)
    case (.minLength(let count), .string(let text)): return text.text.unicodeScalars.count >= count
    case (.maxLength(let count), .string(let text)): return text.text.unicodeScalars.count <= count
    case (.pattern(let pattern), .string(let text)):
      let answer = patterns.matches(pattern, text)
      if answer == nil { evaluationReasons.insert(unreadable(pattern)) }
      return answer
    case (.minItems(let count), .array(let elements)): return elements.count >= count
    case (.maxItems(let count), .array(let elements)): return elements.count <= count
    case (.uniqueItems, .array(let elements)): return Set(elements).count == elements.count
    case (.items(let rule), .array(let elements)):
      return every(elements.enumerated()) { holds(rule.formula(at: $0.offset), for: $0.element, depth: depth) }
    case (.containsAtLeast(let formula, let count), .array(let elements)):
      let (sure, open) = counts(elements, formula, depth)
      return sure >= count ? true : sure + open >= count ? nil : false
    case (.containsAtMost(let formula, let count), .array(let elements)):
      let (sure, open) = counts(elements, formula, depth)
      return sure > count ? false : sure + open > count ? nil : true
    case (.required(let names), .object(let members)): return names.allSatisfy { members[$0] != nil }
    case (.minProperties(let count), .object(let members)): return members.count >= count
    case (.maxProperties(let count), .object(let members)): return members.count <= count
    case (.propertyNames(let formula), .object(let members)):
      return every(members.keys) { holds(formula, for: .string($0), depth: depth) }
    case (.members(let rule), .object(let members)):
      return every(members) { member in
        guard let formulas = formulas(rule, member.key) else { return nil }
        return holds(formulas, for: member.value, depth: depth)
      }
    default: return true
    }
  }

  private func every<Elements: Sequence>(_ elements: Elements, _ holds: (Elements.Element) -> Bool?) -> Bool? {
    var isOpen = false
    for element in elements {
      switch holds(element) {
      case false?: return false
      case nil: isOpen = true
      case true?: break
      }
    }
    return isOpen ? nil : true
  }

  private func counts(_ elements: [JSONValue], _ formula: Formula, _ depth: Int) -> (sure: Int, open: Int) {
    let answers = elements.map { holds(formula, for: $0, depth: depth) }
    return (answers.count { $0 == true }, answers.count { $0 == nil })
  }

  /// What a rule asks of the member of a name; nil when a pattern cannot be tried, with the reason in `evaluationReasons`.
  func formulas(_ rule: MemberRule, _ name: ExactText) -> [Formula]? {
    var result: [Formula] = []
    var isNamed = false
    if let formula = rule.named[name] {
      result.append(formula)
      isNamed = true
    }
    for (pattern, formula) in rule.patterns {
      switch patterns.matches(pattern, name) {
      case true?:
        result.append(formula)
        isNamed = true
      case false?: continue
      case nil:
        evaluationReasons.insert(unreadable(pattern))
        return nil
      }
    }
    return isNamed ? result : [rule.rest]
  }

  func unreadable(_ pattern: ExactText) -> Int {
    reasons.number(
      side: nil, place: reasons.all[tooMuch].place,
      "validators may differ about the pattern '\(pattern.text)', or it is beyond what is computed")
  }
}
