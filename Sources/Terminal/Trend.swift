/// How a number went over a whole run, in bounded memory: when it is full, pairs of points become one.
package struct Trend: Hashable, Sendable {
  /// The points, the oldest first; nil: the number was not known.
  package private(set) var points: [Int?] = []
  private var stride = 1
  private var skipped = 0
  private static let capacity = 128

  /// A trend without points.
  package init() {}

  /// A trend of these points.
  package init(_ points: some Sequence<Int?>) {
    for point in points { append(point) }
  }

  /// Adds the number of one more sample; nil: not known, which is not zero.
  package mutating func append(_ point: Int?) {
    skipped += 1
    if skipped < stride, !points.isEmpty {
      points[points.count - 1] = point
      return
    }
    skipped = 0
    points.append(point)
    guard points.count == Trend.capacity else { return }
    points = points.indices.filter { $0 % 2 == 1 }.map { points[$0] }
    stride *= 2
  }

  /// The trend as one block a cell, at most `width`, up to `maximum`; unknown is `?`.
  package func line(width: Int, maximum: Int) -> String {
    sparkline(width: width, maximum: maximum, style: TextStyle(color: .none, characters: .unicode))
  }

  /// The trend as one character a cell, at most `width`, up to `maximum`; zero is the lowest sign, unknown is `?`.
  func sparkline(width: Int, maximum: Int, style: TextStyle) -> String {
    let signs = Array(style.characters == .unicode ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
    let count = min(width, points.count)
    return String(
      (0..<max(0, count)).map { cell -> Character in
        // The last point of each cell's share, so that the newest is always shown.
        guard let value = points[(cell + 1) * points.count / count - 1] else { return "?" }
        guard value > 0, maximum > 0 else { return signs[0] }
        return signs[min(signs.count - 1, 1 + (value * (signs.count - 1) - 1) / maximum)]
      })
  }
}
