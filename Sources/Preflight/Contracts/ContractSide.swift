import Vocabulary

/// One file of a side.
package struct ContractFile: Hashable, Sendable {
  /// Its path from the side's top, which pairs it with the other side's: `tools/kitchen.json`.
  package let name: String
  /// How messages call it: as it was given, or `git:main:contracts/job.json`.
  package let shown: String
  /// What it holds.
  package let bytes: [UInt8]
  /// Other files that it may include, by their paths from the same top; for `.proto` only.
  package var companions: [String: [UInt8]] = [:]

  /// A file.
  package init(name: String, shown: String, bytes: [UInt8]) {
    self.name = name
    self.shown = shown
    self.bytes = bytes
  }
}

/// The contracts of one version: what is behind `--from` or `--to`.
package struct ContractSide: Sendable {
  /// How messages call it, made harmless.
  package let label: String
  /// Its files, by name.
  package let files: [ContractFile]
  /// Whether it is one file that was named itself; such files are a pair whatever they are called.
  package let isSingle: Bool
  /// Files that could not be looked at, and why; they are said, never left out.
  package var skipped: [Skipped] = []

  /// A file that was not looked at.
  package struct Skipped: Hashable, Sendable {
    /// The file's path from the side's top.
    package let name: String
    /// Why, without a full stop.
    package let why: String
  }

  /// A side.
  package init(label: String, files: [ContractFile], isSingle: Bool = false, skipped: [Skipped] = []) {
    self.label = label.harmless
    self.files = files.sorted { $0.name < $1.name }
    self.isSingle = isSingle
    self.skipped = skipped
  }
}
