/// Where files that tests read lie.
package enum Fixtures {
  /// The package's folder.
  package static let package = String(#filePath.dropLast("/Tests/TestSupport/Fixtures.swift".count))
  /// `Tests/Fixtures`.
  package static let folder = package + "/Tests/Fixtures"
}
