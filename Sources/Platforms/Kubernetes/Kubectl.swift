import Machine
import Vocabulary

/// The `kubectl` of PATH, called by argument array, with standard input closed and a wall clock of its own around it.
///
/// Any status but 0 throws away all that it printed: a failed list is a well-formed empty one.
struct Kubectl: Sendable {
  let settings: KubernetesSettings

  /// The whole argument array: context first, so that every call names the same cluster.
  func arguments(_ rest: [String]) -> [String] {
    ["kubectl"] + (settings.context.map { ["--context=\($0)"] } ?? []) + rest
  }

  func invocation(_ rest: [String]) -> Invocation {
    Invocation(arguments(rest), environment: settings.inherited)
  }

  /// Runs it to its end and gives its standard output; throws `KubernetesFailure` for anything but exit 0.
  func run(
    _ rest: [String], doing: String, input: Invocation.Input = .null, within limit: Duration? = nil,
    keeping: Int = 64 << 20, onLine: (@Sendable (OutputLine) -> Void)? = nil
  ) async throws -> [UInt8] {
    try check()
    let limit = min(limit ?? settings.callLimit, settings.callLimit)
    let run = try await invocation(rest).run(input: input, within: limit, keeping: keeping, onLine: onLine)
    try Task.checkCancellation()
    guard run.cause == .finished else { throw KubernetesFailure.silent(doing: doing, after: limit) }
    guard run.end == .exited(0) else {
      // A login that asks for a name does so on standard output.
      let prompt = run.text.hasPrefix("Please enter Username") ? "Please enter Username: " : ""
      throw KubernetesFailure.refused(KubectlFault(prompt + run.errorText), doing: doing)
    }
    guard !run.isOutputCut else { throw KubernetesFailure.malformed(what: "more than \(keeping) bytes: \(doing)") }
    return run.output
  }

  /// One object or list by its path; no discovery, one request.
  func get<Value: Decodable>(
    _ path: String, as type: Value.Type, doing: String, within limit: Duration? = nil
  ) async throws -> Value {
    try APIObject.decode(type, from: await run(["get", "--raw", path], doing: doing, within: limit))
  }

  /// All items of a collection, 500 at a time, and the version of the collection that they are of.
  func list<Item: Decodable & Sendable>(
    _ path: String, query: [String] = [], of type: Item.Type, doing: String, within limit: Duration? = nil
  ) async throws -> (items: [Item], resourceVersion: String) {
    var items: [Item] = []
    var more: String?
    var version = ""
    repeat {
      let query = query + ["limit=500"] + (more.map { ["continue=\($0.queryEscaped)"] } ?? [])
      let page = try await get(
        "\(path)?\(query.joined(separator: "&"))", as: APIObject.List<Item>.self, doing: doing, within: limit)
      // An empty list may come as null, but never without its version.
      guard page.items != nil || page.metadata?.resourceVersion != nil else {
        throw KubernetesFailure.malformed(what: "an answer that is no list: \(doing)")
      }
      items += page.items ?? []
      // The first page's version is where a watch must begin: what changed while the others were read comes again.
      if version.isEmpty { version = page.metadata?.resourceVersion ?? "" }
      more = page.metadata?.continue.flatMap { $0.isEmpty ? nil : $0 }
    } while more != nil
    return (items, version)
  }

  /// The namespace: as it is written, else the context's, else that of the pod that this program runs in, else `default`.
  func namespace() async throws -> String {
    if let named = settings.namespace { return named }
    do {
      let output = try await run(
        ["config", "view", "--minify", "--output=jsonpath={..namespace}"], doing: "reading the context's namespace")
      let name = String(decoding: output, as: UTF8.self)
      if !name.isEmpty { return name }
    } catch KubernetesFailure.refused(let fault, _) where fault.text.contains("current-context") {
      // No kubeconfig: kubectl then uses the account of the pod that it runs in.
    }
    let file = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
    guard let bytes = try? Files.read(file, limit: 1_024) else { return "default" }
    return String(decoding: bytes, as: UTF8.self)
  }

  func check() throws(KubernetesFailure) {
    let path = settings.inherited["PATH"] ?? ""
    guard Program.find("kubectl", searching: path) != nil else { throw .kubectlMissing(searched: path) }
  }
}
