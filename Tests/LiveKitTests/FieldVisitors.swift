import Documents
import LiveKit
import TestSupport

/// Lists a message's fields: number, kind, and the messages and enumerations below.
final class SchemaVisitor: FieldVisitor {
  private(set) var fields: [Int: String] = [:]
  private(set) var messages: [String: [Int: String]] = [:]

  static func schema(of roots: any WireMessage.Type...) throws -> [String: [Int: String]] {
    let visitor = SchemaVisitor()
    for root in roots { try visitor.list(root) }
    return visitor.messages
  }

  private func list<Message: WireMessage>(_ type: Message.Type) throws {
    let name = "\(type)"
    guard messages[name] == nil else { return }
    messages[name] = [:]
    let visitor = SchemaVisitor()
    visitor.messages = messages
    var message = Message()
    var visiting = visitor
    try message.fields(&visiting)
    messages = visitor.messages
    messages[name] = visitor.fields
  }

  private func add(_ number: Int, _ kind: String) {
    precondition(fields.updateValue(kind, forKey: number) == nil, "the number \(number) is used twice")
  }

  private func numbers<Choice: WireChoice>(_ type: Choice.Type) -> String {
    (-1...40).map { Int32($0) }
      .filter { !"\(Choice(number: $0))".hasPrefix("unrecognized") && Choice(number: $0).number == $0 }
      .map { "\($0)" }.joined(separator: ",")
  }

  func string(_ number: Int, _ value: inout String) { add(number, "string") }
  func optionalString(_ number: Int, _ value: inout String?) { add(number, "optional string") }
  func boolean(_ number: Int, _ value: inout Bool) { add(number, "bool") }
  func int32(_ number: Int, _ value: inout Int32) { add(number, "int32") }
  func int64(_ number: Int, _ value: inout Int64) { add(number, "int64") }
  func uint32(_ number: Int, _ value: inout UInt32) { add(number, "uint32") }
  func uint64(_ number: Int, _ value: inout UInt64) { add(number, "uint64") }
  func float(_ number: Int, _ value: inout Float) { add(number, "float") }
  func choice<Choice: WireChoice>(_ number: Int, _ value: inout Choice) { add(number, "enum " + numbers(Choice.self)) }
  func optionalChoice<Choice: WireChoice>(_ number: Int, _ value: inout Choice?) {
    add(number, "optional enum " + numbers(Choice.self))
  }
  func choices<Choice: WireChoice>(_ number: Int, _ values: inout [Choice]) {
    add(number, "repeated enum " + numbers(Choice.self))
  }
  func strings(_ number: Int, _ values: inout [String]) { add(number, "repeated string") }
  func stringMap(_ number: Int, _ values: inout [String: String]) { add(number, "map") }
  func message<Message: WireMessage>(_ number: Int, _ value: inout Message?) throws {
    add(number, "message \(Message.self)")
    try list(Message.self)
  }
  func messages<Message: WireMessage>(_ number: Int, _ values: inout [Message]) throws {
    add(number, "repeated message \(Message.self)")
    try list(Message.self)
  }
  func oneOf<Content>(_ cases: [WireCase<Content>], _ value: inout Content?) throws {
    var visitor: any FieldVisitor = self
    for alternative in cases { try alternative.visit(&visitor) }
  }
}

/// Fills a message with random values, extremes and zeros among them.
struct RandomVisitor: FieldVisitor {
  var random: SeededGenerator
  var depth = 0

  static func message<Message: WireMessage>(_ type: Message.Type, _ random: inout SeededGenerator) throws -> Message {
    var visitor = RandomVisitor(random: random)
    var message = Message()
    try message.fields(&visitor)
    random = visitor.random
    return message
  }

