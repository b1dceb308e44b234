import Machine

/// Where built programs lie.
package enum Products {
  /// The folder of the test bundle, which holds every executable of the package.
  package static let folder: String = {
    // The runner names the bundle in its arguments: `--test-bundle-path …/sluicePackageTests.xctest`.
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    return Files.absolute(Files.folder(of: bundle))
  }()
}
