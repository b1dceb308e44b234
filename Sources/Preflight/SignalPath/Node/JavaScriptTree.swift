/// Tokens with brackets matched: what is inside of a pair belongs together.
///
/// Groups nest at most `depthLimit` deep; brackets below stay marks. What is not closed ends with its file.
indirect enum JavaScriptTree: Hashable, Sendable {
  case token(JavaScriptToken)
  /// The bracket that opens, what is inside, and the opening bracket's line.
  case group(Character, [JavaScriptTree], line: Int)

  static let depthLimit = 200

  /// The trees of a file.
  static func trees(_ text: String) -> [JavaScriptTree] {
    var open: [(bracket: Character, line: Int, trees: [JavaScriptTree])] = []
    var trees: [JavaScriptTree] = []
    for token in JavaScriptTokenizer.tokens(text) {
      if token.kind == .mark, let bracket = token.text.first {
        if "([{".contains(bracket), open.count < depthLimit {
          open.append((bracket, token.line, trees))
          trees = []
          continue
        }
        if let last = open.last, closing[last.bracket] == bracket {
          open.removeLast()
          trees = last.trees + [.group(last.bracket, trees, line: last.line)]
          continue
        }
      }
      trees.append(.token(token))
    }
    while let last = open.popLast() { trees = last.trees + [.group(last.bracket, trees, line: last.line)] }
    return trees
  }

  private static let closing: [Character: Character] = ["(": ")", "[": "]", "{": "}"]

  /// The token; nil for groups.
  var token: JavaScriptToken? {
    if case .token(let token) = self { token } else { nil }
  }

  /// What a pair of these brackets holds; nil for everything else.
  func inside(_ bracket: Character) -> [JavaScriptTree]? {
    if case .group(bracket, let trees, _) = self { trees } else { nil }
  }

  /// Where it begins, from 1.
  var line: Int {
    switch self {
    case .token(let token): token.line
    case .group(_, _, let line): line
    }
  }

  func isWord(_ word: String) -> Bool { token?.isWord(word) ?? false }
  func isMark(_ mark: String) -> Bool { token?.isMark(mark) ?? false }

  /// A name; nil for everything else.
  var word: String? { token.flatMap { $0.kind == .word ? $0.text : nil } }
}

extension [JavaScriptTree] {
  /// The parts between commas; a comma at the end begins none.
  var arguments: [[JavaScriptTree]] {
    var parts: [[JavaScriptTree]] = [[]]
    for tree in self {
      if tree.isMark(",") { parts.append([]) } else { parts[parts.count - 1].append(tree) }
    }
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts
  }

  /// The value of a key where these trees are the inside of an object literal.
  func value(of key: String) -> [JavaScriptTree]? {
    for entry in arguments where entry.count > 2 && entry[1].isMark(":") {
      guard let name = entry[0].token, name.kind == .word || name.kind == .text, name.text == key else { continue }
      return Array(entry.dropFirst(2))
    }
    return nil
  }
}
