import CDeflate

/// Writes gzip members by libdeflate. Members that follow each other are one gzip file, so each can be made on a core of its own.
package enum GzipMember {
  /// As small as gzip's own default makes it, in half the time.
  private static let level: Int32 = 6

  /// The bytes as one member: the same bytes give the same member, without a name or a time.
  package static func compress(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let input = Array(bytes)
    // The compressor is this call's own: libdeflate's may not be shared between threads.
    guard let compressor = unsafe libdeflate_alloc_compressor(level) else {
      preconditionFailure("libdeflate has no memory")
    }
    defer { unsafe libdeflate_free_compressor(compressor) }
    let bound = unsafe libdeflate_gzip_compress_bound(compressor, input.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      // Both buffers hold what is said of them; the bound is enough for any input, so nothing is cut off.
      count = unsafe libdeflate_gzip_compress(compressor, input, input.count, output.baseAddress, bound)
      precondition(count > 0, "libdeflate's own bound is too small")
    }
  }
}
