import Documents

/// One application of a pm2 ecosystem file or command line.
struct ManagedApp {
  var script: String?
  var arguments: [Word] = []
  var interpreter: String?
  var folder: String?
  /// Milliseconds between the signal and the kill; nil where that is computed.
  var killTimeout: Int64? = 1600
  var treekill = true
  var isToldByMessage = false
  var line = 1

  /// The applications of an ecosystem file: JavaScript that exports a literal, JSON or YAML.
  static func apps(_ file: ImageFile, path: String) -> [ManagedApp] {
    if path.hasSuffix(".json") || path.hasSuffix(".yml") || path.hasSuffix(".yaml") {
      guard let tree = path.hasSuffix(".json") ? UserDocument.json(file) : UserDocument.yaml(file) else { return [] }
      return (tree["apps"]?.sequence ?? tree.sequence ?? [tree]).map(ManagedApp.init)
    }
    return literals(JavaScriptTree.trees(file.text)).map(ManagedApp.init)
  }

  /// The object literals of `apps: […]`, or of an exported list.
  private static func literals(_ trees: [JavaScriptTree]) -> [(trees: [JavaScriptTree], line: Int)] {
    for (index, tree) in trees.enumerated() {
      if tree.isWord("apps") || tree.token?.text == "apps", index + 2 < trees.count {
        let list = trees[index + 2].inside("[") ?? [trees[index + 2]]
        let found = list.compactMap { entry in entry.inside("{").map { ($0, entry.line) } }
        if !found.isEmpty { return found }
      }
      if let inside = tree.inside("{") ?? tree.inside("(") ?? tree.inside("[") {
        let found = literals(inside)
        if !found.isEmpty { return found }
        if inside.value(of: "script") != nil { return [(inside, tree.line)] }
      }
    }
    return []
  }

  init() {}

  private init(_ node: Node) {
    script = node["script"]?.text
    arguments =
      node["args"]?.sequence?.compactMap { $0.text.map { Word($0) } } ?? node["args"]?.text.map(PlainWords.split) ?? []
    interpreter = (node["interpreter"] ?? node["exec_interpreter"])?.text
    folder = node["cwd"]?.text
    killTimeout = node["kill_timeout"].map(\.integer) ?? 1600
    treekill = node["treekill"]?.boolean ?? true
    isToldByMessage = node["shutdown_with_message"]?.boolean ?? false
    line = node.mark.line
  }

  private init(_ literal: (trees: [JavaScriptTree], line: Int)) {
    func token(_ key: String) -> JavaScriptToken? { literal.trees.value(of: key)?.first?.token }
    func text(_ key: String) -> String? {
      token(key).flatMap { token in
        switch token.kind {
        case .text, .template(isWhole: true), .number: token.text
        default: nil
        }
      }
    }
    script = text("script")
    arguments =
      literal.trees.value(of: "args")?.first?.inside("[")?.arguments.map {
        $0.first?.token.map { Word($0.text) } ?? .unknown
      }
      ?? text("args").map(PlainWords.split) ?? []
    interpreter = text("interpreter") ?? text("exec_interpreter")
    folder = text("cwd")
    let kill = literal.trees.value(of: "kill_timeout")
    killTimeout =
      kill.map { $0.count == 1 ? text("kill_timeout").flatMap { Int64($0.filter { $0 != "_" }) } : nil } ?? 1600
    treekill = !(token("treekill")?.isWord("false") ?? false)
    isToldByMessage = token("shutdown_with_message")?.isWord("true") ?? false
    line = literal.line
  }

  /// The words that pm2 starts, by the script's ending and the interpreter.
  var words: [Word]? {
    guard let script else { return nil }
    if let interpreter, interpreter != "none" { return [Word(interpreter), Word(script)] + arguments }
    let parts = script.split(separator: " ").map { Word($0) }
    if parts.count > 1 { return parts + arguments }
    let byEnding = [
      ".py": "python", ".sh": "bash", ".rb": "ruby", ".ts": "ts-node", ".tsx": "ts-node", ".js": "node", ".mjs": "node",
      ".cjs": "node",
    ]
    let ending = script.lastIndex(of: ".").map { String(script[$0...]) } ?? ""
    guard interpreter != "none", let program = byEnding[ending] else { return [Word(script)] + arguments }
    return [Word(program), Word(script)] + arguments
  }
}
