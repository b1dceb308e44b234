import Libraries

/// Any bytes are unpacked or refused, and in pieces and small buffers to the same bytes as at once.
func fuzzGzip(_ bytes: [UInt8]) {
  let whole = unpacked(bytes, pieces: bytes.count, room: 65_536)
  let pieces = unpacked(bytes, pieces: 7, room: 11)
  precondition(whole.isRefused == pieces.isRefused)
  // What comes before a fault depends on how much was asked for.
  if !whole.isRefused { precondition(whole.bytes == pieces.bytes) }
}

/// What at most a mebibyte of output is, read in pieces of the input.
private func unpacked(_ bytes: [UInt8], pieces: Int, room: Int) -> (bytes: [UInt8], isRefused: Bool) {
  let reader = GzipReader()
  var buffer = [UInt8](repeating: 0, count: room)
  var result: [UInt8] = []
  var start = 0
  do {
    while start < bytes.count {
      let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
      var used = 0
      while result.count < 1 << 20 {
        let (taken, written) = try reader.read(piece, from: used, into: &buffer, at: 0)
        precondition(taken <= piece.count - used && written <= room)
        used += taken
        result += buffer[..<written]
        if written == 0, used == piece.count || taken == 0 { break }
      }
      guard result.count < 1 << 20 else { return ([], false) }
      start += piece.count
    }
    try reader.finish()
  } catch { return (result, true) }
  return (result, false)
}
