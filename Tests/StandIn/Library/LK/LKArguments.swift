/// The words behind `lk agent COMMAND`, checked against the flags that lk 2.18.3 declares for it.
struct LKArguments {
  /// What is wrong with the words: lk says it, and ends with 1.
  enum Misuse: Error {
    case undefined(String)
    case needsValue(String)
    case missing(String)
  }

  /// The command, by its own name where an alias was used.
  let command: String
  /// Values by flag; flags without a value have `true`.
  private(set) var values: [String: [String]] = [:]
  /// The working directory, where one is given.
  private(set) var positional: [String] = []

  private static let aliases = ["tail": "logs", "destroy": "delete", "y": "yes", "q": "quiet", "silent": "quiet"]
  private static let globalValues: Set = [
    "url", "api-key", "api-secret", "project", "subdomain", "config", "server-url", "dashboard-url",
  ]
  private static let globalSwitches: Set = ["dev", "curl", "verbose", "yes", "quiet", "help", "h"]
  private static let secrets: Set = ["secrets", "secrets-file", "secret-mount"]

  /// Flags with a value, and switches, by command.
  private static let flags: [String: (values: Set<String>, switches: Set<String>)] = [
    "deploy": (
      secrets.union(["region", "deployment", "d", "image", "image-tar", "attribute", "attributes"]),
      ["ignore-empty-secrets", "no-default-attributes", "skip-sdk-check"]
    ),
    "status": (["id"], ["json", "j"]), "list": (["id"], ["json", "j"]), "secrets": (["id"], ["json", "j"]),
    "versions": (["id", "attribute", "attributes"], ["json", "j"]), "rollback": (["version", "id"], []),
    "restart": (["id"], []), "logs": (["id", "log-type", "deployment", "d"], []),
    "promote": (["id", "deployment", "d"], []),
    "update-secrets": (secrets.union(["id"]), ["ignore-empty-secrets", "overwrite"]),
  ]

  /// Every command that is played.
  static var commands: [String] { flags.keys.sorted() }

  /// Reads the words; `isOld` is an lk from before attributes and `--json`. Throws `Misuse`.
  init(_ words: [String], isOld: Bool) throws(Misuse) {
    var words = words[...]
    // Global flags may stand before `agent` and before the command as well.
    var leading: [String] = []
    while let word = words.first, word.hasPrefix("-") {
      leading.append(words.removeFirst())
      if Self.globalValues.contains(Self.name(of: word)), !word.contains("=") {
        leading += words.prefix(1)
        words = words.dropFirst()
      }
    }
    guard words.first == "agent" || words.first == "a" else { throw .undefined(words.first ?? "") }
    words.removeFirst()
    let name = words.popFirst() ?? ""
    command = Self.aliases[name] ?? name
    guard let declared = Self.flags[command] else { throw .undefined(name) }
    let newer: Set = isOld ? ["attribute", "attributes", "json", "j", "no-default-attributes", "deployment", "d"] : []
    try read(
      leading + words, values: declared.values.subtracting(newer).union(Self.globalValues),
      switches: declared.switches.subtracting(newer).union(Self.globalSwitches))
    if command == "rollback", values["version"] == nil { throw .missing("version") }
  }

  private mutating func read(_ words: [String], values known: Set<String>, switches: Set<String>) throws(Misuse) {
    var words = words[...]
    while let word = words.popFirst() {
      guard word.hasPrefix("-"), word != "-" else {
        positional.append(word)
        continue
      }
      let name = Self.name(of: word)
      if switches.contains(name) || switches.contains(Self.aliases[name] ?? "") {
        values[Self.aliases[name] ?? name, default: []].append("true")
      } else if known.contains(name) {
        let inline = word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
        guard let value = inline ?? words.popFirst() else { throw .needsValue(name) }
        values[name == "d" ? "deployment" : name, default: []].append(value)
      } else {
        throw .undefined(name)
      }
    }
  }

  private static func name(of word: String) -> String {
    String(word.drop { $0 == "-" }.prefix { $0 != "=" })
  }

  func value(_ name: String) -> String? { values[name]?.last }
  func all(_ name: String) -> [String] { values[name] ?? [] }
  func has(_ name: String) -> Bool { values[name] != nil }
  var asksForJSON: Bool { has("json") || has("j") }
}
