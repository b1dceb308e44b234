package import Vocabulary

/// Why a bundle is not written, or not trusted.
package enum EvidenceFailure: Failure {
  /// Something was found in the finished archive that must not be in it.
  case leaks([BundleLeak])
  /// What should have been hidden could not be.
  case notRedacted(file: String, reason: String)
  /// There is not enough room for it.
  case noRoom(folder: String, needed: Int, free: Int)
  /// Not even what matters most fits the limit.
  case limitTooSmall(limit: Int, needed: Int)
  /// There was nothing to collect.
  case nothingCollected([BundleManifest.Absence])
  /// A bundle that is not as it was written.
  case damaged(bundle: String, problems: [String])
  /// There is no such bundle.
  case missing(String)

  package var what: String {
    switch self {
    case .leaks(let leaks):
      "the bundle was not released: \(leaks.count == 1 ? "something" : "\(leaks.count) places") in it must not leave"
    case .notRedacted(let file, _): "the bundle was not released: '\(file.harmless)' cannot be redacted"
    case .noRoom(let folder, let needed, let free):
      "the bundle needs \(ByteText.of(needed)) and '\(folder.harmless)' has \(ByteText.of(free)) left"
    case .limitTooSmall(let limit, let needed):
      "a bundle of \(ByteText.of(limit)) cannot even hold what matters most, which takes \(ByteText.of(needed))"
    case .nothingCollected: "nothing was collected"
    case .damaged(let bundle, _): "bundle '\(bundle.harmless)' is not as it was written"
    case .missing(let path): "there is no bundle '\(path.harmless)'"
    }
  }

  package var why: String? {
    switch self {
    case .leaks(let leaks):
      leaks.prefix(5).map { "\($0.file.harmless) at byte \($0.offset): \($0.kind)" }.joined(separator: "; ")
        + (leaks.count > 5 ? "; and \(leaks.count - 5) more" : "")
    case .notRedacted(_, let reason): reason
    case .noRoom, .limitTooSmall: nil
    case .nothingCollected(let absences):
      absences.isEmpty
        ? nil : absences.prefix(5).map { "\($0.what.harmless): \($0.why.harmless)" }.joined(separator: "; ")
    case .damaged(_, let problems):
      problems.prefix(5).map(\.harmless).joined(separator: "; ")
        + (problems.count > 5 ? "; and \(problems.count - 5) more" : "")
    case .missing: "no such file or folder"
    }
  }

  package var remedy: String? {
    switch self {
    case .leaks: "leave the named file out, or add a rule for what is in it under 'redaction' in sluice.yaml"
    case .notRedacted: "leave the file out"
    case .noRoom: "free space there, or write it elsewhere with --out, or make it smaller with --max-size"
    case .limitTooSmall: "raise --max-size"
    case .nothingCollected: "name what to collect: --run, --target or --logs"
    case .damaged: "get it again from who made it"
    case .missing: "check the path; relative ones start at the working directory"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .leaks, .notRedacted: .redactionRefused
    case .noRoom: .cannotCreate
    case .limitTooSmall: .usage
    case .nothingCollected, .missing: .missingInput
    case .damaged: .badInput
    }
  }
}

/// Sizes as people read them.
package enum ByteText {
  /// `812 B`, `4.2 KiB`, `187 MiB`.
  package static func of(_ bytes: Int) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"]
    guard bytes >= 1_024 else { return "\(bytes) B" }
    var (value, unit) = (Double(bytes) / 1_024, 0)
    while value >= 1_024, unit + 1 < units.count { (value, unit) = (value / 1_024, unit + 1) }
    let tenths = Int((value * 10).rounded())
    return tenths < 100 && tenths % 10 != 0
      ? "\(tenths / 10).\(tenths % 10) \(units[unit])" : "\(Int(value.rounded())) \(units[unit])"
  }
}
