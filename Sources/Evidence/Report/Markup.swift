import Vocabulary

/// A piece of HTML: what is written in it as a literal is markup, what is put into it is text, made harmless and escaped.
struct Markup: ExpressibleByStringInterpolation {
  private(set) var text: String

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate(set) var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ outside: some StringProtocol) { text += Markup.escaped(outside) }
    mutating func appendInterpolation(_ name: some Identifier) { text += Markup.escaped(name.rawValue) }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    mutating func appendInterpolation(_ piece: Markup) { text += piece.text }
    mutating func appendInterpolation(_ pieces: some Sequence<Markup>) { for piece in pieces { text += piece.text } }
  }

  static let empty: Markup = ""
  var isEmpty: Bool { text.isEmpty }

  static func += (left: inout Markup, right: Markup) { left.text += right.text }
  static func + (left: Markup, right: Markup) -> Markup { "\(left)\(right)" }

  /// The text as HTML and SVG take it, in elements and in quoted attributes alike.
  private static func escaped(_ text: some StringProtocol) -> String {
    let text = text.harmless
    guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}

extension Sequence<Markup> {
  /// The pieces with one between each two.
  func joined(by separator: Markup) -> Markup {
    var result = Markup.empty
    for (place, piece) in enumerated() { result += place == 0 ? piece : separator + piece }
    return result
  }
}

/// A table of the page: a caption, a header, rows up to a limit, and what was left out.
struct PageTable {
  struct Column {
    let title: String
    let isNumber: Bool

    static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  let caption: String
  let columns: [Column]
  var rows: [[Markup]] = []
  /// How many rows there would be, and where all of them are.
  var total: Int?
  var elsewhere = ""

  init(_ caption: String, _ columns: [Column]) {
    self.caption = caption
    self.columns = columns
  }

  /// The table; where a screen is too narrow it scrolls by itself, also by keyboard.
  var markup: Markup {
    guard !rows.isEmpty else { return .empty }
    func style(_ column: Column) -> Markup { column.isNumber ? " class=\"number\"" : "" }
    let head = columns.map { "<th scope=\"col\"\(style($0))>\($0.title)</th>" as Markup }
    let body = rows.map { row -> Markup in
      let cells = zip(columns, row).enumerated().map { place, cell -> Markup in
        place == 0 ? "<th scope=\"row\"\(style(cell.0))>\(cell.1)</th>" : "<td\(style(cell.0))>\(cell.1)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    var rest = Markup.empty
    if let total, total > rows.count {
      rest = "<p class=\"rest\">\(rows.count.grouped) of \(total.grouped) are shown. \(elsewhere)</p>\n"
    }
    return """
      <div class="scroll" role="region" aria-label="\(caption)" tabindex="0"><table><caption>\(caption)</caption>
      <thead><tr>\(head)</tr></thead>
      <tbody>\(body)</tbody></table></div>
      \(rest)
      """
  }
}

extension Int {
  /// The number with its thousands apart: `10,000`.
  var grouped: String {
    let digits = Array(String(magnitude))
    var text = ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return self < 0 ? "-\(text)" : text
  }
}
