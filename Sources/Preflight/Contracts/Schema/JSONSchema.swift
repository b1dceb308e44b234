package import Documents

/// One schema document: its dialect, and where its `$id`, anchors and pointers lead. Nothing is ever fetched.
package struct JSONSchema: Sendable {
  /// The limits for reading schemas with `JSON.parse`.
  package static let limits = DocumentLimits(bytes: 32 << 20, depth: 256, nodes: 4_000_000)

  /// The document's root.
  package let root: Node
  /// The dialect of the root.
  package let dialect: SchemaDialect

  /// A schema document; `dialect` counts where the document names none in `$schema`.
  package init(_ root: Node, dialect: SchemaDialect = .draft202012) {
    self.root = root
    self.dialect = root["$schema"]?.string.flatMap(SchemaDialect.init(schema:)) ?? dialect
  }
}
