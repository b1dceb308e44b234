/// A pattern of paths: Go's `filepath.Match` by component, with `**` where it is asked for.
struct PathPattern: Hashable, Sendable {
  private let components: [String]

  /// `*`, `?`, `[a-z]` and a backslash within a component; `**` as a component stands for any number of them.
  init(_ pattern: String) {
    components = pattern.split(separator: "/").map(String.init).filter { $0 != "." }
  }

  /// Whether nothing in it is special: it names one path.
  var isLiteral: Bool { components.allSatisfy { !$0.contains { "*?[\\".contains($0) } } }

  /// Whether the whole path matches; both are relative.
  func matches(_ path: [String]) -> Bool { Self.match(components[...], path[...]) }

  /// Whether the path or one of the folders above it matches.
  func covers(_ path: [String]) -> Bool {
    guard !components.isEmpty else { return false }
    return (1...max(1, path.count)).contains { matches(Array(path.prefix($0))) }
  }

  private static func match(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
    // `**` makes positions: what was read of the path can stand at several of the pattern.
    var states: Set<Int> = [pattern.startIndex]
    func closure(_ states: Set<Int>) -> Set<Int> {
      var result = states
      for var state in states {
        while state < pattern.endIndex, pattern[state] == "**" {
          state += 1
          result.insert(state)
        }
      }
      return result
    }
    states = closure(states)
    for component in path {
      var next: Set<Int> = []
      for state in states where state < pattern.endIndex {
        if pattern[state] == "**" {
          next.insert(state)
        } else if matches(pattern[state], component) {
          next.insert(state + 1)
        }
      }
      states = closure(next)
      if states.isEmpty { return false }
    }
    return states.contains(pattern.endIndex)
  }

  /// One component against one pattern without `**`.
  private static func matches(_ pattern: String, _ name: String) -> Bool {
    if pattern == name, !pattern.contains("\\") { return true }
    let pattern = Array(pattern.unicodeScalars)
    let name = Array(name.unicodeScalars)
    var (at, position) = (0, 0)
    var retry: (at: Int, position: Int)?
    while position < name.count || at < pattern.count {
      if at < pattern.count {
        switch pattern[at] {
        case "*":
          retry = (at, position + 1)
          at += 1
          continue
        case "[" where position < name.count:
          if let (isIn, end) = set(pattern, at, name[position]), isIn {
            at = end
            position += 1
            continue
          }
        case let scalar where position < name.count:
          let isEscape = scalar == "\\" && at + 1 < pattern.count
          if scalar == "?" || (isEscape ? pattern[at + 1] : scalar) == name[position] {
            at += isEscape ? 2 : 1
            position += 1
            continue
          }
        default: break
        }
      }
      guard let last = retry, last.position <= name.count else { return false }
      (at, position) = (last.at, last.position)
      retry = last
      retry?.position += 1
      at = last.at + 1
    }
    return true
  }

  /// Whether a scalar is in the set that begins at a `[`, and where the set ends; nil when it does not end.
  private static func set(_ pattern: [Unicode.Scalar], _ start: Int, _ scalar: Unicode.Scalar) -> (Bool, Int)? {
    var at = start + 1
    let isNegated = at < pattern.count && (pattern[at] == "^" || pattern[at] == "!")
    if isNegated { at += 1 }
    var isIn = false
    var isFirst = true
    while at < pattern.count, pattern[at] != "]" || isFirst {
      isFirst = false
      let low = pattern[at]
      var high = low
      if at + 2 < pattern.count, pattern[at + 1] == "-", pattern[at + 2] != "]" {
        high = pattern[at + 2]
        at += 2
      }
      if low <= scalar, scalar <= high { isIn = true }
      at += 1
    }
    return at < pattern.count ? (isIn != isNegated, at + 1) : nil
  }
}

/// What `.dockerignore` keeps out of the context: the last pattern that covers a path decides.
struct IgnoreRules: Hashable, Sendable {
  private let rules: [(pattern: PathPattern, includes: Bool)]

  /// Nothing is kept out.
  static let none = IgnoreRules("")

  init(_ text: String) {
    rules = text.split(whereSeparator: \.isNewline).compactMap { line in
      var line = String(line).trimmed
      guard !line.isEmpty, line.first != "#" else { return nil }
      let includes = line.first == "!"
      if includes { line = String(line.dropFirst()).trimmed }
      return (PathPattern(line), includes)
    }
  }

  /// Whether the path, relative to the context, is kept out.
  func excludes(_ path: [String]) -> Bool {
    rules.last { $0.pattern.covers(path) }.map { !$0.includes } ?? false
  }

  static func == (left: IgnoreRules, right: IgnoreRules) -> Bool {
    left.rules.elementsEqual(right.rules) { $0.pattern == $1.pattern && $0.includes == $1.includes }
  }

  func hash(into hasher: inout Hasher) {
    for rule in rules { hasher.combine(rule.pattern) }
  }
}

/// Paths in an image: absolute, without `.`, `..` or empty components.
enum ImagePath {
  /// A path from a folder; `..` never leaves the root.
  static func resolve(_ path: String, in folder: String) -> String {
    var components: [Substring] = path.hasPrefix("/") ? [] : folder.split(separator: "/")
    for component in path.split(separator: "/") {
      switch component {
      case ".": continue
      case "..": _ = components.popLast()
      default: components.append(component)
      }
    }
    return "/" + components.joined(separator: "/")
  }

  /// What of a path lies below a folder: `b/c` of `/a/b/c` in `/a`, empty for the folder itself; nil outside of it.
  static func relative(_ path: String, to folder: String) -> String? {
    if path == folder { return "" }
    let prefix = folder == "/" ? "/" : folder + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
  }

  /// The last component; empty of the root.
  static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }
}
