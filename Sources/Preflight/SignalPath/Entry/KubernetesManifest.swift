import Documents
import Machine
import Vocabulary

/// The containers of the pods in Kubernetes manifests.
enum KubernetesManifest {
  /// The containers of every document of a file, in order; init containers are not among them.
  static func starts(_ documents: [Node], file: String) throws -> [PlatformStart] {
    try documents.flatMap { try pods(in: $0, depth: 0).flatMap { try containers(of: $0, file: file) } }
  }

  /// Whether a document is a manifest.
  static func isManifest(_ document: Node) -> Bool { document["apiVersion"] != nil && document["kind"] != nil }

  private struct Pod {
    let owner: String
    let spec: Node
  }

  private static func pods(in document: Node, depth: Int) throws -> [Pod] {
    guard depth < 8 else { return [] }
    if let items = document["items"]?.sequence { return try items.flatMap { try pods(in: $0, depth: depth + 1) } }
    let owner = document["metadata"]?["name"]?.text ?? document["kind"]?.text ?? "pod"
    let spec = document["spec"]
    let found = [
      spec?["jobTemplate"]?["spec"]?["template"]?["spec"], spec?["template"]?["spec"], spec,
    ].lazy.compactMap(\.self).first { $0["containers"]?.sequence != nil }
    return found.map { [Pod(owner: owner, spec: $0)] } ?? []
  }

  private static func containers(of pod: Pod, file: String) throws -> [PlatformStart] {
    let grace = pod.spec["terminationGracePeriodSeconds"]
    let sharesProcesses = pod.spec["shareProcessNamespace"]?.boolean == true
    return try (pod.spec["containers"]?.sequence ?? []).map { container in
      let place = Place(file: file, line: container.mark.line)
      var start = PlatformStart(
        name: container["name"]?.text ?? pod.owner, kind: "container of \(pod.owner)", place: place)
      start.image = container["image"]?.text
      for entry in container["env"]?.sequence ?? [] {
        guard let name = entry["name"]?.text else { continue }
        start.environment[name] =
          entry["value"].map { expand($0.text ?? "", start.environment) }
          ?? (entry["valueFrom"] == nil ? Word("") : .unknown)
      }
      func command(_ key: String) throws -> PlatformStart.Command? {
        guard let node = container[key], !node.isNull else { return nil }
        guard let words = node.sequence else {
          throw DocumentFailure([
            DocumentProblem(
              file: file, at: node.mark, "'\(key)' must be a list, not \(node.kindInWords)",
              hint: "write [\"…\", \"…\"]")
          ])
        }
        return words.isEmpty
          ? nil
          : PlatformStart.Command(
            words: words.map { expand($0.text ?? "", start.environment) },
            place: Place(file: file, line: node.mark.line))
      }
      start.entrypoint = try command("command")
      start.command = try command("args")
      start.workingDirectory = container["workingDir"]?.text
      let lifecycle = container["lifecycle"]
      if let signal = lifecycle?["stopSignal"], let text = signal.text {
        start.stopSignal = (text, Place(file: file, line: signal.mark.line))
      }
      if sharesProcesses {
        start.hasInit = true
        start.notes.append("shareProcessNamespace: the pause container is process 1, not the command")
      }
      let wait = preStop(lifecycle?["preStop"], in: &start, file: file)
      start.deadline = deadline(grace, after: wait, file: file)
      return start
    }
  }

  /// `$(NAME)` from the container's own environment; `$$(NAME)` is text, as is a name that nothing sets.
  static func expand(_ text: String, _ environment: [String: Word]) -> Word {
    var result = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[dollar...].dropFirst()
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "(", let end = rest.firstIndex(of: ")"),
        let value = environment[String(rest[rest.index(after: rest.startIndex)..<end])]
      {
        result += value.text
        rest = rest[rest.index(after: end)...]
      } else {
        result += "$"
      }
    }
    return Word(holed: result + rest)
  }

  /// Notes what runs before the signal; how long that takes where it is a plain sleep.
  private static func preStop(_ hook: Node?, in start: inout PlatformStart, file: String) -> Duration? {
    guard let hook else { return nil }
    let place = Place(file: file, line: hook.mark.line)
    if let seconds = hook["sleep"]?["seconds"]?.integer {
      start.preStop = EntryCommand.PreStop(arguments: ["sleep", Word("\(seconds)")], origin: place)
      return .seconds(seconds)
    }
    let words = hook["exec"]?["command"]?.sequence?.compactMap(\.text) ?? []
    start.preStop = EntryCommand.PreStop(arguments: words.map { Word($0) }, origin: place)
    let flat = words.count == 3 && words[1] == "-c" ? words[2].split(separator: " ").map(String.init) : words
    guard flat.count == 2, ImagePath.name(flat[0]) == "sleep", let wait = Double(flat[1]).map(Duration.init(seconds:))
    else { return nil }
    return wait
  }

  private static func deadline(_ grace: Node?, after wait: Duration?, file: String) -> PlatformStart.Deadline {
    let name = "terminationGracePeriodSeconds"
    if let grace, grace.integer == nil {
      return .unknown(name, written: grace.text ?? "", place: Place(file: file, line: grace.mark.line))
    }
    let whole = grace?.integer.map { Duration.seconds($0) } ?? .seconds(30)
    let origin = grace.map { "\(file):\($0.mark.line)" } ?? "default"
    guard let wait else { return .known(DrainClock(name: name, limit: whole, origin: origin)) }
    return .known(
      DrainClock(
        name: "\(name) minus preStop", limit: max(.zero, whole - wait),
        origin: "\(origin), \(whole.text) less \(wait.text) of preStop"))
  }
}
