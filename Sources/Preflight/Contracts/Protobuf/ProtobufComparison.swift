import Vocabulary

/// What is written in a protobuf contract's messages.
package enum ProtobufUse: String, CaseIterable, Sendable {
  /// Nothing but the binary format: buf's rules of the category WIRE.
  case wire
  /// JSON somewhere, be it a log: buf's WIRE_JSON.
  case wireJSON = "wire-json"
}

/// Compares two versions of protobuf contracts: the meaning of buf's WIRE and WIRE_JSON rules, and what an old reader meets.
///
/// A direction breaks where a value of the writer is read as another, is lost, or cannot be read; where buf's rules allow the
/// change all the same, it is `conditional`: it goes well as long as its phase is kept to.
struct ProtobufComparison {
  let old: ProtobufSchema
  let new: ProtobufSchema
  let use: ProtobufUse
  /// The contract's name.
  let contract: String
  private(set) var changes: [ContractChange] = []

  init(old: ProtobufSchema, new: ProtobufSchema, use: ProtobufUse, contract: String) {
    self.old = old
    self.new = new
    self.use = use
    self.contract = contract
    let moved = comparePackages()
    compareMessages(except: moved)
    compareEnums(except: moved)
    compareServices(except: moved)
  }

  static let both: [ContractDirection] = [.backward, .forward]

  /// What a change is reported of: its message, enum or service, both places, and the words before what happened to it.
  struct Spot {
    let subject: String
    let old: ContractPlace?
    let new: ContractPlace?
    var lead = ""
  }

  mutating func report(
    _ spot: Spot, _ kind: ContractChangeKind, _ effect: ContractChange.Effect, _ directions: [ContractDirection],
    _ what: String
  ) {
    add(kind, effect, directions, subject: spot.subject, old: spot.old, new: spot.new, spot.lead + what)
  }

  mutating func add(
    _ kind: ContractChangeKind, _ effect: ContractChange.Effect, _ directions: [ContractDirection], subject: String,
    old: ContractPlace?, new: ContractPlace?, _ what: String
  ) {
    changes.append(
      ContractChange(kind, effect, directions, contract: contract, subject: subject, old: old, new: new, what))
  }

  /// Files whose package changed; what was in them is not reported once more as gone, so their places' files are returned.
  private mutating func comparePackages() -> Set<String> {
    var pairs = Set(old.packages.keys).intersection(new.packages.keys).map { ($0, $0) }
    if pairs.isEmpty, old.packages.count == 1, new.packages.count == 1,
      let before = old.packages.keys.first, let after = new.packages.keys.first
    {
      pairs = [(before, after)]
    }
    for before in old.packages.keys where new.packages[before] == nil {
      // A tree that moved into a folder or out of it.
      let others = new.packages.keys.filter { old.packages[$0] == nil && Self.isMoved(before, $0) }
      if others.count == 1 { pairs.append((before, others[0])) }
    }
    var moved: Set<String> = []
    for (before, after) in pairs.sorted(by: <) {
      guard let was = old.packages[before], let `is` = new.packages[after], was.name != `is`.name else { continue }
      moved.formUnion([was.place.file, `is`.place.file])
      add(
        .packageChanged, .breaking, Self.both, subject: after, old: was.place, new: `is`.place,
        "the package changed from '\(was.name)' to '\(`is`.name)', and the name of everything in it")
    }
    return moved
  }

  private static func isMoved(_ path: String, _ other: String) -> Bool {
    path.hasSuffix("/" + other) || other.hasSuffix("/" + path)
  }

  // MARK: Enums

  private mutating func compareEnums(except moved: Set<String>) {
    let used = old.usedTypes
    for (name, was) in old.enums.sorted(by: { $0.key < $1.key }) {
      guard let now = new.enums[name] else {
        if moved.contains(was.place.file) { continue }
        removed(name, at: was.place, in: used, "the enum")
        continue
      }
      compare(was, now)
    }
  }

  private mutating func compare(_ was: ProtobufSchema.Enumeration, _ now: ProtobufSchema.Enumeration) {
    let spot = Spot(subject: was.name, old: was.place, new: now.place)
    for (number, names) in was.names.sorted(by: { $0.key < $1.key }) {
      let list = Self.list(names)
      guard let current = now.names[number] else {
        let isReserved =
          now.reserved.contains { $0.contains(Int64(number)) }
          && (use == .wire || names.allSatisfy(now.reservedNames.contains))
        report(
          spot, isReserved ? .enumValueRetired : .enumValueRemoved, isReserved ? .conditional : .breaking, [.backward],
          "the number \(number) (\(list)) is gone"
            + (isReserved ? " and reserved" : " and \(Self.notReserved(use))"))
        continue
      }
      if use == .wireJSON, !Set(names).isSubset(of: current) {
        report(
          spot, .enumValueName, .breaking, Self.both,
          "the number \(number) is called \(Self.list(current)), no longer \(list)")
      }
    }
    for (number, names) in now.names.sorted(by: { $0.key < $1.key }) where was.names[number] == nil {
      let meets =
        was.isClosed
        ? "an old reader takes the field for absent" : "an old reader gets a number that it has no name for"
      report(
        spot, .enumValueAdded, .conditional, [.forward], "the number \(number) (\(Self.list(names))) is new: \(meets)")
    }
    compareReserved(was.reserved, was.reservedNames, now.reserved, now.reservedNames, at: spot)
    if use == .wireJSON, was.hasStandardJSON, !now.hasStandardJSON {
      report(spot, .jsonFormat, .breaking, Self.both, "JSON of '\(was.name)' no longer follows the standard's rules")
    }
    if was.isClosed != now.isClosed {
      report(
        spot, .closedEnum, .conditional, [],
        "'\(was.name)' \(now.isClosed ? "takes a number that it does not know for absent" : "keeps numbers that it does not know"), and did not"
      )
    }
  }