  private mutating func chance() -> Bool { Bool.random(using: &random) }
  private mutating func text() -> String {
    let pieces = ["a", "é", "😀", "\u{0}", "agent-AJ_x", " ", "\n"]
    return (0..<Int.random(in: 0...5, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
  }
  private mutating func bits() -> UInt64 { random.next() >> UInt64.random(in: 0...63, using: &random) }

  mutating func string(_ number: Int, _ value: inout String) { if chance() { value = text() } }
  mutating func optionalString(_ number: Int, _ value: inout String?) { if chance() { value = text() } }
  mutating func boolean(_ number: Int, _ value: inout Bool) { value = chance() }
  mutating func int32(_ number: Int, _ value: inout Int32) { if chance() { value = Int32(truncatingIfNeeded: bits()) } }
  mutating func int64(_ number: Int, _ value: inout Int64) { if chance() { value = Int64(bitPattern: bits()) } }
  mutating func uint32(_ number: Int, _ value: inout UInt32) {
    if chance() { value = UInt32(truncatingIfNeeded: bits()) }
  }
  mutating func uint64(_ number: Int, _ value: inout UInt64) { if chance() { value = bits() } }
  mutating func float(_ number: Int, _ value: inout Float) {
    value = [0, -0.0, 0.1, 1, .greatestFiniteMagnitude, -.infinity].randomElement(using: &random) ?? 0
  }
  mutating func choice<Choice: WireChoice>(_ number: Int, _ value: inout Choice) {
    value = Choice(number: Int32.random(in: -2...18, using: &random))
  }
  mutating func optionalChoice<Choice: WireChoice>(_ number: Int, _ value: inout Choice?) {
    if chance() { value = Choice(number: Int32.random(in: -1...2, using: &random)) }
  }
  mutating func choices<Choice: WireChoice>(_ number: Int, _ values: inout [Choice]) {
    values = (0..<Int.random(in: 0...3, using: &random)).map { _ in
      Choice(number: Int32.random(in: -1...6, using: &random))
    }
  }
  mutating func strings(_ number: Int, _ values: inout [String]) {
    values = (0..<Int.random(in: 0...3, using: &random)).map { _ in text() }
  }
  mutating func stringMap(_ number: Int, _ values: inout [String: String]) {
    for _ in 0..<Int.random(in: 0...3, using: &random) { values[text()] = text() }
  }
  mutating func message<Message: WireMessage>(_ number: Int, _ value: inout Message?) throws {
    guard depth < 6, chance() else { return }
    value = try filled()
  }
  mutating func messages<Message: WireMessage>(_ number: Int, _ values: inout [Message]) throws {
    guard depth < 6 else { return }
    for _ in 0..<Int.random(in: 0...2, using: &random) { values.append(try filled()) }
  }
  mutating func oneOf<Content>(_ cases: [WireCase<Content>], _ value: inout Content?) {}

  private mutating func filled<Message: WireMessage>() throws -> Message {
    var message = Message()
    depth += 1
    defer { depth -= 1 }
    try message.fields(&self)
    return message
  }
}

extension WorkerMessage {
  static func random(_ random: inout SeededGenerator) throws -> WorkerMessage {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: WorkerMessage(.register(try RandomVisitor.message(RegisterWorkerRequest.self, &random)))
    case 1: WorkerMessage(.availability(try RandomVisitor.message(AvailabilityResponse.self, &random)))
    case 2: WorkerMessage(.updateWorker(try RandomVisitor.message(UpdateWorkerStatus.self, &random)))
    case 3: WorkerMessage(.updateJob(try RandomVisitor.message(UpdateJobStatus.self, &random)))
    case 4: WorkerMessage(.ping(try RandomVisitor.message(WorkerPing.self, &random)))
    case 5: WorkerMessage(.simulateJob(try RandomVisitor.message(SimulateJobRequest.self, &random)))
    default: WorkerMessage(.migrateJob(try RandomVisitor.message(MigrateJobRequest.self, &random)))
    }
  }
}

extension ServerMessage {
  static func random(_ random: inout SeededGenerator) throws -> ServerMessage {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: ServerMessage(.register(try RandomVisitor.message(RegisterWorkerResponse.self, &random)))
    case 1: ServerMessage(.availability(try RandomVisitor.message(AvailabilityRequest.self, &random)))
    case 2: ServerMessage(.assignment(try RandomVisitor.message(JobAssignment.self, &random)))
    case 3: ServerMessage(.pong(try RandomVisitor.message(WorkerPong.self, &random)))
    case 4: ServerMessage(.termination(try RandomVisitor.message(JobTermination.self, &random)))
    default: ServerMessage(.goAway(try RandomVisitor.message(GoAway.self, &random)))
    }
  }
}
