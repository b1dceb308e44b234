import Documents

/// `kubernetes: { context, namespace, deployment | statefulset, container, image, manifest, worker-port, lease }`.
package struct KubernetesConfiguration: Sendable {
  /// kubectl's context; nil: its current one.
  package var context: String?
  /// The namespace; nil: the context's own.
  package var namespace: String?
  /// What makes the pods: its kind and its name.
  package var workload: Workload
  /// The agent's container; nil: the pod's first.
  package var container: String?
  /// The repository of the images that are deployed; nil: that of the image that runs.
  package var image: String?
  /// The manifest that a deploy applies, absolute; nil: a deploy sets the image.
  package var manifest: String?
  /// The port of the workers' HTTP server; nil: 8081.
  package var workerPort: Int?
  /// Whether a change of the fleet takes a Lease in the namespace.
  package var takesLease: Bool
  /// Where the source that is deployed lies; absolute.
  package var directory: String

  /// What makes pods.
  package enum Workload: Hashable, Sendable {
    case deployment(String)
    case statefulSet(String)
  }
}

extension TargetReader {
  func kubernetes(_ reader: MappingReader) -> KubernetesConfiguration? {
    let deployment = reader.string("deployment")
    let statefulSet = reader.string("statefulset")
    let context = reader.string("context")
    let namespace = reader.string("namespace")
    let container = reader.string("container")
    let image = reader.string("image")
    let manifest = reader.string("manifest")
    let port = reader.integer("worker-port", in: 1...65_535)
    let takesLease = reader.boolean("lease") ?? true
    if image != nil, manifest != nil {
      reader.report(
        "'kubernetes' has both 'image' and 'manifest'", hint: "a deploy sets the image or applies a manifest")
    }
    let workload: KubernetesConfiguration.Workload
    switch (deployment, statefulSet) {
    case (let name?, nil): workload = .deployment(name)
    case (nil, let name?): workload = .statefulSet(name)
    default:
      reader.report("'kubernetes' names either a 'deployment' or a 'statefulset'")
      return nil
    }
    return KubernetesConfiguration(
      context: context, namespace: namespace, workload: workload, container: container, image: image,
      manifest: manifest.map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }, workerPort: port.map(Int.init),
      takesLease: takesLease, directory: folder)
  }
}