  /// buf's rule on reservations: none may go, whatever becomes of the numbers.
  mutating func compareReserved(
    _ was: [Range<Int64>], _ wasNames: Set<String>, _ now: [Range<Int64>], _ nowNames: Set<String>, at spot: Spot
  ) {
    for range in was where !Self.covers(now, range) {
      let text = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound - 1)"
      report(spot, .reservedRemoved, .breaking, [.backward], "the number \(text) is no longer reserved")
    }
    for name in wasNames.subtracting(nowNames).sorted() {
      report(spot, .reservedRemoved, .breaking, [.backward], "the name '\(name)' is no longer reserved")
    }
  }

  private static func covers(_ ranges: [Range<Int64>], _ range: Range<Int64>) -> Bool {
    var start = range.lowerBound
    for candidate in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where candidate.contains(start) {
      start = candidate.upperBound
    }
    return start >= range.upperBound
  }

  static func list(_ names: [String]) -> String { names.sorted().map { "'\($0)'" }.joined(separator: ", ") }

  static func notReserved(_ use: ProtobufUse) -> String {
    use == .wire ? "its number is not reserved" : "its number and name are not both reserved"
  }

  // MARK: Services

  private mutating func compareServices(except moved: Set<String>) {
    for (name, was) in old.services.sorted(by: { $0.key < $1.key }) {
      guard let now = new.services[name] else {
        if moved.contains(was.place.file) { continue }
        add(
          .rpcRemoved, .breaking, [.backward], subject: name, old: was.place, new: nil, "the service '\(name)' is gone")
        continue
      }
      for (_, method) in was.methods.sorted(by: { $0.key < $1.key }) {
        compare(method, now.methods[method.name], in: name)
      }
      for (_, method) in now.methods.sorted(by: { $0.key < $1.key }) where was.methods[method.name] == nil {
        add(
          .rpcAdded, .conditional, [.forward], subject: name, old: nil, new: method.place,
          "the rpc '\(method.name)' is new: an old server does not know it")
      }
    }
    for (name, now) in new.services.sorted(by: { $0.key < $1.key })
    where old.services[name] == nil && !moved.contains(now.place.file) {
      add(
        .rpcAdded, .conditional, [.forward], subject: name, old: nil, new: now.place,
        "the service '\(name)' is new: an old server does not know it")
    }
  }

  private mutating func compare(
    _ was: ProtobufSchema.Method, _ now: ProtobufSchema.Method?, in service: String
  ) {
    guard let now else {
      return add(
        .rpcRemoved, .breaking, [.backward], subject: service, old: was.place, new: nil,
        "the rpc '\(was.name)' is gone: an old caller gets no answer")
    }
    let spot = Spot(subject: service, old: was.place, new: now.place, lead: "the rpc '\(was.name)' ")
    let (before, after) = (was.descriptor, now.descriptor)
    if before.input != after.input {
      report(
        spot, .rpcRequest, .breaking, Self.both, "takes '\(after.input.typeName)', no longer '\(before.input.typeName)'"
      )
    }
    if before.output != after.output {
      report(
        spot, .rpcResponse, .breaking, Self.both,
        "answers '\(after.output.typeName)', no longer '\(before.output.typeName)'")
    }
    if before.streamsIn != after.streamsIn {
      report(
        spot, .rpcStreaming, .breaking, Self.both,
        after.streamsIn ? "takes a stream of requests, and did not" : "no longer takes a stream of requests")
    }
    if before.streamsOut != after.streamsOut {
      report(
        spot, .rpcStreaming, .breaking, Self.both,
        after.streamsOut ? "answers with a stream, and did not" : "no longer answers with a stream")
    }
    let (idempotency, newIdempotency) = (before.options?.idempotency ?? 0, after.options?.idempotency ?? 0)
    if idempotency != newIdempotency {
      report(
        spot, .rpcIdempotency, .breaking, Self.both,
        "has another idempotency level: \(newIdempotency), not \(idempotency)")
    }
  }
}

extension String {
  /// A type's full name without the dot before it.
  fileprivate var typeName: String { String(drop { $0 == "." }) }
}
