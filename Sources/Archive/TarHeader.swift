/// Writes headers as POSIX (ustar, and pax where that cannot say it) lays them down: root's, without a time of today.
enum TarHeader {
  /// Everything that stands before an entry's content; a multiple of 512 bytes.
  static func bytes(of entry: TarEntry) throws(ArchiveFailure) -> [UInt8] {
    try TarEntry.check(entry.path)
    let path = entry.kind == .folder ? entry.path + "/" : entry.path
    var records: [UInt8] = []
    var split = self.split(Array(path.utf8))
    if split == nil {
      records += record("path", path)
      // What a reader without pax sees.
      split = ([], Array("long-name".utf8))
    }
    if entry.size > TarBlock.largestPlainSize { records += record("size", String(entry.size)) }
    var bytes: [UInt8] = []
    if !records.isEmpty {
      bytes += block(([], Array("PaxHeader".utf8)), type: "x", entry, size: records.count)
      bytes += records + [UInt8](repeating: 0, count: TarBlock.padding(after: records.count))
    }
    // A size that an extended header says is zero here, as the largest field is too small for it.
    let size = entry.size > TarBlock.largestPlainSize ? 0 : entry.size
    return bytes + block(split ?? ([], []), type: entry.kind == .folder ? "5" : "0", entry, size: size)
  }

  /// What ends an archive.
  static let end = [UInt8](repeating: 0, count: 2 * TarBlock.size)

  /// `27 path=…\n`, whose length counts itself.
  private static func record(_ key: String, _ value: String) -> [UInt8] {
    let body = " \(key)=\(value)\n".utf8.count
    var length = body + 1
    while "\(length)".utf8.count + body != length { length = "\(length)".utf8.count + body }
    return Array("\(length) \(key)=\(value)\n".utf8)
  }

  /// The path as the header's two fields hold it: up to 155 bytes of folders, up to 100 of the rest; nil when it does not fit, or
  /// is not ASCII, which readers take for different texts.
  private static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
    guard path.allSatisfy({ $0 < 0x80 }) else { return nil }
    if path.count <= 100 { return ([], path) }
    let slash = path.indices.dropLast().first { path[$0] == UInt8(ascii: "/") && path.count - $0 - 1 <= 100 }
    guard let slash, slash > 0, slash <= 155 else { return nil }
    return (Array(path[..<slash]), Array(path[(slash + 1)...]))
  }

  private static func block(
    _ path: (prefix: [UInt8], name: [UInt8]), type: Unicode.Scalar, _ entry: TarEntry, size: Int
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: TarBlock.size)
    func put(_ bytes: some Collection<UInt8>, at offset: Int) {
      block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    func octal(_ number: Int, _ digits: Int, at offset: Int) {
      let text = String(number, radix: 8)
      put(Array((String(repeating: "0", count: max(0, digits - text.utf8.count)) + text).utf8), at: offset)
    }
    put(path.name, at: 0)
    octal(entry.mode & 0o7777, 7, at: 100)
    octal(0, 7, at: 108)
    octal(0, 7, at: 116)
    octal(size, 11, at: 124)
    octal(min(max(entry.modified, 0), TarBlock.largestPlainSize), 11, at: 136)
    put(Array("        ".utf8), at: 148)
    block[156] = UInt8(ascii: type)
    put(Array("ustar\u{0}00".utf8), at: 257)
    put(path.prefix, at: 345)
    octal(checksum(of: block), 6, at: 148)
    block[154] = 0
    return block
  }

  /// The sum of a header's bytes, those of the sum itself taken as spaces.
  static func checksum(of block: [UInt8]) -> Int {
    block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
  }
}
