import Archive
import Machine

import Documents
import Libraries

/// Looks whether a bundle is as it was written, and holds nothing that must not be in it; takes an archive or a folder
/// that
/// was unpacked from one.
package struct BundleCheck: Sendable {
  /// What the bundle says of itself; nil: that cannot be read.
  package private(set) var manifest: BundleManifest?
  /// What is wrong with it: files that are missing, changed, or not named by it.
  package private(set) var problems: [String] = []
  /// What was found in it that must not be in it.
  package private(set) var leaks: [BundleLeak] = []
  /// How many files it has.
  package private(set) var count = 0
  /// How many bytes they have.
  package private(set) var size = 0

  /// Checks a bundle, reading it once, in constant memory.
  ///
  /// Throws `EvidenceFailure.missing`, `ArchiveFailure` for an archive that nobody should unpack, and `MachineFailure`.
  package init(_ path: String, detector: any BundleDetector) async throws {
    switch Files.kind(of: path) {
    case .directory?: try await checkFolder(path, detector)
    case nil: throw EvidenceFailure.missing(path)
    default: try await checkArchive(try ArchiveReader(path), detector)
    }
  }

  /// How many parts of a file are searched at a time.
  private static let width = 3

  /// What was seen of one file.
  private struct Seen {
    let sha256: String
    let size: Int
  }

  private mutating func checkArchive(_ reader: ArchiveReader, _ detector: any BundleDetector) async throws {
    var reader = reader
    var seen: [String: Seen] = [:]
    var kept: [String: [UInt8]] = [:]
    var tops: Set<String> = []
    while let entry = try reader.next() {
      let parts = entry.path.split(separator: "/", maxSplits: 1)
      tops.insert(String(parts[0]))
      guard entry.kind == .file else { continue }
      guard parts.count == 2 else {
        problems.append("'\(entry.path)' lies beside the top folder")
        continue
      }
      let path = String(parts[1])
      (seen[path], kept[path]) = try await read(path, detector) { try reader.read() }
    }
    if tops.count > 1 { problems.append("it has \(tops.count) top folders") }
    judge(seen, kept, top: tops.first)
  }

  private mutating func checkFolder(_ folder: String, _ detector: any BundleDetector) async throws {
    var seen: [String: Seen] = [:]
    var kept: [String: [UInt8]] = [:]
    var pending = [""]
    while let below = pending.popLast() {
      for name in try Files.list(below.isEmpty ? folder : "\(folder)/\(below)") {
        let path = below.isEmpty ? name : "\(below)/\(name)"
        switch Files.ownKind(of: "\(folder)/\(path)") {
        case .directory?: pending.append(path)
        case .file?:
          let file = try FileReader("\(folder)/\(path)")
          var offset = 0
          (seen[path], kept[path]) = try await read(path, detector) {
            let piece = try file.read(256 << 10, at: offset)
            offset += piece.count
            return piece.isEmpty ? nil : piece[...]
          }
        default: problems.append("'\(path)' is neither a file nor a folder")
        }
      }
      guard seen.count <= ArchiveLimits().entries else { throw ArchiveFailure.tooLarge("it has too many files") }
    }
    judge(seen, kept, top: nil)
  }

  /// Reads one file; the manifest and the sums are kept.
  private mutating func read(
    _ path: String, _ detector: any BundleDetector, _ next: () throws -> ArraySlice<UInt8>?
  ) async throws -> (Seen, [UInt8]?) {
    let digest = DigestStream()
    var size = 0
    var kept: [UInt8]? = path == BundlePath.manifest || path == BundlePath.sums ? [] : nil
    leaks += try await withThrowingTaskGroup(of: [BundleLeak].self) { group in
      var parts = ScanParts()
      var found: Set<BundleLeak> = []
      var running = 0
      func scan(_ part: ScanParts.Part) async throws {
        if running == Self.width, let leaks = try await group.next() {
          found.formUnion(leaks)
          running -= 1
        }
        running += 1
        group.addTask { part.leaks(detector.scan(path)) }
      }
      while let piece = try next() {
        try Task.checkCancellation()
        digest.update(piece)
        size += piece.count
        if let count = kept?.count, count + piece.count <= 64 << 20 { kept? += piece }
        if let part = parts.take(piece) { try await scan(part) }
      }
      try await scan(parts.rest)
      for try await leaks in group { found.formUnion(leaks) }
      return found.sorted { $0.offset < $1.offset }
    }
    // Names are content too.
    var names = detector.scan(path)
    names.take(Array(path.utf8)[...])
    leaks += names.finish()
    count += 1
    self.size += size
    return (Seen(sha256: digest.finish(), size: size), kept)
  }

  private mutating func judge(_ seen: [String: Seen], _ kept: [String: [UInt8]], top: String?) {
    let sums = Self.sums(kept[BundlePath.sums] ?? [])
    if kept[BundlePath.sums] == nil { problems.append("'\(BundlePath.sums)' is missing") }
    for (path, sum) in sums.sorted(by: { $0.key < $1.key }) {
      guard let file = seen[path] else {
        problems.append("'\(path)' is missing")
        continue
      }
      if file.sha256 != sum { problems.append("'\(path)' was changed: its hash differs") }
    }
    for path in seen.keys.sorted() where path != BundlePath.sums && sums[path] == nil {
      problems.append("'\(path)' was added: \(BundlePath.sums) does not name it")
    }
    guard let bytes = kept[BundlePath.manifest] else { return problems.append("'\(BundlePath.manifest)' is missing") }
    do {
      let manifest = try CanonicalJSON.decode(BundleManifest.self, from: bytes)
      self.manifest = manifest
      if let top, manifest.bundle != top { problems.append("its top folder is '\(top)', not '\(manifest.bundle)'") }
      let named = Dictionary(manifest.files.map { ($0.path, $0) }) { first, _ in first }
      for (path, file) in named.sorted(by: { $0.key < $1.key }) where seen[path]?.sha256 != file.sha256 {
        problems.append("'\(path)' is not as \(BundlePath.manifest) says")
      }
      for path in seen.keys.sorted()
      where named[path] == nil && path != BundlePath.sums && path != BundlePath.manifest {
        problems.append("\(BundlePath.manifest) does not name '\(path)'")
      }
    } catch {
      problems.append("'\(BundlePath.manifest)' cannot be read: \(CollectorSink.words(error))")
    }
  }

  /// The lines of SHA256SUMS by path.
  private static func sums(_ bytes: [UInt8]) -> [String: String] {
    var sums: [String: String] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.utf8.count > 66 {
      sums[String(line.dropFirst(66))] = String(line.prefix(64))
    }
    return sums
  }

  /// Reads an archive that was just written: what is in it that must not be; throws when a file is not what was put in.
  static func leaks(
    in reader: ArchiveReader, of files: [CollectedFile], with detector: any BundleDetector
  ) async throws -> [BundleLeak] {
    var check = BundleCheck()
    try await check.checkArchive(reader, detector)
    guard check.problems.isEmpty else {
      throw EvidenceFailure.damaged(bundle: "just written", problems: check.problems)
    }
    return check.leaks
  }

  private init() {}
}

