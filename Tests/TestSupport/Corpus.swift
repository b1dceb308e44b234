import Machine

/// Captures of real programs that are too many for Fixtures; found by the variable SLUICE_CORPUS.
package enum Corpus {
  /// The folder; nil: tests that need it are skipped.
  package static let folder = ProcessEnvironment.current["SLUICE_CORPUS"]

  /// Why tests are skipped.
  package static let reason = "SLUICE_CORPUS names no folder of captures"

  /// A file's lines, without a last empty one.
  package static func lines(_ path: String) throws -> [String] {
    let text = String(decoding: try Files.read("\(folder ?? "")/\(path)", limit: 1 << 28), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast(
      text.hasSuffix("\n") ? 1 : 0)
  }
}
