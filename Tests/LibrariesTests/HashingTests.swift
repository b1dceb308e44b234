import Libraries
import TestSupport
import Testing

struct HashingTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256HasTheDigestsOfFIPS180(text: String, digest: String) {
    #expect(Hashing.hexadecimal(.sha256, of: Array(text.utf8)) == digest)
  }

  @Test func sha1HasTheDigestsOfRFC3174AndRFC6455() {
    #expect(Hashing.hexadecimal(.sha1, of: Array("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    let key = "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    #expect(Hashing.hexadecimal(.sha1, of: Array(key.utf8)) == "b37a4f2cc0624f1690f64606cf385945b2bec4ea")
  }

  @Test(
    arguments: [
      (
        [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ] as [([UInt8], [UInt8], String)])
  func hmacHasTheCodesOfRFC4231(key: [UInt8], bytes: [UInt8], code: String) {
    #expect(Hashing.hmacSHA256(of: bytes, key: key).hexadecimal == code)
  }

  @Test func equalityIsByAllBytes() {
    let bytes = Hashing.randomBytes(32)
    #expect(Hashing.areEqual(bytes, bytes))
    #expect(Hashing.areEqual([], []))
    #expect(!Hashing.areEqual(bytes, Array(bytes.dropLast())))
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 1
      #expect(!Hashing.areEqual(bytes, other))
    }
  }

  @Test func randomBytesDiffer() {
    #expect(Hashing.randomBytes(0).isEmpty)
    #expect(Set((0..<1_000).map { _ in Hashing.randomBytes(16) }).count == 1_000)
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func pythonsHashlibAndHmacSayTheSame() async throws {
    var random = SeededGenerator(seed: 9)
    let cases = (0..<300).map { count in
      (
        key: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) },
        bytes: (0..<count * 7 % 5_000).map { _ in UInt8.random(in: 0...255, using: &random) }
      )
    }
    let answers = try await Python.judge(
      "hash_judge.py", lines: cases.map { "x\($0.key.hexadecimal) x\($0.bytes.hexadecimal)" })
    #expect(answers.count == cases.count)
    for ((key, bytes), answer) in zip(cases, answers) {
      let own = [
        Hashing.hexadecimal(.sha1, of: bytes), Hashing.hexadecimal(.sha256, of: bytes),
        Hashing.hmacSHA256(of: bytes, key: key).hexadecimal,
      ]
      #expect(own.joined(separator: " ") == answer)
    }
  }
}
