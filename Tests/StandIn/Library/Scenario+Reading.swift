import Documents
import Vocabulary

/// Scenarios and commands as YAML (or JSON, which is YAML); every key may be left out, an unknown one is an error.
///
/// ```yaml
/// server: cloud                       # or self-hosted
/// key: devkey
/// secret: secretsecretsecretsecretsecretsecret
/// agent: { id: CA_test123, name: concierge, regions: [us-east, eu-central], replicas: 2 }
/// stamp: app.version                  # 'none': sessions are not stamped
/// stamp-source: release               # the version's attribute whose value is the stamp; else the version's name
/// versions: [ { name: v1, attributes: { release: r-1 }, age: 1h, stamp: x, draining: false } ]
///                                     # oldest first, the last one serves
/// pace: brisk                         # or real, or { from: brisk, join: …, leave:, departure:, empty-timeout:,
///                                     #   count-lag:, job-lag:, linger:, drain-linger:, exit:, absence:, scrape: }
/// rollout: { build: 200ms, build-error: TEXT, build-status: 503, long-line: true, goes-on: true, start: 300ms,
///            lags: { eu-central: 2s }, status: Running, handover: 0s, drain: with-calls, window: 1h,
///            strays: 0.5, unserved: 0.1 }                   # drain: with-calls, stays, swallowed, killed
/// traffic: { every: 200ms, length: 2s, count: 100 }
/// faults: [ { call: ListRooms, status: 429, retry-after: 1, after: 3, count: 2 } ]
///                                     # or slow: 2s, or is: truncated, reset, page; call: a method, logs, build, '*'
/// logs: newest                        # or all
/// order: newest-first                 # or oldest-first, shuffled
/// webhook: http://127.0.0.1:9090/hook
/// refuses-deploy: quota exceeded
/// refuses-rollback: rollback is not available on your plan
/// seed: 1
/// script:
///   - { at: 2s, do: deploy, name: v2, attributes: { release: r-2 }, deployment: staging }
///   - { at: 3s, do: rollback, to: v1 }
///   - { at: 3s, do: restart }
///   - { at: 0s, do: traffic, every: 1s, length: 5s, count: 9 }      # without 'every': no more calls
///   - { at: 1s, do: call, room: r, length: 3s, version: v1, deployment: staging, served: false }
///   - { at: 4s, do: hang-up, room: r }
///   - { at: 4s, do: agent-leaves, room: r }
///   - { at: 4s, do: reconnect, room: r }
///   - { at: 4s, do: kill, version: v1, region: us-east }
///   - { at: 4s, do: server-restart }
///   - { at: 4s, do: rollout, drain: stays }                          # keys of 'rollout'
///   - { at: 4s, do: fault, call: '*', status: 503 }                  # keys of a fault
///   - { at: 6s, do: calm }
///   - { at: 6s, do: status, version: v2, region: us-east, status: CrashLoop }
///   - { at: 6s, do: scrape, stale: true }
///   - { at: 6s, do: order, is: shuffled }
///   - { at: 6s, do: event, type: 1, region: us-east }                # 1 crashed, 2 disk, 3 memory
/// ```
///
/// A command without `at` is the body of `POST /stand-in/command`.
extension Scenario {
  /// Reads a scenario, which messages call `file`; throws `DocumentFailure` with every problem.
  package init(yaml bytes: [UInt8], file: String) throws {
    let root = try YAML.parse(bytes, file: file)
    self = try DocumentReader.read(root, file: file) { Scenario($0) }
  }

