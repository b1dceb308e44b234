import Cutover
import Machine
import Vocabulary

/// `sluice check drain-window`: every clock that can end a drain, the one that binds, and what it means for live calls.
package struct DrainWindowCheck: Check {
  package let id = "drain-window"
  package let title = "How long has a call got once a deploy begins?"

  /// Clocks that the target's platform has, and the one that only the user knows.
  private let platformClocks: @Sendable () async -> [DrainLayer]
  /// What past runs or a metrics store recorded; nil where there is nothing to read.
  private let history: @Sendable () async -> SessionHistory?
  /// The files that say how the agent is started: programs on its way can have deadlines of their own.
  private let entry: EntryFiles
  private let programs: any ProgramCatalogue

  /// The check; by default nothing is known beyond the project's files.
  package init(
    platformClocks: @escaping @Sendable () async -> [DrainLayer] = { [] },
    history: @escaping @Sendable () async -> SessionHistory? = { nil }, entry: EntryFiles = EntryFiles(),
    programs: any ProgramCatalogue = Programs()
  ) {
    self.entry = entry
    self.programs = programs
    self.platformClocks = platformClocks
    self.history = history
  }

  package func run(in context: CheckContext) async throws -> CheckResult {
    let readings = await context.look?(.seconds(10))
    let clocks = await platformClocks()
    let files = ProjectFiles(context.directory)
    let project = DrainProject(files)
    var layers = project.agentLayers + project.wrapperLayers + wayLayers(in: context.directory) + clocks
    // A target's platform is the platform, and livekit.toml names LiveKit Cloud; other files are then for other places.
    let isNamed = context.sources.contains { ["livekit-cloud", "local-processes"].contains($0.kind) }
    if !isNamed { layers += project.cloudLayer.isEmpty ? project.deadlines.layers : project.cloudLayer }
    let elsewhere = isNamed || !project.cloudLayer.isEmpty ? project.deadlines.layers : []
    let isAnything = !project.sdks.isEmpty || !layers.isEmpty
    guard isAnything else {
      return CheckResult(
        .notChecked("no livekit-agents, @livekit/agents or openrtc was found in '\(context.directory.harmless)'"))
    }
    if !layers.contains(where: { $0.side == .outer }) { layers.append(.noPlatform) }
    let window = DrainLayers(layers, tail: project.tail)
    let past = await history()
    let cost = readings.map {
      DeployCost($0, of: context.sources, window: window.effective, now: context.wallClock.now, history: past)
    }
    return DrainWindowAnswer(
      window: window, project: project, cost: cost, history: past,
      elsewhere: elsewhere,
      notLooked: context.target == nil
        ? "no target is configured" : "the target names nothing that could be asked"
    ).result(in: context)
  }
}

extension DrainWindowCheck {
  /// Every clock that a folder's files and the target's platform have, with the agent's tail.
  package func clocks(in directory: String) async -> DrainLayers {
    let project = DrainProject(ProjectFiles(directory))
    return DrainLayers(
      project.agentLayers + project.wrapperLayers + wayLayers(in: directory) + (await platformClocks())
        + project.cloudLayer, tail: project.tail)
  }

  /// The deadline of a program between the platform and the agent: `timeout`, supervisord, a wrapper that gives up.
  ///
  /// Where no entry command is found, or it cannot be judged, `check signals` says so.
  private func wayLayers(in folder: String) -> [DrainLayer] {
    guard let report = try? SignalReport.judge(entry, in: folder, programs: programs),
      let own = report.verdict.ownDeadline
    else { return [] }
    return [
      DrainLayer(
        name: own.program, window: .limit(own.after), controls: "\(own.program)'s own deadline",
        origin: report.commandPlace?.description ?? report.subject, side: .outer)
    ]
  }
}

extension DrainLayer {
  /// What LiveKit Cloud's own clock is called.
  package static let cloudName = "LiveKit Cloud rollout window"

  /// The clock of LiveKit Cloud: it ends old instances an hour after a deploy, whatever they still do.
  package static func cloud(_ origin: String) -> DrainLayer {
    DrainLayer(
      name: cloudName, window: .limit(.seconds(3_600)), controls: "nothing: LiveKit Cloud's own limit", origin: origin,
      side: .outer)
  }

  /// What stands for a platform that nothing names.
  static let noPlatform = DrainLayer(
    name: "platform", window: .unknown("no platform is named: docker stop gives 10s, Kubernetes 30s, LiveKit Cloud 1h"),
    controls: "name it in sluice.yaml", origin: "not found", side: .outer)
}

/// What the files of a project say of its drain.
struct DrainProject {
  let pins: PackagePins
  let settings: ServerSettings
  let flags: CommandFlags
  let deadlines: PlatformDeadlines
  private let hasCloudFile: Bool

  init(_ files: ProjectFiles) {
    pins = PackagePins(files)
    settings = ServerSettings(files)
    flags = CommandFlags(files)
    deadlines = PlatformDeadlines(files)
    hasCloudFile = files.paths.contains("livekit.toml")
  }

