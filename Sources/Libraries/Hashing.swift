import CCrypto

/// Message digests, authentication codes, comparison and random bytes, by OpenSSL's libcrypto.
package enum Hashing {
  /// The digests that are used.
  package enum Algorithm: Sendable {
    /// 20 bytes; for the WebSocket handshake only (RFC 6455 §4.2.2).
    case sha1
    /// 32 bytes.
    case sha256
  }

  /// The digest of some bytes: 20 or 32 bytes long.
  package static func digest(_ algorithm: Algorithm, of bytes: [UInt8]) -> [UInt8] {
    let method = unsafe evp(algorithm)
    var digest = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    // Both buffers outlive the call; EVP_MAX_MD_SIZE is 64.
    let done = unsafe EVP_Digest(bytes, bytes.count, &digest, &length, method, nil)
    precondition(done == 1, "libcrypto refused a digest")
    return Array(digest.prefix(Int(length)))
  }

  /// The digest of some bytes as lower-case hexadecimal text.
  package static func hexadecimal(_ algorithm: Algorithm, of bytes: [UInt8]) -> String {
    hexadecimal(digest(algorithm, of: bytes))
  }

  static func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
    let alphabet = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [alphabet[Int($0 >> 4)], alphabet[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The HMAC-SHA-256 of some bytes: 32 bytes.
  package static func hmacSHA256(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    // All buffers outlive the call; the result is 32 bytes.
    let done = unsafe HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &code, &length)
    precondition(unsafe done != nil, "libcrypto refused an HMAC")
    return Array(code.prefix(Int(length)))
  }

  /// Whether two secrets are equal, in a time that depends on their length only.
  package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    // Both buffers hold `count` bytes.
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
  }

  /// Random bytes from the system's generator.
  package static func randomBytes(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // The buffer holds `count` bytes.
    let done = unsafe RAND_bytes(&bytes, Int32(count))
    precondition(done == 1, "libcrypto has no random bytes")
    return bytes
  }

  private static func evp(_ algorithm: Algorithm) -> OpaquePointer? {
    switch algorithm {
    case .sha1: unsafe EVP_sha1()
    case .sha256: unsafe EVP_sha256()
    }
  }
}
