package import Vocabulary

/// Where one worker's HTTP server can be asked.
package struct WorkerEndpoint: Hashable, Sendable {
  /// The instance, by the name that its platform or `sluice.yaml` gives it; unique within a listing.
  package let name: InstanceID
  /// Its address with the path that leads to it: `http://10.0.0.7:8081`, `https://proxy/worker-1`.
  package let url: String
  /// The release it runs, where that is known.
  package let version: VersionName?
  /// The turn of that release, where the platform tells turns apart.
  package let generation: GenerationID?
  /// The Unix socket that leads to the address; nil: its host does.
  package let unixSocket: String?

  /// A worker's address, with what is known of the worker.
  package init(
    name: InstanceID, url: String, version: VersionName? = nil, generation: GenerationID? = nil,
    unixSocket: String? = nil
  ) {
    self.name = name
    self.url = url
    self.version = version
    self.generation = generation
    self.unixSocket = unixSocket
  }

  /// Where its health is asked: the path is kept and ends with a slash.
  var healthURL: String { url.last == "/" ? url : url + "/" }
  /// Where its state is asked: the path is kept and `/worker` is added.
  var workerURL: String { (url.last == "/" ? String(url.dropLast()) : url) + "/worker" }
}
