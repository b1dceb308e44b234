import CommandLine
import Platforms
import Preflight
import SessionSources
import Vocabulary

/// `sluice init`.
struct InitCommand: RunnableCommand {
  static let name = "init"
  static let summary = "Print what a fleet needs so that its rollouts can be verified."
  static let discussion = """
    --stamp prints the few lines that make every session carry the version that serves it, as an attribute of its agent. \
    A deployment name (LIVEKIT_AGENT_DEPLOYMENT) tells versions apart too, but it also routes: whoever dispatches, by the \
    API, in tokens or in SIP rules, must then name the same deployment, or calls reach nobody. The stamp changes nothing \
    for callers.

    --contracts prints a Python program that writes down the tools of an agent, or of an MCP server, for 'sluice check \
    contracts'. It calls no tool and changes nothing; its first lines say how it is run.

    --rbac prints the least Roles of a Kubernetes namespace for verifying and for deploying.
    """
  static let examples = [
    Example("sluice init --stamp python >> agent.py", "The lines for livekit-agents; read them before you use them."),
    Example("sluice init --stamp node --attribute release", "Another attribute than sluice reads by default."),
    Example("sluice init --rbac | kubectl apply --namespace voice --filename -", "Roles for verifying and deploying."),
    Example("sluice init --contracts python > export_tools.py", "The program that exports an agent's function tools."),
  ]

  private let stamp: Stamp?
  private let contracts: ContractExport?
  private let printsRoles: Bool
  private let attribute: String

  init(_ arguments: inout Arguments) {
    stamp = arguments.option("--stamp", value: .choice, help: "Print the lines of a stamp for this SDK.")
    contracts = arguments.option(
      "--contracts", value: .choice, help: "Print a program that exports the tools of an agent or of an MCP server.")
    printsRoles = arguments.flag("--rbac", help: "Print the Kubernetes Roles for verifying and for deploying.")
    attribute = arguments.option(
      "--attribute", value: .text("KEY"), default: Self.defaultAttribute,
      help: "The attribute's name; 'release-attribute' in sluice.yaml must say the same.")
  }

  /// The attribute that rooms are read for where nothing else is said.
  static let defaultAttribute = "app.version"

  func run(in context: Context) async throws -> ExitStatus {
    let asked = [stamp != nil, contracts != nil, printsRoles].count { $0 }
    guard asked == 1 else { throw NothingToPrint(isBoth: asked > 1) }
    if printsRoles { context.output.write(Array(ClusterRoles.manifest.utf8)) }
    if let contracts { context.output.write(Array(contracts.program.utf8)) }
    guard let stamp else { return .passed }
    guard attribute.utf8.allSatisfy(Self.isPlain) else { throw UnusableAttribute(name: attribute) }
    context.output.write(Array(stamp.lines(attribute: attribute).utf8))
    return .passed
  }

  /// Whether a byte may stand in a string of any language without being told from its end.
  private static func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F && !"\"'\\$`".utf8.contains(byte) }
}

/// Neither or both of what can be printed was asked for.
struct NothingToPrint: Failure {
  let isBoth: Bool
  var what: String { isBoth ? "more than one thing to print was named" : "nothing to print was named" }
  var why: String? { isBoth ? "each prints a file of its own" : nil }
  var remedy: String? {
    isBoth ? "give one at a time" : "add --stamp python|node|openrtc, --contracts python|mcp or --rbac"
  }
  var exitStatus: ExitStatus { .usage }
}

/// An attribute that cannot be written into code.
struct UnusableAttribute: Failure {
  let name: String
  var what: String { "'\(name.harmless)' cannot be an attribute's name" }
  var why: String? { "it would be written into code between quotes" }
  var remedy: String? { "use letters, digits, dots and hyphens" }
  var exitStatus: ExitStatus { .usage }
}
