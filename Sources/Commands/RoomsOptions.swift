import CommandLine
import Configuration
import Cutover
import LiveKit
import Machine
import Vocabulary

/// Options that name a LiveKit project to look at, where no sluice.yaml does.
struct RoomsOptions {
  private let project: ProjectOptions
  private let agentName: String?
  private let releaseAttribute: String?
  private let requestsPerMinute: Int?
  /// How long an old instance may take to drain, instead of what the target says.
  let drainWindow: Duration?

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("LiveKit options, instead of a target in sluice.yaml")
    defer { arguments.endGroup() }
    project = ProjectOptions(&arguments)
    agentName = arguments.option(
      "--agent-name", value: .text("NAME"), otherwise: "every agent of the project",
      help: "The name under which the fleet's agents are dispatched.")
    releaseAttribute = arguments.option(
      "--release-attribute", value: .text("KEY"), otherwise: "app.version",
      help: "The participant attribute in which agents carry their version.")
    requestsPerMinute = arguments.option(
      "--requests-per-minute", value: .integer(10...100_000), otherwise: "300",
      help: "How often the project may be asked; LiveKit Cloud takes 1,000 from all tools together.")
    drainWindow = arguments.option(
      "--drain-window", value: .duration(atLeast: .seconds(1)), help: "How long an old instance may take to drain.")
  }

  /// Whether a project is described, so that no sluice.yaml is looked for.
  var isGiven: Bool {
    project.isGiven || requestsPerMinute != nil || agentName != nil || releaseAttribute != nil
  }

  /// What to type to name the same project again, without a space in front where there is nothing.
  var words: String {
    (project.words + [
      ("--agent-name", agentName), ("--release-attribute", releaseAttribute),
      ("--requests-per-minute", requestsPerMinute.map { String($0) }), ("--drain-window", drainWindow?.text),
    ])
    .compactMap { name, value in value.map { " \(name) \($0)" } }.joined()
  }

  /// The project as a target of its own: its fleet is somebody else's, and its rooms are all that is seen.
  func target(named name: TargetName?, in context: Context) throws -> TargetConfiguration {
    var rooms = LiveKitRoomsConfiguration()
    rooms.url = project.url.map { .literal($0) }
    rooms.apiKey = project.apiKey.map { .literal($0) }
    rooms.project = project.project
    rooms.agentName = agentName
    rooms.releaseAttribute = releaseAttribute
    rooms.requestsPerMinute = requestsPerMinute
    return TargetConfiguration(
      name: try name ?? TargetName(rooms.credentials(in: context).name), platform: nil, sources: [.liveKitRooms(rooms)],
      policy: Policy(),
      drainWindow: drainWindow)
  }
}

extension LiveKitCredentials {
  /// What a person calls the project.
  fileprivate var name: String {
    if case .project(let name, _) = origin { return name.harmless }
    return server.subdomain ?? "livekit"
  }
}

extension ValueKind where Value == SocketAddress {
  /// Where to listen: `127.0.0.1:8090`, `:8090` for every address of the machine, `[::1]:8090`.
  static var address: ValueKind<SocketAddress> {
    ValueKind<SocketAddress>("ADDRESS", sample: .loopback(), write: \.description) {
      (text, _) throws(ValueProblem) in
      let remedy = "an address is like 127.0.0.1:8090, or :8090 for every address of this machine"
      guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
        throw ValueProblem("is not an address", remedy: remedy)
      }
      var host = String(text[..<colon])
      if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
      switch host {
      case "": return .anywhere(port: port)
      case "localhost": return .loopback(port: port)
      default:
        let isNumeric = host.utf8.allSatisfy {
          ($0 | 32) >= 97 && ($0 | 32) <= 102 || (46...58).contains($0) && $0 != 47
        }
        guard isNumeric else { throw ValueProblem("names a host that is not an address", remedy: remedy) }
        return .internet(host: host, port: port)
      }
    }
  }
}
