import Documents
import Machine
import Vocabulary

/// The command line and configuration of livekit-server 1.13.5, as far as they are understood here; what is not known to the
/// real one is refused in its words.
package struct ServerSettings: Sendable {
  /// Secrets by API key.
  package var keys: [String: String] = [:]
  package var port: UInt16 = 7_880
  package var bindAddresses: [String] = []
  package var isDevelopment = false
  /// Seconds after which a room that nobody joined is closed.
  package var emptyTimeout: Duration = .seconds(300)
  /// Seconds after which a room that everybody left is closed.
  package var departureTimeout: Duration = .seconds(20)
  /// Whether a dispatch makes the room that it names.
  package var createsRooms = true

  /// Why the server does not start.
  package struct Refusal: Error {
    package let words: String
  }

  private static let values: Set = [
    "config", "config-body", "key-file", "keys", "region", "node-ip", "udp-port", "redis-host", "redis-password",
    "turn-cert", "turn-key", "cpuprofile", "memprofile", "bind",
  ]
  private static let switches: Set = ["dev", "disable-strict-config"]
  /// The first words of the flags that the real one makes of its configuration: `--rtc.tcp_port`.
  private static let sections: Set = [
    "port", "prometheus_port", "rtc", "redis", "audio", "video", "room", "turn", "webhook", "node_selector", "key_file",
    "keys", "region", "signal_relay", "psrpc", "log_level", "logging", "limit", "agents", "development",
    "bind_addresses",
    "prometheus", "metric", "ingress", "sip", "node_stats", "trace", "api",
  ]

  /// Reads the words behind the program's name; `LIVEKIT_CONFIG` and `LIVEKIT_KEYS` count where no word says it.
  package init(_ words: [String], environment: [String: String]) throws {
    var words = words[...]
    var given: [String: [String]] = [:]
    while let word = words.popFirst() {
      guard word.hasPrefix("-") else { throw Refusal(words: "No help topic for '\(word)'") }
      let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
      let section = String(name.prefix { $0 != "." })
      guard !Self.switches.contains(name) else {
        given[name] = ["true"]
        continue
      }
      guard Self.values.contains(name) || Self.sections.contains(section) else {
        throw Refusal(
          words: "Incorrect Usage: flag provided but not defined: -\(name)\n\nflag provided but not defined: -\(name)")
      }
      let inline = word.firstIndex(of: "=").map { String(word[word.index(after: $0)...]) }
      guard let value = inline ?? words.popFirst() else { throw Refusal(words: "flag needs an argument: -\(name)") }
      given[name, default: []].append(value)
    }
    try readConfiguration(given["config-body"]?.last ?? environment["LIVEKIT_CONFIG"], file: given["config"]?.last)
    try read(given, environment)
    try check()
  }

  /// The configuration's text, else its file.
  private mutating func readConfiguration(_ body: String?, file: String?) throws {
    let text: [UInt8]
    if let body, !body.isEmpty {
      text = Array(body.utf8)
    } else if let file {
      do { text = try Files.read(file, limit: 1 << 20) } catch {
        throw Refusal(words: "open \(file): no such file or directory")
      }
    } else {
      return
    }
    let root: Node
    do { root = try YAML.parse(text, file: "config") } catch {
      throw Refusal(words: "could not parse config: \(error)")
    }
    for entry in root.mapping?.entries ?? [] {
      switch entry.key {
      case "port": try setPort(entry.value.text ?? "")
      case "bind_addresses": bindAddresses = entry.value.sequence?.compactMap(\.text) ?? []
      case "development": isDevelopment = entry.value.boolean ?? false
      case "keys":
        for key in entry.value.mapping?.entries ?? [] { keys[key.key] = key.value.text ?? "" }
      case "room":
        if let seconds = entry.value["empty_timeout"]?.integer { emptyTimeout = .seconds(seconds) }
        if let seconds = entry.value["departure_timeout"]?.integer { departureTimeout = .seconds(seconds) }
        createsRooms = entry.value["auto_create"]?.boolean ?? createsRooms
      case "key_file": try readKeys(file: entry.value.text ?? "")
      case let key where Self.sections.contains(key): break
      case let key:
        throw Refusal(
          words:
            "could not parse config: yaml: unmarshal errors:\n  line \(entry.keyMark.line): field \(key) not found in "
            + "type config.Config")
      }
    }
  }

  private mutating func read(_ given: [String: [String]], _ environment: [String: String]) throws {
    if given["dev"] != nil { isDevelopment = true }
    bindAddresses += given["bind"] ?? []
    if let port = given["port"]?.last { try setPort(port) }
    if let file = given["key-file"]?.last { try readKeys(file: file) }
    if let text = given["keys"]?.last ?? environment["LIVEKIT_KEYS"], !text.isEmpty { try readKeys(text: text) }
    for (flag, path) in [
      ("room.empty_timeout", \ServerSettings.emptyTimeout), ("room.departure_timeout", \.departureTimeout),
    ] {
      guard let text = given[flag]?.last else { continue }
      guard let seconds = Int64(text) else { throw Refusal(words: "invalid value \"\(text)\" for flag -\(flag)") }
      self[keyPath: path] = .seconds(seconds)
    }
  }

  private mutating func setPort(_ text: String) throws {
    guard let number = UInt16(text) else { throw Refusal(words: "invalid value \"\(text)\" for flag -port") }
    port = number
  }

  private mutating func readKeys(file: String) throws {
    guard let mode = Files.permissions(of: file) else {
      throw Refusal(words: "open \(file): no such file or directory")
    }
    guard mode & 0o007 == 0 else { throw Refusal(words: "key file others permissions must be set to 0") }
    try readKeys(text: String(decoding: try Files.read(file, limit: 1 << 20), as: UTF8.self))
  }

  private mutating func readKeys(text: String) throws {
    let words = "Could not parse keys, it needs to be exactly, \"key: secret\", including the space"
    guard let entries = try? YAML.parse(Array(text.utf8), file: "keys").mapping?.entries, !entries.isEmpty else {
      throw Refusal(words: words)
    }
    for entry in entries { keys[entry.key] = entry.value.text ?? "" }
  }

  private mutating func check() throws {
    if keys.isEmpty, isDevelopment { keys = ["devkey": "secret"] }
    guard !keys.isEmpty else { throw Refusal(words: "one of key-file or keys must be provided") }
    // The real one takes several keys; here one is enough for every test.
    guard keys.count == 1 else { throw Refusal(words: "this stand-in takes one key, not \(keys.count)") }
    guard isDevelopment || keys.values.allSatisfy({ $0.utf8.count >= 32 }) else {
      throw Refusal(words: "secret is too short, should be at least 32 characters for security")
    }
    guard bindAddresses.allSatisfy({ ["127.0.0.1", "localhost", "::1", "0.0.0.0", ""].contains($0) }) else {
      throw Refusal(words: "this stand-in listens on loopback only")
    }
  }
}
