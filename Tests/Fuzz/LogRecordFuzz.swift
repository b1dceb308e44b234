import Logs

/// Records of several lines: around each line of the bytes as a scan would ask, then read.
func fuzzLogRecord(_ bytes: [UInt8]) {
  var (floor, start) = (0, 0)
  while start < bytes.count {
    let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    if start >= floor {
      let record = RecordBounds.record(around: start..<end, in: bytes, bytes.count, from: floor)
      precondition(record.contains(start) || record.isEmpty && start == end)
      for record in LogRecord.read(bytes[record]) { precondition(record.line.summary.count <= 300) }
      floor = record.upperBound
    }
    start = end + 1
  }
}
