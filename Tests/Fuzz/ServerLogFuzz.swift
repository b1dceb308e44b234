import Cutover
import Logs

/// Any line can be taken, twice to the same facts, and no end comes before its agent joined.
func fuzzServerLog(_ bytes: [UInt8]) {
  var log = ServerLog()
  for line in bytes.split(separator: 0x0A) { log.take(Array(line)) }
  let ends = log.jobs.mapValues { log.end(of: $0) }
  for job in log.jobs.values {
    guard let end = log.end(of: job) else { continue }
    precondition(end.personLeftAt.map { $0 <= end.at } ?? true)
  }
  for line in bytes.split(separator: 0x0A) { log.take(Array(line)) }
  precondition(log.jobs.keys.allSatisfy { ends.keys.contains($0) })
  for worker in log.workers.values {
    guard let drain = log.drain(of: worker) else { continue }
    precondition((drain.finishedAt == nil) != (drain.timedOutAt == nil))
  }
  log.forgetTheOld()
}
