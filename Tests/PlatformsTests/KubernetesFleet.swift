import Cutover
import Documents
import Machine
import TestSupport
import Vocabulary
import Web

@testable import Platforms

/// A stand-in API server with its kubeconfig, spoken to by the real kubectl.
struct KubernetesFleet: Sendable {
  let folder: TemporaryFolder
  let server: String
  let client = HTTPClient()

  /// The real kubectl; nil: it is not installed.
  static let kubectl = Program.find("kubectl")
  static let isMissing = "kubectl or the tests' Python is not installed"
  static var isThere: Bool { kubectl != nil && Python.isThere }

  static func with<Result: Sendable>(
    _ options: [String] = [], _ body: @escaping @Sendable (KubernetesFleet) async throws -> Result
  ) async throws -> Result {
    let folder = try TemporaryFolder()
    return try await Python.serving("kubernetes/apiserver.py", [folder.path + "/kubeconfig"] + options) { line in
      let port = try JSON.parse(Array(line.utf8), file: "apiserver")["port"]?.integer ?? 0
      let fleet = KubernetesFleet(folder: folder, server: "http://127.0.0.1:\(port)")
      let result = try await body(fleet)
      await fleet.client.shutDown()
      return result
    }
  }

  static func settings(_ kubeconfig: String, _ workload: KubernetesSettings.Workload = .deployment("agent"))
    -> KubernetesSettings
  {
    var variables = ProcessEnvironment.current
    variables["KUBECONFIG"] = kubeconfig
    var settings = KubernetesSettings(target: "test", workload: workload, holder: "a test", inherited: variables)
    settings.callLimit = .seconds(20) * Patience.factor
    settings.lookInterval = .milliseconds(50)
    return settings
  }

  var settings: KubernetesSettings { Self.settings(folder.path + "/kubeconfig") }

  func platform(_ change: (inout KubernetesSettings) -> Void = { _ in }) -> Kubernetes {
    var settings = settings
    change(&settings)
    return Kubernetes(settings)
  }

  /// Does something to the server; gives back what it then holds.
  @discardableResult
  func control(_ json: String = "{}") async throws -> Node {
    var request = HTTPClient.Request(.post, server + "/control")
    request.body = Array(json.utf8)
    return try JSON.parse(try await client.send(request).body, file: "control")
  }
}

extension Kubernetes {
  /// What the platform lists, waited for until it is as it should be; the last listing when it never is.
  func awaited(
    _ limit: Duration = .seconds(20), _ isIt: @escaping ([InstanceObservation]) -> Bool
  ) async throws -> [InstanceObservation] {
    var last: [InstanceObservation] = []
    _ = await Patience.until(limit) {
      if case .snapshot(let listing) = await reading(within: .seconds(10)).answer { last = listing.instances }
      return isIt(last)
    }
    return last
  }
}
