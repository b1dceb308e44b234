import Documents

/// What is known of patterns, for every dialect that a validator may speak: where they disagree, nothing is.
final class PatternBook {
  private let dialects = PatternDialect.allCases.map(PatternLanguages.init)
  private var known: [Question: Bool?] = [:]

  private struct Question: Hashable {
    let pattern: ExactText
    let text: ExactText
  }

  /// Whether a text has a match of a pattern; nil when that cannot be said, or validators differ.
  func matches(_ pattern: ExactText, _ text: ExactText) -> Bool? {
    let question = Question(pattern: pattern, text: text)
    if let answer = known[question] { return answer }
    let answers = Set(dialects.map { $0.matches(pattern.text, text.text) })
    let answer = answers.count == 1 ? answers.first ?? nil : nil
    known[question] = .some(answer)
    return answer
  }

  /// A text of a length within bounds that matches all of some patterns and none of others, and is none of some.
  func text(
    matching: [ExactText], notMatching: [ExactText], length: ClosedRange<Int>, except: Set<ExactText>
  ) -> TextSearch {
    guard !matching.isEmpty || !notMatching.isEmpty else { return Self.anyText(length, except) }
    // Only exceptions that are in question cost anything.
    let except = except.filter { text in
      length.contains(text.text.unicodeScalars.count) && !matching.contains { matches($0, text) == false }
        && !notMatching.contains { matches($0, text) == true }
    }
    for dialect in dialects {
      let answer = dialect.text(
        matching: matching.map(\.text), notMatching: notMatching.map(\.text), length: length,
        except: Set(except.map(\.text)))
      switch answer {
      case .none: continue
      case .open: return .open
      case .found(let text):
        let isAgreed =
          matching.allSatisfy { matches($0, ExactText(text)) == true }
          && notMatching.allSatisfy { matches($0, ExactText(text)) == false }
        return isAgreed ? answer : .open
      }
    }
    return .none
  }

  /// The first of `a`, `b`, …, `aa`, `ab`, … of a length within bounds that is not excepted.
  private static func anyText(_ length: ClosedRange<Int>, _ except: Set<ExactText>) -> TextSearch {
    guard length.lowerBound <= 1_000_000 else { return .open }
    if length.upperBound == 0 { return except.contains(ExactText("")) ? .none : .found("") }
    // One text more than there are exceptions: one of them is free, and longer ones have room for as many.
    let size = max(1, length.lowerBound)
    for number in 0...except.count {
      var digits: [Unicode.Scalar] = []
      var rest = number
      repeat {
        digits.append(Unicode.Scalar(UInt8(0x61 + rest % 26)))
        rest /= 26
      } while rest > 0
      let text =
        String(repeating: "a", count: max(0, size - digits.count)) + String(String.UnicodeScalarView(digits.reversed()))
      guard text.unicodeScalars.count <= length.upperBound else { break }
      if !except.contains(ExactText(text)) { return .found(text) }
    }
    if length.lowerBound == 0, !except.contains(ExactText("")) { return .found("") }
    return .open
  }
}
