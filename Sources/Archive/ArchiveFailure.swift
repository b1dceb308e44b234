package import Vocabulary

/// Why an archive cannot be written, or is not read.
package enum ArchiveFailure: Failure, Equatable {
  /// A name that no entry may have.
  case badName(String, reason: String)
  /// Two entries of one name.
  case duplicate(String)
  /// An entry that is neither a file nor a folder.
  case notAFile(String, kind: String)
  /// The data is not, or not wholly, what a tar.gz file holds; the place is in the unpacked archive, in bytes.
  case damaged(at: Int, reason: String)
  /// More than an archive of evidence can need: it would fill the disk or the day.
  case tooLarge(String)

  package var what: String {
    switch self {
    case .badName(let name, _): "the archive has an entry '\(name.harmless)', which no archive may have"
    case .duplicate(let name): "the archive has '\(name.harmless)' twice"
    case .notAFile(let name, _): "the archive's entry '\(name.harmless)' is neither a file nor a folder"
    case .damaged(let place, _): "the archive is damaged at byte \(place) of what it unpacks to"
    case .tooLarge: "the archive is larger than any that is read"
    }
  }
  package var why: String? {
    switch self {
    case .badName(_, let reason), .damaged(_, let reason), .tooLarge(let reason): reason
    case .duplicate: "the second would overwrite the first when it is unpacked"
    case .notAFile(_, let kind): "it is \(kind)"
    }
  }
  package var remedy: String? {
    switch self {
    case .damaged: "get the file again, and compare its size and hash with the sender's"
    case .badName, .duplicate, .notAFile, .tooLarge: "do not unpack it: sluice does not write such archives"
    }
  }
  package var exitStatus: ExitStatus { .badInput }
}
