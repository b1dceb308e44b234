import Vocabulary

/// What the files that start an agent pass to it: options in a Dockerfile, a script, a manifest, a unit.
///
/// Every file's lines are looked at as text, because an option means the same in each of them; comments are passed
/// over.
package struct CommandFlags: Sendable {
  /// `--drain-timeout N` of livekit-agents.
  package private(set) var drainTimeouts: [ServerSetting] = []
  /// `sluice guard --timeout D`, and guards without one.
  package private(set) var guards: [(limit: Duration?, place: Place)] = []
  /// uvicorn or ADK's server started as a program: WebSockets are closed at once.
  package private(set) var servers: [(name: String, place: Place)] = []
  /// Variables that look as if they set a drain timeout, and that nobody reads.
  package private(set) var unread: [(name: String, place: Place)] = []

  /// Reads the files of a project that can hold a command.
  package init(_ files: ProjectFiles) {
    for path in files.paths where CommandFlags.holdsCommands(ProjectFiles.name(of: path)) {
      guard let bytes = files.bytes(path), bytes.count <= 1 << 20 else { continue }
      read(String(decoding: bytes, as: UTF8.self), path)
    }
  }

  private static func holdsCommands(_ name: String) -> Bool {
    if ["Dockerfile", "Containerfile", "Procfile", "Makefile", "justfile", "package.json"].contains(name) {
      return true
    }
    if name.hasPrefix("Dockerfile.") || name.hasPrefix("Procfile.") { return true }
    let suffix = name.split(separator: ".").dropFirst().last.map(String.init) ?? ""
    return ["sh", "bash", "yaml", "yml", "service", "conf", "ini", "toml", "hcl", "nomad", "dockerfile", "env"]
      .contains(suffix)
  }

  private mutating func read(_ text: String, _ path: String) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let bare = line.trimmed
      guard !bare.isEmpty, !bare.hasPrefix("#"), !bare.hasPrefix("//") else { continue }
      let place = Place(file: path, line: index + 1)
      let words = CommandFlags.words(of: bare)
      for (position, word) in words.enumerated() {
        take(word, followedBy: words[(position + 1)...], at: place)
      }
    }
  }

  private mutating func take(_ word: String, followedBy rest: ArraySlice<String>, at place: Place) {
    func option(_ name: String) -> String? {
      if word == name { return rest.first }
      return word.hasPrefix(name + "=") ? String(word.dropFirst(name.count + 1)) : nil
    }
    if let value = option("--drain-timeout") {
      drainTimeouts.append(
        ServerSetting(
          .drainTimeout, Double(value).map { .seconds($0) } ?? .notLiteral(value), at: place, setBy: "--drain-timeout"))
    }
    if word == "guard" || word.hasSuffix("/sluice-guard") {
      let options = rest.prefix { $0 != "--" }
      let value = zip(options, options.dropFirst()).first { $0.0 == "--timeout" }?.1
      if rest.contains("--") { guards.append((value.flatMap { Duration(text: $0) }, place)) }
    }
    let name = word.split(separator: "/").last.map(String.init) ?? word
    if name == "uvicorn" || (name == "adk" && ["api_server", "web"].contains(rest.first ?? "")) {
      servers.append((name, place))
    }
    for unknown in ["LIVEKIT_DRAIN_TIMEOUT", "DRAIN_TIMEOUT"] where word == unknown || word.hasPrefix(unknown + "=") {
      unread.append((unknown, place))
    }
  }

  /// The words of a line in any of the spellings: shell words, a JSON array, a YAML list.
  static func words(of line: Substring) -> [String] {
    line.split { " \t\"',[]".contains($0) }.map(String.init)
  }
}
