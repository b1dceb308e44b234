import Archive
import Libraries

/// Any bytes, packed as gzip data and as they are, are an archive that can be read to its end, or are refused; no entry leads
/// out of its folder.
func fuzzArchive(_ bytes: [UInt8]) {
  for packed in [GzipMember.compress(bytes), bytes] {
    var reader = ArchiveReader { count, offset in Array(packed.dropFirst(offset).prefix(count)) }
    do {
      while let entry = try reader.next() {
        precondition(!entry.path.hasPrefix("/") && !entry.path.split(separator: "/").contains(".."))
        while try reader.read() != nil {}
      }
    } catch {
      precondition(error is ArchiveFailure)
    }
  }
}
