import Machine
import TestSupport
import Testing

/// Texts that people have looked at, kept beside the tests; UPDATE_GOLDEN=1 writes them again.
enum Golden {
  static let folder = Fixtures.package + "/Tests/CommandLineTests/Golden"

  /// Expects a text to be what its file says.
  static func expect(
    _ text: String, in name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = "\(folder)/\(name)"
    if ProcessEnvironment.current["UPDATE_GOLDEN"] == "1" {
      try Files.write(Array(text.utf8), to: path, mode: 0o644, durably: false)
    }
    let kept = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
    #expect(text == kept, "UPDATE_GOLDEN=1 writes \(name) again", sourceLocation: sourceLocation)
  }
}
