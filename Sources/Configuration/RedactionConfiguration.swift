import Documents
package import Redaction
import Vocabulary

/// What sluice.yaml adds to redaction, and what it takes from it.
package struct RedactionConfiguration: Hashable, Sendable {
  /// Rules of its own.
  package var rules: [RedactionOptions.OwnRule] = []
  /// Names of default rules that are not applied.
  package var relaxed: [String] = []

  /// `redaction: { rules: [{ name, pattern }], relax: [name] }`; every rule is tried, so that a mistake has its line.
  init(_ reader: MappingReader) {
    rules =
      reader.elements("rules") { node, name in
        reader.read(node, called: name) { rule -> RedactionOptions.OwnRule? in
          guard let name = rule.required("name", rule.string), let pattern = rule.required("pattern", rule.string)
          else { return nil }
          let own = RedactionOptions.OwnRule(name: name, pattern: pattern)
          do throws(RedactionFailure) {
            try own.check()
          } catch {
            rule.report(error.what, at: node.mark, hint: error.why)
          }
          return own
        }
      } ?? []
    for (place, rule) in rules.enumerated() where rules[..<place].contains(where: { $0.name == rule.name }) {
      reader.report("two rules are called '\(rule.name.harmless)'", at: reader.node("rules")?.mark)
    }
    relaxed = reader.strings("relax") ?? []
    for name in relaxed where !Redactor.ruleNames.contains(name) {
      reader.report(
        "there is no redaction rule '\(name.harmless)'", at: reader.node("relax")?.mark,
        hint: nearestName(to: name, among: Redactor.ruleNames).map { "did you mean '\($0)'?" })
    }
  }

  init() {}
}

/// Where a configuration says that its secrets stand.
enum SecretReferences {
  /// Endings of keys whose `env:` values are secrets; what stands in a file of its own is one whatever its key.
  private static let endings = ["key", "secret", "token", "password", "bearer", "credentials"]

  /// Every `file:` value, and `env:` values of secret keys; addresses are none.
  static func all(in root: Node, folder: String) -> [ConfiguredValue] {
    var found: [ConfiguredValue] = []
    func visit(_ node: Node, key: String) {
      for entry in node.mapping?.entries ?? [] { visit(entry.value, key: entry.key.lowercased()) }
      for element in node.sequence ?? [] { visit(element, key: key) }
      guard let text = node.text, !key.hasSuffix("url") else { return }
      switch ConfiguredValue(text, in: folder) {
      case .file(let path): found.append(.file(path))
      case .environment(let name) where endings.contains { key.hasSuffix($0) }: found.append(.environment(name))
      default: break
      }
    }
    visit(root, key: "")
    return found
  }
}
