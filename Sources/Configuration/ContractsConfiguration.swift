import Documents
import Preflight

extension TargetReader {
  /// `contracts: { files, baseline, protobuf, shared-state, dispatch-metadata, rpc-methods, data-topics }`.
  func contracts(_ reader: MappingReader) -> ContractDeclaration? {
    var declaration = ContractDeclaration(root: folder)
    declaration.files = reader.strings("files") ?? []
    for pattern in declaration.files { check(pattern, in: reader, key: "files") }
    if let baseline = reader.string("baseline") {
      if let read = self.baseline(baseline) {
        declaration.baseline = read
      } else {
        reader.report("'baseline' must be 'deployed', git:REVISION or a folder, not '\(baseline)'")
      }
    }
    declaration.protobuf = reader.choice("protobuf", ProtobufUse.self)
    declaration.shared =
      shared("shared-state", .state, writer: .agent, reader: .agent, in: reader)
      + shared("dispatch-metadata", .dispatchMetadata, writer: .backend, reader: .agent, in: reader)
      + shared("data-topics", .dataTopic, writer: nil, reader: nil, in: reader)
      + (reader.elements("rpc-methods") { node, name in reader.read(node, called: name, method) } ?? []).flatMap { $0 }
    if declaration.isEmpty { reader.report("'contracts' declares nothing", hint: "write files: [contracts/**/*.json]") }
    return declaration
  }

  private func baseline(_ text: String) -> ContractDeclaration.Baseline? {
    if text == "deployed" { return .deployed }
    guard text.hasPrefix("git:") else { return text.isEmpty ? nil : .folder(absolute(text)) }
    guard case .git(let revision, "")? = try? ContractReference(text + (text.dropFirst(4).contains(":") ? "" : ":"))
    else { return nil }
    return .git(revision: revision)
  }

  private func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }

  /// Contracts are compared by their paths from the configuration's folder, so none may leave it.
  private func check(_ path: String, in reader: MappingReader, key: String) {
    guard path.isEmpty || path.hasPrefix("/") || path.split(separator: "/").contains("..") else { return }
    reader.report("'\(key)' must hold paths below the folder of sluice.yaml, not '\(path)'")
  }

  private func shared(
    _ key: String, _ kind: ContractDeclaration.Shared.Kind, writer: ContractParty?, reader usual: ContractParty?,
    in reader: MappingReader
  ) -> [ContractDeclaration.Shared] {
    reader.elements(key) { node, name in
      reader.read(node, called: name) { entry in
        let name = entry.required("name", entry.text)
        let schema = entry.required("schema", entry.string)
        schema.map { check($0, in: entry, key: "schema") }
        guard let name, let schema, let writer = party("writer", usual: writer, in: entry),
          let reader = party("reader", usual: usual, in: entry)
        else { return nil }
        return ContractDeclaration.Shared(kind: kind, name: name, schema: schema, writer: writer, reader: reader)
      }
    } ?? []
  }

  /// A method's request goes from caller to callee, its response back.
  private func method(_ entry: MappingReader) -> [ContractDeclaration.Shared]? {
    let name = entry.required("name", entry.text)
    let request = entry.string("request")
    let response = entry.string("response")
    for (key, schema) in [("request", request), ("response", response)] {
      schema.map { check($0, in: entry, key: key) }
    }
    if request == nil, response == nil { entry.report("\(entry.name) has neither 'request' nor 'response'") }
    guard let name, let caller = party("caller", usual: nil, in: entry),
      let callee = party("callee", usual: nil, in: entry)
    else { return nil }
    let asked = request.map {
      ContractDeclaration.Shared(kind: .rpcRequest, name: name, schema: $0, writer: caller, reader: callee)
    }
    let answered = response.map {
      ContractDeclaration.Shared(kind: .rpcResponse, name: name, schema: $0, writer: callee, reader: caller)
    }
    return [asked, answered].compactMap { $0 }
  }

  private func party(_ key: String, usual: ContractParty?, in entry: MappingReader) -> ContractParty? {
    if let usual, !entry.has(key) { return usual }
    return entry.required(key) { entry.choice($0, ContractParty.self) }
  }
}