  /// The SDKs that the project names or uses.
  var sdks: [AgentSDK] {
    AgentSDK.allCases.filter { sdk in
      pins.version(of: sdk.rawValue) != nil || settings.servers.contains { $0.sdk == sdk }
        || (sdk == .python && (usesOpenRTC || !flags.drainTimeouts.isEmpty))
    }
  }

  private var usesOpenRTC: Bool { settings.usesOpenRTC || pins.version(of: "openrtc") != nil }

  /// The clock of LiveKit Cloud, where the project is deployed there.
  var cloudLayer: [DrainLayer] { hasCloudFile ? [.cloud("livekit.toml")] : [] }

  /// The tail of the first SDK.
  var tail: DrainTail? {
    guard let sdk = sdks.first else { return nil }
    func only(_ name: ServerSetting.Name) -> Duration? {
      let values = Set(settings.settings.filter { $0.name == name }.map(\.value))
      return values.count == 1 ? settings.settings.first { $0.name == name }?.duration : nil
    }
    return DrainTail(
      sdk, pins.version(of: sdk.rawValue)?.version, shutdownProcess: only(.shutdownProcessTimeout),
      sessionEnd: only(.sessionEndTimeout))
  }

  /// The clocks of the agents themselves.
  var agentLayers: [DrainLayer] { sdks.flatMap(layers) }

  private func layers(of sdk: AgentSDK) -> [DrainLayer] {
    let name = "\(sdk.rawValue) \(sdk.drainOption)"
    // The option on the command line outweighs the source (livekit-agents, cli.py).
    if sdk == .python, !flags.drainTimeouts.isEmpty {
      return flags.drainTimeouts.map {
        DrainLayer(
          name: name, window: $0.window, controls: "--drain-timeout", origin: $0.place.description.harmless,
          side: .agent)
      }
    }
    let own = settings.settings.filter { $0.name == .drainTimeout && $0.isOf(sdk) }
    var layers = own.map {
      DrainLayer(
        name: name, window: $0.window, controls: "\(sdk.drainOption) of \($0.setBy)",
        origin: $0.place.description.harmless, side: .agent)
    }
    let servers = settings.servers.filter { $0.sdk == sdk }
    let silent = servers.filter { server in !own.contains { $0.place.file == server.place.file } }
    if own.isEmpty || !silent.isEmpty {
      let layer = sdk == .python && usesOpenRTC ? openRTCLayer : defaultLayer(of: sdk, name)
      if !layers.contains(layer) { layers.append(layer) }
    }
    return layers
  }

  private var openRTCLayer: DrainLayer {
    let pin = pins.version(of: "openrtc")?.pins.first?.locator
    let made = settings.servers.first { $0.name == "AgentPool" }?.place.description
    return DrainLayer(
      name: "openrtc drain_timeout", window: .limit(.seconds(30)), controls: "drain_timeout of AgentPool",
      origin: "default of openrtc (\((made ?? pin ?? "found").harmless))", side: .agent)
  }

  private func defaultLayer(of sdk: AgentSDK, _ name: String) -> DrainLayer {
    let controls = "\(sdk.drainOption) of \(sdk == .python ? "AgentServer" : "ServerOptions")"
    guard let known = pins.version(of: sdk.rawValue) else {
      return DrainLayer(
        name: name, window: .unknown("which \(sdk.rawValue) is installed is not written down"), controls: controls,
        origin: "its version's default", side: .agent)
    }
    let defaults = sdk.defaultTimeouts(known.version)
    let texts = defaults.map { $0.limit?.text ?? "no limit" }
    let place = known.pins.map(\.locator.harmless).joined(separator: ", ")
    let origin = "default of \(known.version.text) (\(place))"
    guard let only = defaults.first, defaults.count == 1 else {
      return DrainLayer(
        name: name, window: .unknown("\(texts.joined(separator: " or ")), by the version that is installed"),
        controls: controls, origin: origin, side: .agent)
    }
    return DrainLayer(
      name: name, window: only.limit.map { .limit($0) } ?? .unlimited, controls: controls, origin: origin, side: .agent)
  }

  /// The clocks of what stands around the agent and is ours or a server's.
  var wrapperLayers: [DrainLayer] {
    let guards = flags.guards.map { found in
      DrainLayer(
        name: "sluice guard", window: found.limit.map { .limit($0) } ?? .unknown("its default"), controls: "--timeout",
        origin: found.place.description.harmless, side: .outer)
    }
    guard guards.isEmpty else { return guards }
    return flags.servers.map {
      DrainLayer(
        name: "\($0.name) (WebSockets)", window: .limit(.zero),
        controls: "sluice guard: it closes them at once (DRN-011)",
        origin: $0.place.description.harmless, side: .agent)
    }
  }
}

extension ServerSetting {
  /// Whether it is a setting of the SDK's language.
  func isOf(_ sdk: AgentSDK) -> Bool { place.file.hasSuffix(".py") == (sdk == .python) }
}
