import FoundationEssentials
import Vocabulary

/// The parts of the Kubernetes API's objects that are read here. What is not written is nil or empty, as the API leaves
/// out fields whose value is zero.
enum APIObject {
  struct Metadata: Decodable, Sendable {
    var name: String
    var uid: String?
    var generation: Int64?
    var resourceVersion: String?
    var creationTimestamp: String?
    var deletionTimestamp: String?
    var deletionGracePeriodSeconds: Int64?
    var labels: [String: String]?
    var annotations: [String: String]?
    var ownerReferences: [Owner]?

    var createdAt: Timestamp? { creationTimestamp.flatMap { Timestamp($0) } }
  }

  struct Owner: Decodable, Sendable {
    var kind: String
    var name: String
    var uid: String
    var controller: Bool?
  }

  struct Pod: Decodable, Sendable {
    var metadata: Metadata
    var spec: PodSpec?
    var status: PodStatus?
  }

  struct PodSpec: Decodable, Sendable {
    var containers: [Container]
    var nodeName: String?
    var terminationGracePeriodSeconds: Int64?
  }

  struct Container: Decodable, Sendable {
    var name: String
    var image: String?
    var command: [String]?
    var args: [String]?
    var lifecycle: Lifecycle?
  }

  struct Lifecycle: Decodable, Sendable {
    var preStop: Handler?
    var stopSignal: String?

    struct Handler: Decodable, Sendable {
      var exec: Exec?
      var sleep: Sleep?
      struct Exec: Decodable, Sendable { var command: [String]? }
      struct Sleep: Decodable, Sendable { var seconds: Int64 }
    }
  }

  struct PodStatus: Decodable, Sendable {
    var phase: String?
    var reason: String?
    var message: String?
    var startTime: String?
    var conditions: [Condition]?
    var containerStatuses: [ContainerStatus]?
  }

  struct Condition: Decodable, Sendable {
    var type: String
    var status: String
    var reason: String?
    var message: String?
    var lastTransitionTime: String?
    var lastUpdateTime: String?
  }

  struct ContainerStatus: Decodable, Sendable {
    var name: String
    var ready: Bool?
    var restartCount: Int?
    var imageID: String?
    var state: State?
    var lastState: State?

    struct State: Decodable, Sendable {
      var waiting: Waiting?
      var running: Running?
      var terminated: Terminated?
    }
    struct Waiting: Decodable, Sendable {
      var reason: String?
      var message: String?
    }
    struct Running: Decodable, Sendable { var startedAt: String? }
    struct Terminated: Decodable, Hashable, Sendable {
      var exitCode: Int32
      var signal: Int32?
      var reason: String?
      var message: String?
      var startedAt: String?
      var finishedAt: String?
    }
  }

  /// A Deployment, a StatefulSet or a ReplicaSet: what makes pods from a template.
  struct Workload: Decodable, Sendable {
    var metadata: Metadata
    var spec: Spec
    var status: Status?

    struct Spec: Decodable, Sendable {
      var replicas: Int?
      var paused: Bool?
      var progressDeadlineSeconds: Int64?
      var selector: Selector?
      var strategy: Strategy?
      var updateStrategy: Strategy?
      var template: Template?
    }
    struct Strategy: Decodable, Sendable { var type: String? }
    struct Template: Decodable, Sendable {
      var metadata: Labels?
      var spec: PodSpec
      struct Labels: Decodable, Sendable { var labels: [String: String]? }
    }
    struct Status: Decodable, Sendable {
      var observedGeneration: Int64?
      var replicas: Int?
      var updatedReplicas: Int?
      var readyReplicas: Int?
      var availableReplicas: Int?
      var terminatingReplicas: Int?
      var currentRevision: String?
      var updateRevision: String?
      var conditions: [Condition]?
    }
  }

  /// Which pods are a workload's.
  struct Selector: Decodable, Sendable {
    var matchLabels: [String: String]?
    var matchExpressions: [Expression]?

    struct Expression: Decodable, Sendable {
      var key: String
      var `operator`: String
      var values: [String]?
    }
  }

  /// One template that a StatefulSet had.
  struct ControllerRevision: Decodable, Sendable {
    var metadata: Metadata
    var revision: Int64?
    var data: Contents?

    struct Contents: Decodable, Sendable { var spec: Inner? }
    struct Inner: Decodable, Sendable { var template: Workload.Template? }
  }

  struct List<Item: Decodable & Sendable>: Decodable, Sendable {
    var metadata: ListMetadata?
    var items: [Item]?
  }

  struct ListMetadata: Decodable, Sendable {
    var resourceVersion: String?
    var `continue`: String?
  }

  /// What a failed request answers, and what a watch says when it cannot go on.
  struct Status: Decodable, Sendable {
    var code: Int?
    var reason: String?
    var message: String?
  }

  /// The type of a watch's line.
  struct EventType: Decodable, Sendable { var type: String }
  /// A watch's line with its object.
  struct Event<Object: Decodable & Sendable>: Decodable, Sendable { var object: Object }

  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(KubernetesFailure) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw .malformed(what: "\(bytes.count) bytes that are not the JSON expected")
    }
  }
}

extension APIObject.Selector {
  /// The selector as a request's `labelSelector` has it; nil: it selects nothing that can be asked for.
  var text: String? {
    var terms = (matchLabels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    for expression in matchExpressions ?? [] {
      let values = (expression.values ?? []).joined(separator: ",")
      switch expression.operator {
      case "In": terms.append("\(expression.key) in (\(values))")
      case "NotIn": terms.append("\(expression.key) notin (\(values))")
      case "Exists": terms.append(expression.key)
      case "DoesNotExist": terms.append("!\(expression.key)")
      default: return nil
      }
    }
    return terms.isEmpty ? nil : terms.joined(separator: ",")
  }
}

extension String {
  /// The text as a value in a request's query.
  var queryEscaped: String {
    utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }
}
