/// How much of an archive is read: what comes from outside may be made to fill a disk or a day.
package struct ArchiveLimits: Sendable {
  /// Entries, folders included.
  package var entries = 100_000
  /// Bytes that it unpacks to.
  package var size = 256 << 30
  /// Bytes that it may unpack to whatever its own size is.
  package var free = 4 << 30
  /// Beyond those, how many times its own size it may unpack to.
  package var ratio = 200

  /// What evidence needs.
  package init() {}

  func check(unpacked: Int, packed: Int) throws(ArchiveFailure) {
    if unpacked > size { throw .tooLarge("it unpacks to more than \(size >> 20) MiB") }
    if unpacked > free, unpacked / ratio > packed {
      throw .tooLarge("it unpacks to more than \(ratio) times its own size")
    }
  }
}