  private init(_ reader: MappingReader) {
    self.init()
    server = reader.choice("server", Server.self) ?? server
    apiKey = reader.string("key") ?? apiKey
    apiSecret = reader.string("secret") ?? apiSecret
    _ = reader.mapping("agent") { agent in
      agentID = agent.string("id") ?? agentID
      agentName = agent.string("name") ?? agentName
      regions = agent.strings("regions") ?? regions
      replicas = agent.integer("replicas", in: 1...1_000).map { Int($0) } ?? replicas
      return true
    }
    if let attribute = reader.string("stamp") { stamp = attribute == "none" ? nil : attribute }
    stampSource = reader.string("stamp-source")
    versions =
      reader.elements("versions") { node, name in
        reader.read(node, called: name) { version in
          version.required("name", version.text).map { name in
            Version(
              name, attributes: version.texts("attributes") ?? [:], age: version.duration("age") ?? .seconds(86_400),
              stamp: version.text("stamp"), isDraining: version.boolean("draining") ?? false)
          }
        }
      } ?? versions
    pace = Pace(reader)
    rollout = reader.mapping("rollout") { Rollout($0, from: rollout) } ?? rollout
    traffic = reader.mapping("traffic") { Traffic($0) }
    faults = reader.elements("faults") { node, name in reader.read(node, called: name) { Fault($0) } } ?? []
    logs = reader.choice("logs", LogReach.self) ?? logs
    order = reader.choice("order", VersionOrder.self) ?? order
    webhook = reader.string("webhook")
    refusesDeploy = reader.string("refuses-deploy")
    refusesRollback = reader.string("refuses-rollback")
    seed = reader.integer("seed", in: 0 ... .max).map { UInt64($0) } ?? seed
    script =
      reader.elements("script") { node, name in
        reader.read(node, called: name) { step in
          guard let at = step.required("at", { step.duration($0) }), let command = Command(step, rollout: rollout)
          else {
            return nil
          }
          return (at, command)
        }
      } ?? []
  }
}

extension Scenario.Pace {
  fileprivate init(_ reader: MappingReader) {
    self.init()
    let named: [String: Scenario.Pace] = ["real": Scenario.Pace(), "brisk": .brisk]
    guard reader.node("pace")?.mapping != nil else {
      self = reader.choice("pace", among: named) ?? self
      return
    }
    _ = reader.mapping("pace") { pace in
      self = pace.choice("from", among: named) ?? self
      join = pace.duration("join") ?? join
      leave = pace.duration("leave") ?? leave
      departure = pace.duration("departure") ?? departure
      emptyTimeout = pace.duration("empty-timeout") ?? emptyTimeout
      countLag = pace.duration("count-lag") ?? countLag
      jobLag = pace.duration("job-lag") ?? jobLag
      linger = pace.duration("linger") ?? linger
      drainLinger = pace.duration("drain-linger") ?? drainLinger
      exit = pace.duration("exit") ?? exit
      absence = pace.duration("absence") ?? absence
      scrape = pace.duration("scrape", in: .milliseconds(1) ... .seconds(86_400)) ?? scrape
      return true
    }
  }
}

extension Scenario.Rollout {
  fileprivate init(_ reader: MappingReader, from base: Scenario.Rollout) {
    self = base
    build = reader.duration("build") ?? build
    buildError = reader.string("build-error") ?? buildError
    buildStatus = reader.integer("build-status", in: 200...599).map { Int($0) } ?? buildStatus
    hasLongLine = reader.boolean("long-line") ?? hasLongLine
    goesOn = reader.boolean("goes-on") ?? goesOn
    start = reader.duration("start") ?? start
    for (region, lag) in reader.mappingOfDurations("lags") { lags[region] = lag }
    status = reader.string("status") ?? status
    handover = reader.duration("handover") ?? handover
    drain = reader.choice("drain", Scenario.Drain.self) ?? drain
    window = reader.duration("window") ?? window
    strays = reader.number("strays", in: 0...1) ?? strays
    unserved = reader.number("unserved", in: 0...1) ?? unserved
  }
}

extension Scenario.Traffic {
  fileprivate init?(_ reader: MappingReader) {
    guard let every = reader.required("every", { reader.duration($0, in: .milliseconds(1) ... .seconds(86_400)) }),
      let length = reader.required("length", { reader.duration($0) })
    else { return nil }
    self.init(every: every, length: length, count: reader.integer("count", in: 0...1_000_000).map { Int($0) })
  }
}

