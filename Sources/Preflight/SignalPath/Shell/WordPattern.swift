/// Shell patterns: `*`, `?`, `[…]`, and `\` before what is meant itself.
struct WordPattern {
  private enum Element {
    case one(Character)
    case any
    case many
    case of([ClosedRange<Character>], negated: Bool)
  }

  private var elements: [Element] = []

  /// A pattern; quoted text in it comes with each character behind a `\`.
  init(_ text: String) {
    let characters = Array(text)
    var index = 0
    while index < characters.count {
      let character = characters[index]
      index += 1
      switch character {
      case "\\" where index < characters.count:
        elements.append(.one(characters[index]))
        index += 1
      case "*": if case .many? = elements.last {} else { elements.append(.many) }
      case "?": elements.append(.any)
      case "[":
        guard let (ranges, negated, end) = WordPattern.set(characters, from: index) else {
          elements.append(.one("["))
          continue
        }
        elements.append(.of(ranges, negated: negated))
        index = end
      default: elements.append(.one(character))
      }
    }
  }

  private static func set(
    _ characters: [Character], from start: Int
  ) -> (ranges: [ClosedRange<Character>], negated: Bool, end: Int)? {
    var index = start
    let negated = index < characters.count && (characters[index] == "!" || characters[index] == "^")
    if negated { index += 1 }
    var ranges: [ClosedRange<Character>] = []
    let first = index
    while index < characters.count {
      if characters[index] == "]", index > first { return (ranges, negated, index + 1) }
      let low = characters[index]
      if index + 2 < characters.count, characters[index + 1] == "-", characters[index + 2] != "]" {
        let high = characters[index + 2]
        if low <= high { ranges.append(low...high) }
        index += 3
      } else {
        ranges.append(low...low)
        index += 1
      }
    }
    return nil
  }

  /// Whether the pattern matches all of a text.
  func matches(_ text: some Collection<Character>) -> Bool {
    let text = Array(text)
    var (element, index) = (0, 0)
    var restart: (element: Int, index: Int)?
    while index < text.count {
      if element < elements.count {
        switch elements[element] {
        case .many:
          restart = (element, index)
          element += 1
          continue
        case .any:
          element += 1
          index += 1
          continue
        case .one(let character) where character == text[index]:
          element += 1
          index += 1
          continue
        case .of(let ranges, let negated) where ranges.contains { $0.contains(text[index]) } != negated:
          element += 1
          index += 1
          continue
        default: break
        }
      }
      guard let last = restart else { return false }
      (element, index) = (last.element + 1, last.index + 1)
      restart = (last.element, last.index + 1)
    }
    while element < elements.count, case .many = elements[element] { element += 1 }
    return element == elements.count
  }

  /// A text with everything in it meant itself.
  static func quoted(_ text: String) -> String {
    var result = ""
    for character in text {
      if "*?[\\".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
