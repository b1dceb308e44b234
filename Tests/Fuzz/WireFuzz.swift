import Documents
import LiveKit

/// Any bytes are a message, or are refused; and a message that was read is written and read again as the same.
func fuzzWire(_ bytes: [UInt8]) {
  check(WorkerMessage.self, bytes)
  check(ServerMessage.self, bytes)
}

private func check<Message: WireMessage>(_ type: Message.Type, _ bytes: [UInt8]) {
  do {
    let message = try Wire.decode(type, from: bytes)
    let written = try Wire.encode(message)
    // By bytes: a number that is none is not equal to itself.
    let again = try Wire.encode(Wire.decode(type, from: written))
    precondition(again == written)
  } catch {
    precondition(error is WireFailure)
  }
}