extension Command {
  /// Reads the body of a command, `{ do: deploy, name: v2 }`; `rollout` is what the keys of `do: rollout` change.
  init(yaml bytes: [UInt8], rollout: Scenario.Rollout) throws {
    let root = try YAML.parse(bytes, file: "command")
    self = try DocumentReader.read(root, file: "command") { Command($0, rollout: rollout) }
  }

  fileprivate init?(_ reader: MappingReader, rollout: Scenario.Rollout) {
    let words = [
      "deploy", "rollback", "restart", "traffic", "call", "hang-up", "agent-leaves", "reconnect", "kill", "rollout",
      "server-restart", "fault", "calm", "status", "scrape", "order", "event",
    ]
    let word = reader.required("do") { reader.choice($0, among: Dictionary(uniqueKeysWithValues: zip(words, words))) }
    let region = { reader.string("region") }
    let room = { reader.required("room") { reader.text($0) } }
    let command: Command? =
      switch word {
      case "deploy":
        .deploy(
          name: reader.text("name"), attributes: reader.texts("attributes") ?? [:],
          deployment: reader.string("deployment") ?? "")
      case "rollback": reader.required("to", reader.text).map { .rollback(to: $0) }
      case "restart": .restart
      case "traffic": .traffic(reader.has("every") ? Scenario.Traffic(reader) : nil)
      case "call": .call(Call(reader))
      case "hang-up": room().map { .hangUp(room: $0) }
      case "agent-leaves": room().map { .agentLeaves(room: $0) }
      case "reconnect": room().map { .reconnect(room: $0) }
      case "kill": reader.required("version", reader.text).map { .kill(version: $0, region: region()) }
      case "server-restart": .serverRestart
      case "rollout": .rollout(Scenario.Rollout(reader, from: rollout))
      case "fault": Fault(reader).map { .fault($0) }
      case "calm": .calm
      case "status":
        reader.required("version", reader.text).flatMap { version in
          reader.required("status", reader.string).map { .status(version: version, region: region(), status: $0) }
        }
      case "scrape": reader.required("stale", reader.boolean).map { .scrape(isStale: $0) }
      case "order": reader.required("is") { reader.choice($0, Scenario.VersionOrder.self) }.map { .order($0) }
      case "event": reader.required("type") { reader.integer($0) }.map { .event(type: Int($0), region: region()) }
      default: nil
      }
    guard let command else { return nil }
    self = command
  }
}

extension Call {
  fileprivate init(_ reader: MappingReader) {
    self.init(room: reader.text("room"), length: reader.duration("length"), version: reader.text("version"))
    deployment = reader.string("deployment") ?? ""
    isServed = reader.boolean("served") ?? true
  }
}

extension Fault {
  fileprivate init?(_ reader: MappingReader) {
    guard let call = reader.required("call", reader.string) else { return nil }
    let kinds: [String: Kind] = ["truncated": .truncated, "reset": .reset, "page": .page]
    let retryAfter = reader.integer("retry-after", in: 0...86_400).map { Int($0) }
    let kind: Kind? =
      if let status = reader.integer("status", in: 400...599) {
        .status(Int(status), retryAfter: retryAfter)
      } else if let delay = reader.duration("slow") {
        .slow(delay)
      } else {
        reader.required("is") { reader.choice($0, among: kinds) }
      }
    guard let kind else { return nil }
    self.init(
      call, kind, after: Int(reader.integer("after", in: 0...1_000_000) ?? 0),
      count: reader.integer("count", in: 0...1_000_000).map { Int($0) })
  }
}

extension MappingReader {
  fileprivate func mappingOfDurations(_ key: String) -> [String: Duration] {
    mapping(key) { reader in
      reader.allEntries().reduce(into: [:]) { $0[$1.key] = reader.duration($1.key) }
    } ?? [:]
  }
}
