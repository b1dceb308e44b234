package import Vocabulary

/// A fleet of containers: `docker` in `sluice.yaml`.
package struct DockerSettings: Sendable {
  /// The fleet; the label `sluice.target` of its containers.
  package var target: TargetName
  /// The image without a tag: a version is its tag.
  package var image: String
  /// The contexts of the engines that it runs on; empty: docker's own current one.
  package var contexts: [String] = []
  /// `docker` or `podman`.
  package var program = "docker"
  /// How many containers a version has on each engine; 1 to 100.
  package var replicas = 1
  /// What is run in place of the image's own command; empty: that.
  package var command: [String] = []
  /// Further options of `docker run`: networks, volumes, limits.
  package var options: [String] = []
  /// Variables of the containers; may hold secrets, so they are never in a command line.
  package var environment: [String: String] = [:]
  /// How long after its stop signal a container may run until it is killed.
  package var stopTimeout: Duration = .seconds(3_900)
  /// The folder of this program's state (`.sluice`); an absolute path.
  package var home: String
  /// The variables that the program has: PATH, DOCKER_HOST, DOCKER_CONFIG.
  package var inherited: [String: String]
  /// How long `start` looks whether a container ends at once.
  package var startWatch: Duration = .seconds(2)
  /// How long one call of the program may take, a pull of an image apart.
  package var callLimit: Duration = .seconds(20)
  /// How long a start may take, the pull of its image included.
  package var startLimit: Duration = .seconds(600)

  /// A fleet with the default clocks; see the properties.
  package init(target: TargetName, image: String, home: String, inherited: [String: String]) {
    self.target = target
    self.image = image
    self.home = home
    self.inherited = inherited
  }

  /// Each engine: a context's name, or nil for the current one.
  var engines: [String?] { contexts.isEmpty ? [nil] : contexts }

  func check() throws(DockerFailure) {
    guard !image.isEmpty else { throw .settings("'image' is empty") }
    let name = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    guard !name.contains(":"), !name.contains("@") else {
      throw .settings("'image' must not name a tag or digest: the version is the tag")
    }
    guard (1...100).contains(replicas) else { throw .settings("'replicas' is \(replicas); it must be 1 to 100") }
    guard stopTimeout > .zero else { throw .settings("'stop-timeout' must be more than zero") }
    guard Set(contexts).count == contexts.count else { throw .settings("'contexts' names one twice") }
    if let name = environment.first(where: { $0.value.contains { $0.isNewline } || $0.key.contains("=") })?.key {
      throw .settings("'\(name.harmless)' of 'environment' has a line break, which docker cannot pass on")
    }
    for option in options {
      for taken in ["--name", "--restart", "--rm", "--detach", "-d", "--label-file"]
      where option == taken || option.hasPrefix(taken + "=") {
        throw .settings("'options' must not have \(taken): whether a container runs is up to sluice")
      }
    }
  }

  /// What a version runs: a tag, or a digest that begins with `sha256:`.
  func reference(of version: VersionName) throws(DockerFailure) -> String {
    let name = version.rawValue
    if name.hasPrefix("sha256:"), name.utf8.count == 71, name.dropFirst(7).allSatisfy({ $0.isHexDigit }) {
      return "\(image)@\(name)"
    }
    let isTag =
      name.utf8.count <= 128 && name.first.map { $0 != "." && $0 != "-" } == true
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    guard isTag else { throw .noTag(version) }
    return "\(image):\(name)"
  }
}
