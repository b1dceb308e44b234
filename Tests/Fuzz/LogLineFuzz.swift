import Logs
import Vocabulary

/// Every line can be read, and a worker's log takes any bytes in any pieces to the same facts.
func fuzzLogLine(_ bytes: [UInt8]) {
  let line = LogLine(bytes)
  precondition(line.summary.count <= 300)
  precondition(!line.summary.contains("\n"))
  precondition(line.form != .text || line.fields.isEmpty)

  let readAt = Timestamp(milliseconds: 0)
  var whole = WorkerLog()
  whole.append(bytes[...], readAt: readAt)
  whole.finishLines(readAt: readAt)
  var pieces = WorkerLog()
  let middle = bytes.count / 2
  pieces.append(bytes[..<middle], readAt: readAt)
  pieces.append(bytes[middle...], readAt: readAt)
  pieces.finishLines(readAt: readAt)
  precondition(whole.drain == pieces.drain && whole.jobs == pieces.jobs && whole.errors == pieces.errors)
  precondition(whole.lastLines(24) == pieces.lastLines(24))
  // A drain is finished only by a worker that had taken the request and did not give up.
  precondition(whole.drain.finishedAt == nil || whole.drain.confirmedAt != nil)
}
