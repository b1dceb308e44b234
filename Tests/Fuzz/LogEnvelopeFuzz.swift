import Logs
import Vocabulary

/// Every line can be opened, with a harmless origin; what is in no wrapping is given as it is.
func fuzzLogEnvelope(_ bytes: [UInt8]) {
  let envelope = LogEnvelope.open(bytes[...])
  precondition(envelope.origin.map { $0 == $0.harmless } ?? true)
  if envelope.wrapping == nil { precondition(envelope.content.elementsEqual(bytes)) }
  // What is in quotes grows when it is unescaped, by U+FFFD for a lone half at most; a message is put into an object again.
  precondition(envelope.content.count <= 4 * bytes.count + 32)
}
