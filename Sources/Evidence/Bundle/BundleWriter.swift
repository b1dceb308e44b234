import Archive
import Documents
import Libraries
import Machine
import Vocabulary

/// Puts what was collected into one archive, reads it back, and gives it its name only when nothing is in it that must
/// not
/// leave.
struct BundleWriter {
  let filter: any BundleFilter
  let detector: any BundleDetector
  /// Where the bundle goes.
  let place: BundlePlace
  /// How large it may be, in bytes; nil: no limit but the disk's.
  let limit: Int?

  /// Room for manifest, sums and headers.
  private static let overhead = 64 << 10

  /// Writes the bundle; the manifest's files, hidden counts and absences are filled in here.
  func write(_ collected: [CollectedFile], _ manifest: BundleManifest) async throws -> WrittenBundle {
    var manifest = manifest
    let files = try named(fitted(collected, &manifest))
    let needed = files.reduce(Self.overhead) { $0 + $1.content.packedSize + 1_024 }
    if let free = Files.freeSpace(at: place.folder), free < needed {
      throw EvidenceFailure.noRoom(folder: place.folder, needed: needed, free: free)
    }
    let archive = try ArchiveWriter(in: place.folder, modified: Int(manifest.asOf.nanoseconds / 1_000_000_000))
    let top = manifest.bundle
    try archive.addFolder(top)
    var sums = ""
    var hidden: [String: Int] = [:]
    for file in files {
      try Task.checkCancellation()
      try archive.add("\(top)/\(file.path)", file.content, from: file.spool)
      sums += "\(file.content.sha256)  \(file.path)\n"
      manifest.files.append(BundleManifest.File(file))
      hidden.merge(file.hidden, uniquingKeysWith: +)
    }
    manifest.redaction = filter.record(of: hidden)
    let bytes = try redacted(manifest)
    try archive.add("\(top)/\(BundlePath.manifest)", bytes)
    sums += "\(Hashing.hexadecimal(.sha256, of: bytes))  \(BundlePath.manifest)\n"
    try archive.add("\(top)/\(BundlePath.sums)", Array(sums.utf8))
    try archive.finish()
    let leaks = try await BundleCheck.leaks(in: archive.reader(), of: files, with: detector)
    guard leaks.isEmpty else { throw EvidenceFailure.leaks(leaks) }
    try Task.checkCancellation()
    try archive.name(place.path)
    return WrittenBundle(path: place.path, size: archive.size, manifest: manifest)
  }

  /// The manifest's bytes, which pass the filter like everything; what it says of files must come through unharmed.
  private func redacted(_ manifest: BundleManifest) throws -> [UInt8] {
    var stream = filter.stream(BundlePath.manifest)
    var bytes: [UInt8] = []
    do {
      try stream.take(try CanonicalJSON.encodePretty(manifest)[...], into: &bytes)
      try stream.finish(into: &bytes)
    } catch {
      throw EvidenceFailure.notRedacted(file: BundlePath.manifest, reason: CollectorSink.words(error))
    }
    guard let read = try? CanonicalJSON.decode(BundleManifest.self, from: bytes) else {
      throw EvidenceFailure.notRedacted(file: BundlePath.manifest, reason: "redaction leaves nothing that can be read")
    }
    guard
      read.files.map(\.path) == manifest.files.map(\.path), read.files.map(\.sha256) == manifest.files.map(\.sha256)
    else {
      throw EvidenceFailure.notRedacted(file: BundlePath.manifest, reason: "redaction changes what it says of files")
    }
    return bytes + [UInt8(ascii: "\n")]
  }

  /// The files by their redacted names, in order; two that became one are told apart by a number.
  private func named(_ files: [CollectedFile]) throws -> [CollectedFile] {
    var taken: Set<String> = [BundlePath.manifest, BundlePath.sums]
    var result: [CollectedFile] = []
    for file in files.sorted(by: { ($0.path, $0.facts.source) < ($1.path, $1.facts.source) }) {
      var file = file
      do {
        file.path = try file.path.split(separator: "/").map { try filter.text(String($0)) }.joined(separator: "/")
        file.facts.source = try filter.text(file.facts.source)
      } catch {
        throw EvidenceFailure.notRedacted(file: "a file's name", reason: CollectorSink.words(error))
      }
      let path = file.path
      var number = 2
      while !taken.insert(file.path).inserted {
        file.path = BundlePath.numbered(path, number)
        number += 1
      }
      result.append(file)
    }
    return result.sorted { $0.path < $1.path }
  }

