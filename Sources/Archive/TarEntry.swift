/// What a tar archive says of one entry.
package struct TarEntry: Hashable, Sendable {
  /// What an entry is.
  package enum Kind: Sendable { case file, folder }

  /// Its path, relative, `/` between its parts, without `/` at its end.
  package let path: String
  package let kind: Kind
  /// The size of its content in bytes; 0 of a folder.
  package let size: Int
  /// The permission bits.
  package let mode: Int
  /// When it was last changed, in seconds since 1970.
  package let modified: Int

  /// An entry.
  package init(path: String, kind: Kind = .file, size: Int, mode: Int = 0o600, modified: Int = 0) {
    self.path = path
    self.kind = kind
    self.size = size
    self.mode = mode
    self.modified = modified
  }

  /// Throws `ArchiveFailure.badName` for a path that could lead out of the folder that an archive is unpacked in, or
  /// deceive who reads it.
  static func check(_ path: String) throws(ArchiveFailure) {
    func refuse(_ reason: String) -> ArchiveFailure { .badName(path, reason: reason) }
    if path.isEmpty { throw refuse("it has no name") }
    if path.utf8.first == UInt8(ascii: "/") { throw refuse("it begins at the root") }
    if path.utf8.count > 1_024 { throw refuse("it is longer than 1,024 bytes") }
    if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0xFFFD }) {
      throw refuse("it holds bytes that are no text")
    }
    if path.utf8.contains(UInt8(ascii: "\\")) { throw refuse("it holds a backslash") }
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      switch part {
      case "": throw refuse("a part of it is empty")
      case ".", "..": throw refuse("it leads out of its folder, or nowhere")
      case _ where part.utf8.count > 255: throw refuse("a part of it is longer than 255 bytes")
      default: continue
      }
    }
  }
}

/// How long things are in a tar archive.
enum TarBlock {
  /// Everything is made of blocks of this size.
  static let size = 512
  /// The largest size that the header's own field can say: beyond it an extended header does.
  static let largestPlainSize = 0o777_7777_7777
  /// How much follows content up to the next block.
  static func padding(after size: Int) -> Int { (Self.size - size % Self.size) % Self.size }
}
