import Redaction

/// One key for every input: a crash that is found can be made again.
private let redactor = try? Redactor(key: [UInt8](repeating: 1, count: 32))

/// Redacts in pieces whose sizes the first byte gives, and looks the result over.
func fuzzRedaction(_ bytes: [UInt8]) {
  guard let redactor, let first = bytes.first else { return }
  var stream = redactor.stream("fuzz")
  var output: [UInt8] = []
  do throws(RedactionFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int(first) + 1)
      try stream.redact(part, into: &output)
      rest = rest.dropFirst(part.count)
    }
    try stream.finish(into: &output)
    _ = redactor.detector().leaks(in: output, file: "fuzz")
  } catch {
    // What cannot be redacted is refused.
  }
}
