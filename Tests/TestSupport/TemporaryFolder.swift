import Machine

/// A folder of a test's own, removed with everything in it when the test lets go of it.
package final class TemporaryFolder: Sendable {
  /// The folder's path, absolute.
  package let path: String

  /// Makes the folder under TMPDIR.
  package init() throws {
    let parent = ProcessEnvironment.current["TMPDIR"] ?? "/tmp"
    path = "\(parent)/sluice-test-\(UInt64.random(in: 0 ... .max))"
    try Files.makeDirectory(path)
  }

  deinit { try? Files.removeTree(path) }

  /// The path of a name in it.
  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes a text file in it and returns its path.
  package func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws -> String {
    try Files.write(Array(text.utf8), to: file(name), mode: mode, durably: false)
    return file(name)
  }
}
