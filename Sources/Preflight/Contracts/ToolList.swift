import Documents

/// One tool as a caller sees it, whatever shape its file has.
struct Tool: Sendable {
  /// The name that callers use; names that differ in case differ.
  let name: String
  /// The tool in its file.
  let node: Node
  /// The JSON pointer to it.
  let pointer: String
  /// The schema of its arguments, decoded where it is in the strict encoding; nil: none is given.
  let input: Schema?
  /// The schema of its result; nil: any result may come.
  let output: Schema?

  /// A schema of a tool with the JSON pointer that leads to it.
  struct Schema: Sendable {
    let node: Node
    let pointer: String
  }
}

/// The tools of one file.
struct ToolList: Sendable {
  /// In the file's order; no name comes twice.
  let tools: [Tool]
  /// Whether the list goes on where the file ends: it has a `nextCursor` and no page follows.
  let isCutOff: Bool

  /// The tools of a document; nil when it lists none.
  ///
  /// Read are: the result of MCP's `tools/list` alone, in a JSON-RPC response, and its pages as an array; OpenAI's function
  /// tools in both shapes, alone, in an array and in a request's `tools`; and single tools of either kind. Throws
  /// `DocumentFailure` for a list that cannot be used.
  init?(_ root: Node, file: String) throws {
    var reader = ToolReader(file: file)
    guard reader.read(root, pointer: "", isTop: true) else { return nil }
    guard reader.problems.isEmpty else { throw DocumentFailure(reader.problems) }
    tools = reader.tools
    isCutOff = reader.isCutOff
  }
}

/// Walks a document that may list tools.
private struct ToolReader {
  let file: String
  var tools: [Tool] = []
  var problems: [DocumentProblem] = []
  var isCutOff = false
  private var marks: [String: Mark] = [:]

  init(file: String) { self.file = file }

  /// Takes in what a node lists; false when it is no list, page or tool.
  mutating func read(_ node: Node, pointer: String, isTop: Bool) -> Bool {
    switch node.content {
    case .scalar: return false
    case .sequence(let elements):
      guard isTop, elements.allSatisfy({ Self.isTool($0) || Self.isPage($0) }) else { return false }
      for (index, element) in elements.enumerated() {
        _ = read(element, pointer: "\(pointer)/\(index)", isTop: false)
      }
      return true
    case .mapping(let mapping):
      if mapping["jsonrpc"] != nil {
        if let error = mapping["error"] {
          report("this is an error of a JSON-RPC call, not its result", at: error.mark)
          return true
        }
        guard let result = mapping["result"], Self.isPage(result) else { return false }
        return read(result, pointer: "\(pointer)/result", isTop: false)
      }
      if let elements = mapping["tools"]?.sequence {
        for (index, element) in elements.enumerated() { add(element, pointer: "\(pointer)/tools/\(index)") }
        let cursor = mapping["nextCursor"]
        isCutOff = cursor.map { !$0.isNull && $0.string != "" } ?? false
        return true
      }
      guard Self.isTool(node) else { return false }
      add(node, pointer: pointer)
      return true
    }
  }

  private static func isPage(_ node: Node) -> Bool {
    node["tools"]?.sequence != nil
      || (node["jsonrpc"] != nil && (node["result"]?["tools"] != nil || node["error"] != nil))
  }

  private static func isTool(_ node: Node) -> Bool {
    if node["type"]?.string == "function" { return node["function"]?.mapping != nil || node["name"]?.string != nil }
    return node["name"]?.string != nil
      && ["inputSchema", "input_schema", "outputSchema", "parameters"].contains { node[$0] != nil }
  }

  private mutating func add(_ node: Node, pointer: String) {
    // A hosted tool of OpenAI's, such as web_search, is no contract of the user's.
    if let type = node["type"]?.string, type != "function", node["name"] == nil { return }
    let isNested = node["function"]?.mapping != nil
    let tool = isNested ? node["function"] ?? node : node
    let base = isNested ? "\(pointer)/function" : pointer
    guard let name = tool["name"]?.string, !name.isEmpty else {
      return report("a tool has no name", at: tool["name"]?.mark ?? tool.mark)
    }
    if let first = marks.updateValue(tool.mark, forKey: name) {
      return report("the tool '\(name)' is there twice; the first is at \(first)", at: tool.mark)
    }
    func schema(_ keys: [String]) -> Tool.Schema? {
      guard let key = keys.first(where: { tool[$0] != nil }), let node = tool[key], !node.isNull else { return nil }
      return Tool.Schema(node: node, pointer: "\(base)/\(key)")
    }
    for key in ["inputSchema", "parameters", "outputSchema"] {
      guard let value = tool[key], !value.isNull, value.mapping == nil, value.boolean == nil else { continue }
      return report("'\(key)' of the tool '\(name)' must be a schema, not \(value.kindInWords)", at: value.mark)
    }
    var input = schema(["inputSchema", "parameters", "input_schema"])
    if tool["strict"]?.boolean == true {
      input = input.map { Tool.Schema(node: $0.node.decodingStrictEncoding, pointer: $0.pointer) }
    }
    tools.append(
      Tool(
        name: name, node: tool, pointer: base, input: input, output: schema(["outputSchema", "output_schema"])))
  }

  private mutating func report(_ what: String, at mark: Mark) {
    problems.append(DocumentProblem(file: file, at: mark, what))
  }
}
