/// The nearest of some names to one that is not among them: at most a third of its letters differ, and at least one is right.
package func nearestName(to name: String, among names: some Sequence<String>) -> String? {
  let limit = max(1, name.count / 3)
  return names.map { (name: $0, distance: distance(name, $0)) }
    .filter { $0.distance <= limit && $0.distance < $0.name.count }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// How many letters must be changed, left out, added or swapped with their neighbour to make one text of the other.
private func distance(_ left: String, _ right: String) -> Int {
  let left = Array(left.lowercased().utf8.prefix(64))
  let right = Array(right.lowercased().utf8.prefix(64))
  guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
  var rows = [[Int](0...right.count)]
  for row in 1...left.count {
    var next = [row]
    for column in 1...right.count {
      let change = rows[row - 1][column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1)
      var best = min(change, rows[row - 1][column] + 1, next[column - 1] + 1)
      if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
        best = min(best, rows[row - 2][column - 2] + 1)
      }
      next.append(best)
    }
    rows.append(next)
  }
  return rows[left.count][right.count]
}
