package import Vocabulary

/// A Deployment or StatefulSet: `kubernetes` in `sluice.yaml`.
package struct KubernetesSettings: Sendable {
  /// The target, for what is written into the cluster under its name.
  package var target: TargetName
  /// kubectl's context; nil: its current one.
  package var context: String?
  /// The namespace; nil: the context's own, else `default`.
  package var namespace: String?
  /// What makes the pods.
  package var workload: Workload
  /// The agent's container; nil: the pod's first.
  package var container: String?
  /// The repository of the images that are deployed; nil: that of the image that runs.
  package var image: String?
  /// The manifest that a deploy applies instead of an image, an absolute path; nil: only the image is set.
  package var manifest: String?
  /// The port of the workers' HTTP server, behind the API server's pod proxy.
  package var workerPort = 8081
  /// Who holds the Lease while the fleet is changed: a name for other people.
  package var holder: String
  /// Whether a deploy or a rollback takes a Lease in the namespace.
  package var takesLease = true
  /// The variables that kubectl gets: PATH, HOME, KUBECONFIG.
  package var inherited: [String: String]
  /// How long one call of kubectl may take; `--request-timeout` does not bound it.
  package var callLimit: Duration = .seconds(20)
  /// How long a watch may stay open until it is opened anew, so that one that is silently dead is noticed.
  package var watchLimit: Duration = .seconds(240)
  /// How long the controllers may take to see a change.
  package var settleLimit: Duration = .seconds(60)
  /// Time between two looks while that is waited for.
  package var lookInterval: Duration = .milliseconds(500)

  /// What makes pods, by its kind and name.
  package enum Workload: Hashable, Sendable {
    case deployment(String)
    case statefulSet(String)

    /// Its name.
    package var name: String {
      switch self {
      case .deployment(let name), .statefulSet(let name): name
      }
    }
  }

  /// A workload, with kubectl's own defaults.
  package init(target: TargetName, workload: Workload, holder: String, inherited: [String: String]) {
    self.target = target
    self.workload = workload
    self.holder = holder
    self.inherited = inherited
  }
}

extension KubernetesSettings.Workload {
  /// `deployment/agent`, as kubectl takes it and as messages name it.
  var reference: String {
    switch self {
    case .deployment(let name): "deployment/\(name)"
    case .statefulSet(let name): "statefulset/\(name)"
    }
  }

  /// The resource in a request's path.
  var resource: String {
    switch self {
    case .deployment: "deployments"
    case .statefulSet: "statefulsets"
    }
  }

  /// The label of a pod that names its generation.
  var generationLabel: String {
    switch self {
    case .deployment: "pod-template-hash"
    case .statefulSet: "controller-revision-hash"
    }
  }
}
