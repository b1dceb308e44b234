import Libraries
import Machine
import TestSupport
import Testing

struct GzipReaderTests {
  /// What `gzip` makes of bytes.
  private static func gzip(_ bytes: [UInt8], _ options: String...) async throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try Files.write(bytes, to: folder.file("plain"), mode: 0o600)
    let run = try await Invocation(["/bin/gzip"] + options + [folder.file("plain")]).run(within: .seconds(30))
    #expect(run.succeeded)
    return try Files.read(folder.file("plain.gz"), limit: 1 << 24)
  }

  private static func text(_ size: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<size).map { _ in UInt8.random(in: 97...103, using: &random) }
  }

  /// Reads in pieces of `piece` bytes into room for `room`.
  private static func read(_ packed: [UInt8], piece: Int, room: Int) throws -> [UInt8] {
    let reader = GzipReader()
    var all: [UInt8] = []
    var output = [UInt8](repeating: 0, count: room)
    for start in stride(from: 0, to: packed.count, by: piece) {
      let input = Array(packed[start..<min(start + piece, packed.count)])
      var place = 0
      while true {
        let (used, written) = try reader.read(input, from: place, into: &output, at: 0)
        all += output[..<written]
        place += used
        if place == input.count, written < room { break }
      }
    }
    try reader.finish()
    return all
  }

  @Test(arguments: [(1, 7), (3, 100), (1_000, 64), (65_536, 65_536)])
  func whatGzipWritesIsReadInPiecesOfAnySize(piece: Int, room: Int) async throws {
    let plain = Self.text(40_000)
    #expect(try Self.read(try await Self.gzip(plain), piece: piece, room: room) == plain)
  }

  @Test func membersOneAfterTheOtherAreOneText() async throws {
    let (first, second) = (Self.text(5_000), Self.text(300, seed: 2))
    let packed = try await Self.gzip(first, "-1") + Self.gzip([]) + Self.gzip(second, "-9")
    #expect(try Self.read(packed, piece: 11, room: 50) == first + second)
  }

  @Test func zerosAfterTheLastMemberEndTheData() async throws {
    let packed = try await Self.gzip(Array("line\n".utf8)) + [UInt8](repeating: 0, count: 512)
    #expect(try Self.read(packed, piece: 64, room: 64) == Array("line\n".utf8))
  }

  @Test func aCutFileIsTruncatedWithWhatWasThereRead() async throws {
    let packed = try await Self.gzip(Self.text(5_000)).dropLast(10)
    #expect(throws: GzipReader.Fault.truncated) { try Self.read(Array(packed), piece: 64, room: 64) }
  }

  @Test(arguments: [0, 1, 40, 2_000])
  func aChangedByteIsCorrupt(place: Int) async throws {
    var packed = try await Self.gzip(Self.text(20_000))
    packed[place] ^= 0x55
    #expect(throws: GzipReader.Fault.self) { try Self.read(packed, piece: 4_096, room: 4_096) }
  }

  @Test func somethingElseAfterAMemberIsCorrupt() async throws {
    let packed = try await Self.gzip(Array("line\n".utf8)) + Array("plain text".utf8)
    #expect(throws: GzipReader.Fault.self) { try Self.read(packed, piece: 4_096, room: 4_096) }
  }

  @Test func gzipDataIsRecognizedByItsFirstBytes() async throws {
    #expect(GzipReader.recognizes(try await Self.gzip([1])))
    #expect(!GzipReader.recognizes(Array("{\"message\"".utf8)))
    #expect(!GzipReader.recognizes([]))
  }
}
