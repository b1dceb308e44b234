extension TarHeader {
  /// A header's block as it stands there.
  struct Raw {
    let path: String
    let type: UInt8
    let size: Int
    let mode: Int
    let modified: Int
  }

  /// What a block says; nil for a block of zeros, of which two end an archive.
  static func read(_ block: [UInt8], at place: Int) throws(ArchiveFailure) -> Raw? {
    if block.allSatisfy({ $0 == 0 }) { return nil }
    func damaged(_ reason: String) -> ArchiveFailure { .damaged(at: place, reason: reason) }
    guard number(block[148..<156]) == checksum(of: block) else { throw damaged("a header's check sum differs") }
    guard block[257..<262].elementsEqual("ustar".utf8) else { throw damaged("a header is older than POSIX's") }
    guard let size = number(block[124..<136]), let mode = number(block[100..<108]) else {
      throw damaged("a header's number is none")
    }
    // GNU's headers say `ustar  ` and have times where POSIX's have the folders of a long path.
    let prefix = block[262] == 0 ? text(block[345..<500]) : ""
    let name = text(block[0..<100])
    return Raw(
      path: prefix.isEmpty ? name : prefix + "/" + name, type: block[156], size: size, mode: mode & 0o7777,
      modified: number(block[136..<148]) ?? 0)
  }

  /// Bytes up to the first zero; what is no UTF-8 becomes U+FFFD, which no name may hold.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Octal digits between spaces and zeros, or GNU's binary numbers, whose first bit is set; nil for anything else.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first == 0x80 {
      let bytes = field.dropFirst().drop { $0 == 0 }
      guard bytes.count < 8 else { return nil }
      return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  /// The records of an extended header that matter here; nil for what is none.
  static func extended(_ bytes: [UInt8]) -> (path: String?, size: Int?)? {
    var (path, size): (String?, Int?)
    var rest = bytes[...]
    while let first = rest.first, first != 0 {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard
        (1...7).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
        length > digits.count + 3, length <= rest.count
      else { return nil }
      let record = rest.prefix(length)
      guard record.last == UInt8(ascii: "\n"), let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return nil }
      let value = String(decoding: record[(equals + 1)...].dropLast(), as: UTF8.self)
      switch String(decoding: record[..<equals].dropFirst(digits.count + 1), as: UTF8.self) {
      case "path":
        guard !value.unicodeScalars.contains("\0") else { return nil }
        path = value
      case "size":
        guard let number = Int(value), number >= 0, number < 1 << 56 else { return nil }
        size = number
      // Files with holes, whose content is not what stands in the archive.
      case let key where key.hasPrefix("GNU.sparse"): return nil
      default: break
      }
      rest = rest.dropFirst(length)
    }
    return (path, size)
  }
}
