import Vocabulary

extension RoomName {
  /// What the names of rooms begin with that `sluice` makes to see where new sessions land.
  private static let probePrefix = "sluice-probe-"

  /// The room of a probe; the label says whose it is.
  package static func probe(_ label: String) -> RoomName { RoomName(probePrefix + label) }

  /// Whether it is the room of a probe, of this run or of any other.
  package var isProbe: Bool { rawValue.hasPrefix(RoomName.probePrefix) }
}
