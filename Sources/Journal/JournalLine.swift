import Documents
import Libraries
import Vocabulary

/// A record as the bytes of its line: `{"hash":"…","kind":…,"payload":…,"previous":"…","sequence":…,"time":…}`.
///
/// `hash` is the SHA-256 of the line without that key, so that a changed byte is known by its own line; `previous` is the
/// SHA-256 of the whole line before, so that no line can be taken out, put in or exchanged.
enum JournalLine {
  /// What the first record has for the line before.
  static let noLine = String(repeating: "0", count: 64)

  private static let opening = Array(#"{"hash":""#.utf8)
  private static let closing = Array(#"","#.utf8)

  /// The line of a record, without its end.
  static func encode(_ record: JournalRecord) throws -> [UInt8] {
    let body = try CanonicalJSON.encode(record)
    return opening + Array(Hashing.hexadecimal(.sha256, of: body).utf8) + closing + body.dropFirst()
  }

  /// What stands before the next line for this one.
  static func hash(_ line: [UInt8]) -> String { Hashing.hexadecimal(.sha256, of: line) }

  /// The same record with the hashes that it has after another line; what is no record stays as it is, and is found by
  /// reading.
  static func chained(_ line: [UInt8], after previous: String) -> [UInt8] {
    let start = opening.count + 64 + closing.count
    let key = Array(#""previous":""#.utf8)
    guard line.count > start, line.starts(with: opening) else { return line }
    var body = [UInt8(ascii: "{")] + line[start...]
    // Keys are sorted: the record's own is behind its payload, and no text can hold it, since quotes are escaped there.
    let place = body.indices.dropLast(key.count + 64).last { body[$0...].starts(with: key) }
    guard let place else { return line }
    body.replaceSubrange(place + key.count..<place + key.count + 64, with: previous.utf8)
    return opening + Array(Hashing.hexadecimal(.sha256, of: body).utf8) + closing + body.dropFirst()
  }

  /// The record of a line, its own hash checked; throws what is wrong with it in words.
  static func decode(_ line: [UInt8]) throws(Problem) -> JournalRecord {
    let start = opening.count + 64 + closing.count
    guard line.count > start, line.starts(with: opening), line[(start - closing.count)...].starts(with: closing) else {
      throw Problem(reason: "it is no record of a journal")
    }
    let body = [UInt8(ascii: "{")] + line[start...]
    let hash = String(decoding: line[opening.count..<(start - closing.count)], as: UTF8.self)
    guard hash == Hashing.hexadecimal(.sha256, of: body) else {
      throw Problem(reason: "it is not what was written: its hash differs")
    }
    do {
      return try CanonicalJSON.decode(JournalRecord.self, from: body)
    } catch let failure as CodingFailure {
      throw Problem(reason: [failure.what, failure.why].compactMap(\.self).joined(separator: ": "))
    } catch {
      throw Problem(reason: "it cannot be read")
    }
  }

  struct Problem: Error { let reason: String }
}
