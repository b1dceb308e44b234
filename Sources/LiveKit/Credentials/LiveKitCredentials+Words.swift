import Vocabulary

extension LiveKitCredentials.Warning {
  /// The warning in one sentence, with what to do about it.
  package var text: String {
    switch self {
    case .readableByOthers(let file, let mode):
      "'\(file.harmless)' holds secrets and others can read it (mode \(String(mode, radix: 8))): chmod 600 it"
    case .environmentIncomplete(let missing):
      "\(missing.joined(separator: " and ")) is not set, so that no other LIVEKIT_ variable was used"
    case .otherSubdomain(let file, let wanted, let found):
      "'\(file.harmless)' is of project '\(wanted.harmless)', the credentials are of '\(found.harmless)'"
    }
  }
}
