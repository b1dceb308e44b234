import CCrypto

/// The SHA-256 of bytes that come piece by piece.
///
/// One stream belongs to one task at a time.
@safe package final class DigestStream {
  private let context: OpaquePointer

  /// The digest of nothing yet.
  package init() {
    // Both calls fail for want of memory alone; the context is freed in `deinit`.
    guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no memory")
    }
    unsafe self.context = context
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  /// Takes the next bytes.
  package func update(_ bytes: ArraySlice<UInt8>) {
    // The pointer covers the slice for the call.
    let done = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    precondition(done == 1, "libcrypto refused a digest")
  }

  /// The digest as 64 lower-case hexadecimal digits; nothing may follow.
  package func finish() -> String {
    var digest = [UInt8](repeating: 0, count: 64)
    var length: UInt32 = 0
    // The buffer is longer than any digest: EVP_MAX_MD_SIZE is 64.
    let done = unsafe EVP_DigestFinal_ex(context, &digest, &length)
    precondition(done == 1, "libcrypto refused a digest")
    return Hashing.hexadecimal(digest.prefix(Int(length)))
  }
}
