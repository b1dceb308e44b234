/// What was probably meant by a word that is not known.
enum Suggestions {
  /// `did you mean 'deploy'?`; nil when nothing is near.
  static func question(for word: String, among candidates: [String]) -> String? {
    question(naming: nearest(to: word, among: candidates))
  }

  /// The same for what has been found.
  static func question(naming found: [String]) -> String? {
    found.isEmpty ? nil : "did you mean \(found.map { "'\($0)'" }.listed("or"))?"
  }

  /// The candidates that are nearest to a word, at most three; none when all are too far to be what was meant.
  ///
  /// Near is: a third of the letters mistyped (of a single letter: only its case), or the beginning of the candidate typed.
  static func nearest(to word: String, among candidates: [String]) -> [String] {
    let typed = Array(word.lowercased().unicodeScalars.prefix(64))
    let body = typed.drop { $0 == "-" }
    guard !body.isEmpty else { return [] }
    let measured = candidates.map { candidate -> (candidate: String, distance: Int) in
      let scalars = Array(candidate.lowercased().unicodeScalars)
      return (candidate, distance(from: typed, to: scalars))
    }
    let near = measured.filter { $0.distance <= (body.count == 1 ? 0 : max(1, body.count / 3)) }
    guard let best = near.map(\.distance).min() else {
      return Array(candidates.filter { body.count > 1 && $0.hasPrefix(word) }.prefix(3))
    }
    return Array(near.filter { $0.distance == best }.map(\.candidate).prefix(3))
  }

  /// Letters to insert, remove, exchange or swap with their neighbour (optimal string alignment).
  static func distance(from left: [Unicode.Scalar], to right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 1...right.count {
        let isSame = left[row - 1] == right[column - 1]
        var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (isSame ? 0 : 1))
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          best = min(best, beforePrevious[column - 2] + 1)
        }
        current.append(best)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
