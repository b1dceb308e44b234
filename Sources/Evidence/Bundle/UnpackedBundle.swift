import Archive
import Machine

/// A bundle that was checked and lies in a folder, for those who read files: its own folder where it was unpacked before, else
/// one that is removed with this object.
package final class UnpackedBundle: Sendable {
  /// The folder that holds manifest.json.
  package let folder: String
  /// What the bundle says of itself.
  package let manifest: BundleManifest
  private let temporary: String?

  /// Checks a bundle and unpacks it, readable for its owner alone, below the folder for temporary files.
  ///
  /// Throws `EvidenceFailure.damaged` or `.leaks` for a bundle that is not as it was written, and what `BundleCheck` throws.
  package init(_ path: String, detector: any BundleDetector, temporaryFiles: String) async throws {
    let check = try await BundleCheck(path, detector: detector)
    guard let manifest = check.manifest, check.problems.isEmpty else {
      throw EvidenceFailure.damaged(bundle: path, problems: check.problems)
    }
    guard check.leaks.isEmpty else { throw EvidenceFailure.leaks(check.leaks) }
    self.manifest = manifest
    guard Files.kind(of: path) != .directory else {
      (folder, temporary) = (path, nil)
      return
    }
    if let free = Files.freeSpace(at: temporaryFiles), free < check.size {
      throw EvidenceFailure.noRoom(folder: temporaryFiles, needed: check.size, free: free)
    }
    let place = "\(temporaryFiles)/sluice-bundle-\(UInt64.random(in: 0 ... .max))"
    (folder, temporary) = ("\(place)/\(manifest.bundle)", place)
    try Files.makeDirectory(place)
    do {
      try Self.unpack(path, to: place)
    } catch {
      try Files.removeTree(place)
      throw error
    }
  }

  deinit {
    // Nobody else knows the folder; what stays of it is for its owner alone.
    if let temporary { try? Files.removeTree(temporary) }
  }

  /// A file's path; nil when the bundle does not hold it.
  package func file(_ path: String) -> String? {
    Files.kind(of: "\(folder)/\(path)") == nil ? nil : "\(folder)/\(path)"
  }

  private static func unpack(_ path: String, to place: String) throws {
    var reader = try ArchiveReader(path)
    while let entry = try reader.next() {
      try Task.checkCancellation()
      let target = "\(place)/\(entry.path)"
      guard entry.kind == .file else {
        try Files.makeDirectory(target)
        continue
      }
      try Files.makeDirectory(Files.folder(of: target))
      let file = try AppendFile(target)
      while let piece = try reader.read() { try file.append(Array(piece)) }
    }
  }
}