  /// What fits the limit: what proves first; of logs the ends, each as much as the others.
  private func fitted(_ files: [CollectedFile], _ manifest: inout BundleManifest) throws -> [CollectedFile] {
    guard let limit else { return files }
    func size(_ file: CollectedFile) -> Int { file.content.packedSize + 1_024 }
    var left = limit - Self.overhead - files.count * 128
    let proof = files.filter { $0.facts.importance == .proof }
    left -= proof.reduce(0) { $0 + size($1) }
    guard left >= 0 else { throw EvidenceFailure.limitTooSmall(limit: limit, needed: limit - left) }
    var kept = proof
    let reason = "it did not fit the limit of \(ByteText.of(limit))"
    for file in files.filter({ $0.facts.importance == .context }).sorted(by: { size($0) < size($1) }) {
      guard size(file) <= left else {
        manifest.absences.append(BundleManifest.Absence(what: try filter.text(file.path), why: reason))
        continue
      }
      left -= size(file)
      kept.append(file)
    }
    // The smallest first: what one does not need of its share the others have.
    var bulk = files.filter { $0.facts.importance == .bulk }.sorted { size($0) < size($1) }[...]
    while var file = bulk.popFirst() {
      let share = left / (bulk.count + 1)
      if size(file) > share {
        let whole = file.content.size
        file.content = try file.spool.tail(of: file.content, fitting: share - 1_024)
        guard file.content.size > 0 else {
          manifest.absences.append(BundleManifest.Absence(what: try filter.text(file.path), why: reason))
          continue
        }
        let cut = "its first \(ByteText.of(whole - file.content.size)) did not fit the limit of \(ByteText.of(limit))"
        file.facts.truncated = [cut, file.facts.truncated].compactMap { $0 }.joined(separator: "; ")
      }
      left -= size(file)
      kept.append(file)
    }
    return kept
  }
}

/// Where a bundle goes.
package struct BundlePlace: Sendable {
  /// The folder that it is written in.
  package let folder: String
  /// Its whole path.
  package let path: String

  /// `out` ending in `.tar.gz` or `.tgz` is the file, anything else the folder.
  package init(_ out: String, bundle name: String) {
    let isFile = out.hasSuffix(".tar.gz") || out.hasSuffix(".tgz")
    path = isFile ? out : (out.hasSuffix("/") ? out : out + "/") + name + ".tar.gz"
    folder = Files.folder(of: path)
  }
}

/// A bundle that was written.
package struct WrittenBundle: Sendable {
  /// Its path.
  package let path: String
  /// Its size in bytes.
  package let size: Int
  /// What it says of itself, before redaction.
  package let manifest: BundleManifest
}

/// Names in a bundle.
package enum BundlePath {
  /// What the bundle says of itself.
  package static let manifest = "manifest.json"
  /// Hashes of all files but this one.
  package static let sums = "SHA256SUMS"
  /// The run's journal.
  package static let journal = "journal.ndjson"
  /// Triage's findings.
  package static let findings = "findings.json"
  /// The configuration as it is written.
  package static let configuration = "config.yaml"
  /// The folder of logs.
  package static let logs = "logs"
  /// The folder of what a platform and the sources say at this moment.
  package static let platform = "platform"
  /// The folder of failures.
  package static let errors = "errors"

  /// `a-2.log` for `a.log`.
  static func numbered(_ path: String, _ number: Int) -> String {
    guard let dot = path.lastIndex(of: "."), dot > path.lastIndex(of: "/") ?? path.startIndex else {
      return "\(path)-\(number)"
    }
    return "\(path[..<dot])-\(number)\(path[dot...])"
  }
}

extension BundleManifest.File {
  init(_ file: CollectedFile) {
    self.init(
      path: file.path, sha256: file.content.sha256, size: file.content.size, source: file.facts.source,
      from: file.facts.from, until: file.facts.until, truncated: file.facts.truncated, note: file.facts.note,
      hidden: file.hidden.isEmpty ? nil : BundleManifest.RuleCount.list(file.hidden))
  }
}
