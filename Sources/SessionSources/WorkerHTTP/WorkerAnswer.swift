import Documents
import Vocabulary

/// What a worker's `/worker` says, of every version that has it (livekit-agents from 1.2.4, Python and Node).
package struct WorkerAnswer: Hashable, Sendable {
  /// How many jobs it runs.
  package let activeJobs: Int
  /// The SDK and its version: `livekit-agents 1.8.9`, `@livekit/agents 1.7.0`.
  package let sdk: String?
  /// The name it is dispatched under; nil: none, or it does not say.
  package let agentName: String?

  /// Keys of which a worker's answer always has one.
  private static let known = [
    "worker_type", "sdk_version", "agent_name", "worker_load", "protocol_version", "project_type",
  ]

  /// Reads the body.
  ///
  /// From 1.5.17 on the SDK leaves out what is zero, so an answer without `active_jobs` means none; but only a whole JSON
  /// object that looks like a worker's is such an answer. Throws `Problem` for anything else.
  package init(_ body: [UInt8]) throws(Problem) {
    let node: Node
    do {
      node = try JSON.parse(body, file: "/worker")
    } catch {
      throw Problem(body.first { $0 > 32 } == UInt8(ascii: "<") ? "an HTML page" : "no JSON")
    }
    guard case .mapping(let object) = node.content else { throw Problem("JSON that is no object") }
    guard WorkerAnswer.known.contains(where: { object[$0] != nil }) else {
      throw Problem("JSON without any key that a LiveKit worker has")
    }
    activeJobs = try WorkerAnswer.count(object["active_jobs"])
    agentName = WorkerAnswer.text(object["agent_name"])
    sdk = WorkerAnswer.text(object["sdk_version"]).map {
      (WorkerAnswer.text(object["project_type"]) == "nodejs" ? "@livekit/agents " : "livekit-agents ") + $0.harmless
    }
  }

  /// Why a body is not the answer of a worker; continues `/worker answered `.
  package struct Problem: Error, Hashable {
    /// What it is instead.
    package let what: String
    init(_ what: String) { self.what = what }
  }

  private static func count(_ node: Node?) throws(Problem) -> Int {
    guard let node else { return 0 }
    // Python writes 2.0, older versions and Node 2.
    guard case .scalar(let scalar) = node.content, scalar.kind == .integer || scalar.kind == .number,
      let number = Double(scalar.text), let count = Int(exactly: number), (0...1_000_000).contains(count)
    else { throw Problem("JSON whose 'active_jobs' is no count") }
    return count
  }

  private static func text(_ node: Node?) -> String? {
    guard case .scalar(let scalar)? = node?.content, scalar.kind == .string, !scalar.text.isEmpty else { return nil }
    return scalar.text
  }
}
