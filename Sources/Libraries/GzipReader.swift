import CZlib

/// Reads gzip data piece by piece, by zlib: members of any number and length, in constant memory.
///
/// One reader belongs to one stream and one task at a time.
@safe package final class GzipReader {
  /// What is wrong with compressed data.
  package enum Fault: Error, Equatable {
    /// It is no gzip data from here on, or its check sum differs.
    case corrupt(String)
    /// It ends inside a member.
    case truncated
  }

  private var stream: z_stream
  private var isInsideMember = false
  private var hasMembers = false
  /// Zeros after the last member, as tapes and block devices leave them, end the data.
  private var isPadded = false

  /// A reader at the beginning of a stream.
  package init() {
    unsafe stream = z_stream()
    // 31: windows of 32 KiB in gzip's wrapping only. The struct outlives the stream: `deinit` ends it.
    let status = unsafe inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory")
  }

  deinit { unsafe inflateEnd(&stream) }

  /// Whether bytes are the beginning of gzip data.
  package static func recognizes(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

  /// Decompresses from `input[start...]` into `output[from...]`, as much as fits.
  ///
  /// - Returns: How many bytes of the input were used, and how many of the output were written. Neither is more than there is;
  ///   both are zero only where there is no room, or no input and
  ///   nothing held back.
  package func read(
    _ input: [UInt8], from start: Int, into output: inout [UInt8], at place: Int
  ) throws(Fault) -> (used: Int, written: Int) {
    var used = 0
    var written = 0
    var fault: Fault?
    // Both pointers cover what the two counts say, and zlib keeps neither beyond the calls: they are cleared at the end.
    unsafe input.withUnsafeBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        // What zlib holds back for want of room is asked for with no input at all.
        while fault == nil, place + written < target.count, !isPadded, isInsideMember || start + used < source.count {
          if !isInsideMember {
            if hasMembers, unsafe source[start + used] == 0 {
              isPadded = true
              break
            }
            unsafe inflateReset(&stream)
            isInsideMember = true
          }
          let available = source.count - start - used
          let room = target.count - place - written
          unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { unsafe $0 + start + used })
          unsafe stream.avail_in = UInt32(clamping: available)
          unsafe stream.next_out = target.baseAddress.map { unsafe $0 + place + written }
          unsafe stream.avail_out = UInt32(clamping: room)
          let status = unsafe inflate(&stream, Z_NO_FLUSH)
          used += unsafe min(available, Int(UInt32.max)) - Int(stream.avail_in)
          written += unsafe min(room, Int(UInt32.max)) - Int(stream.avail_out)
          switch status {
          case Z_OK: continue
          case Z_STREAM_END:
            isInsideMember = false
            hasMembers = true
            continue
          case Z_BUF_ERROR: break
          default:
            fault = unsafe .corrupt(stream.msg.map { unsafe String(cString: $0) } ?? "zlib's status is \(status)")
          }
          break
        }
        unsafe stream.next_in = nil
        unsafe stream.next_out = nil
      }
    }
    if let fault { throw fault }
    if isPadded { used = input.count - start }
    return (used, written)
  }

  /// To be called when the input has ended: throws when it ended inside a member.
  package func finish() throws(Fault) {
    if isInsideMember { throw .truncated }
  }
}
