import Documents
import Journal

/// Any bytes are a journal, or are refused with a line; and any line is a record, or is refused: never a trap.
func fuzzJournal(_ bytes: [UInt8]) {
  var watch = JournalWatch(JournalReader(bytes: bytes), path: "fuzz")
  do {
    while try watch.next() != nil {}
  } catch {
    precondition(error is JournalFailure)
  }
  // Behind the hashes, which hardly any changed byte passes.
  for line in bytes.split(separator: UInt8(ascii: "\n")) {
    guard let record = try? CanonicalJSON.decode(JournalRecord.self, from: Array(line)) else { continue }
    if case .unknown = record.event { continue }
    precondition((try? CanonicalJSON.encode(record)) != nil)
  }
}
