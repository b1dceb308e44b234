import Machine
import TestSupport

@testable import Preflight

/// A build context of a test's own.
final class ImageFixture {
  let folder: TemporaryFolder

  /// Files by their paths; those ending with `.sh` may be executed.
  init(_ files: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    for (name, text) in files { try write(text, to: name) }
  }

  func write(_ text: String, to name: String) throws {
    try Files.makeDirectory(Files.folder(of: folder.file(name)))
    _ = try folder.write(text, to: name, mode: name.hasSuffix(".sh") ? 0o755 : 0o644)
  }

  /// The image that a Dockerfile makes of it.
  func image(_ dockerfile: String, stage: String? = nil, arguments: [String: String] = [:]) throws -> BuiltImage {
    try ImageBuild(
      Dockerfile(Array(dockerfile.utf8), file: "Dockerfile"), file: "Dockerfile", context: BuildContext(folder.path),
      arguments: arguments
    ).image(stage: stage)
  }

  /// The argument vector that a Dockerfile's image starts.
  static func arguments(_ dockerfile: String, arguments: [String: String] = [:]) throws -> [String] {
    try ImageFixture().image(dockerfile, arguments: arguments).arguments
  }

  /// The text of a file of an image; nil where none is known.
  static func text(_ image: BuiltImage, _ path: String) -> String? {
    if case .file(let file) = image.tree.lookUp(path) { file.text } else { nil }
  }
}
