import Documents

/// Any bytes are a document whose places lie inside it, or are refused with one.
func fuzzYAML(_ bytes: [UInt8]) {
  do {
    check(try YAML.parse(bytes, file: "fuzz"), within: bytes.count, depth: 0)
  } catch {
    precondition(error is DocumentFailure)
  }
}

func check(_ node: Node, within count: Int, depth: Int) {
  precondition(depth <= 64 && node.mark.line >= 1 && node.mark.column >= 1)
  precondition(node.mark.line <= count + 1 && node.mark.column <= count + 1)
  _ = (node.integer, node.number, node.boolean, node.text)
  for element in node.sequence ?? [] { check(element, within: count, depth: depth + 1) }
  for entry in node.mapping?.entries ?? [] {
    precondition(node[entry.key] != nil)
    check(entry.value, within: count, depth: depth + 1)
  }
}
