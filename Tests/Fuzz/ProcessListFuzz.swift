import Documents
import Machine
import Triage

/// Any text is a list of processes or none, and whatever tree comes of it is judged, written and read back; any bytes are a
/// process's status, its sockets or neither.
func fuzzProcessList(_ bytes: [UInt8]) {
  _ = ProcessSignals(status: bytes)
  let text = String(decoding: bytes, as: UTF8.self)
  guard let tree = ProcessListing.read(text, name: "fuzz", source: "fuzz") else { return }
  var file = CaseFile()
  file.trees = [tree]
  guard let written = try? CanonicalJSON.encode(file),
    let read = try? CanonicalJSON.decode(CaseFile.self, from: written),
    let diagnosis = try? CanonicalJSON.encode(Diagnosis(of: read)),
    let own = try? CanonicalJSON.encode(Diagnosis(of: file))
  else { preconditionFailure("a case cannot be written and read back") }
  precondition(diagnosis == own)
}
