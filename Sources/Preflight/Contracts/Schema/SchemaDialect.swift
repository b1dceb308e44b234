/// A version of JSON Schema; later ones compare greater.
package enum SchemaDialect: Int, Comparable, CaseIterable, Sendable {
  case draft04, draft06, draft07, draft201909, draft202012

  package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The dialect that a `$schema` names; nil when it is none of these.
  package init?(schema: String) {
    let name = schema.drop { $0 != ":" }.split(separator: "#").first.map(String.init) ?? ""
    guard let dialect = Self.allCases.first(where: { name == "://json-schema.org/\($0.name)/schema" }) else {
      return nil
    }
    self = dialect
  }

  /// As its `$schema` has it: `draft-07`, `draft/2020-12`.
  package var name: String {
    switch self {
    case .draft04: "draft-04"
    case .draft06: "draft-06"
    case .draft07: "draft-07"
    case .draft201909: "draft/2019-09"
    case .draft202012: "draft/2020-12"
    }
  }
}
