import Machine

/// An engine of containers that was started for tests (`.ci/containers`); found by the variable SLUICE_CONTAINERS.
package enum Containers {
  /// The engine's folder; nil: tests that need it are skipped.
  package static let folder = ProcessEnvironment.current["SLUICE_CONTAINERS"]

  /// Why tests are skipped.
  package static let reason = "SLUICE_CONTAINERS names no engine that .ci/containers has started"

  /// Where docker finds it; nil: there is none.
  package static let host = folder.map { "unix://\($0)/docker.sock" }

  /// An image with a shell, the system's libraries and no program beyond Debian's smallest.
  package static let image = "sluice-test:base"

  /// Options of `docker run` by which built programs and a Python with its environment run inside as they do here.
  package static let mounts: [String] = {
    var places: Set<String> = [Products.folder, Fixtures.folder]
    // The Swift runtime, by where this process has it.
    let maps = (try? Files.read("/proc/self/maps", limit: 16 << 20)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let runtime = maps.split(separator: "\n").compactMap { $0.split(separator: " ").last }
      .first { $0.hasSuffix("/libswiftCore.so") }
    if let runtime { places.insert(Files.folder(of: String(runtime))) }
    if let python = Python.interpreter {
      let environment = Files.folder(of: Files.folder(of: python))
      places.insert(environment)
      // Where the environment's own Python is: `home` of its settings.
      let settings = (try? Files.read("\(environment)/pyvenv.cfg", limit: 65_536)).map {
        String(decoding: $0, as: UTF8.self)
      }
      for line in (settings ?? "").split(separator: "\n") where line.hasPrefix("home = ") {
        places.insert(Files.folder(of: String(line.dropFirst("home = ".count))))
      }
    }
    return places.filter { $0 != "/usr" }.sorted().map { "--volume=\($0):\($0):ro" }
  }()

  /// Runs docker to its end and returns what it printed.
  @discardableResult
  package static func docker(_ arguments: String...) async throws -> String { try await docker(arguments) }

  /// Runs docker to its end and returns what it printed.
  @discardableResult
  package static func docker(_ arguments: [String]) async throws -> String {
    var environment = ProcessEnvironment.current
    environment["DOCKER_HOST"] = host
    let run = try await Invocation(["docker"] + arguments, environment: environment).run(within: .seconds(60))
    guard run.succeeded else { throw Failed(words: run.errorText) }
    return run.text
  }

  /// docker did not do what it was told.
  package struct Failed: Error { let words: String }
}