/// A file's content cut into parts that can be searched at a time: between lines, and in lines too long for that with what
/// stands on both sides.
private struct ScanParts {
  /// Some bytes, and where they begin in the file.
  struct Part: Sendable {
    let offset: Int
    let bytes: [UInt8]

    /// What a scan of these bytes finds, by its place in the file.
    func leaks(_ scan: any BundleScan) -> [BundleLeak] {
      var scan = scan
      scan.take(bytes[...])
      return scan.finish().map { BundleLeak(file: $0.file, offset: offset + $0.offset, kind: $0.kind) }
    }
  }

  private static let size = 1 << 20
  private static let overlap = 4 << 10

  private var offset = 0
  private var bytes: [UInt8] = []

  /// What is left at the end.
  var rest: Part { Part(offset: offset, bytes: bytes) }

  /// Takes the next bytes; a part when there are enough.
  mutating func take(_ piece: ArraySlice<UInt8>) -> Part? {
    bytes += piece
    guard bytes.count >= Self.size else { return nil }
    var end = bytes.count
    while end > bytes.count / 2, bytes[end - 1] != UInt8(ascii: "\n") { end -= 1 }
    let isCut = end > bytes.count / 2
    let part = Part(offset: offset, bytes: isCut ? Array(bytes[..<end]) : bytes)
    let taken = isCut ? end : bytes.count - Self.overlap
    bytes.removeFirst(taken)
    offset += taken
    return part
  }
}
