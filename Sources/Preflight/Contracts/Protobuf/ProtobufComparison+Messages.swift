import Vocabulary

extension ProtobufComparison {
  mutating func compareMessages(except moved: Set<String>) {
    let used = old.usedTypes
    for (name, was) in old.messages.sorted(by: { $0.key < $1.key }) {
      guard let now = new.messages[name] else {
        // The entries of a map are part of its field.
        if was.isMapEntry || moved.contains(was.place.file) { continue }
        removed(name, at: was.place, in: used, "the message")
        continue
      }
      compare(was, now)
    }
  }

  /// A type that a field uses is missed there; one that is sent by itself may be missed by whoever reads it.
  mutating func removed(_ name: String, at place: ContractPlace, in used: Set<String>, _ words: String) {
    let isUsed = used.contains(name)
    add(
      .messageRemoved, isUsed ? .none : .undecided, isUsed ? [] : [.backward], subject: name, old: place, new: nil,
      "\(words) '\(name)' is gone" + (isUsed ? "" : ", and whether an old version still sends it is not known"))
  }

  private mutating func compare(_ was: ProtobufSchema.Message, _ now: ProtobufSchema.Message) {
    for (_, field) in was.fields.sorted(by: { $0.key < $1.key }) {
      if let current = now.fields[field.number] {
        compare(field, current, in: was, now)
      } else {
        removed(field, from: was, now)
      }
    }
    for (number, field) in now.fields.sorted(by: { $0.key < $1.key }) where was.fields[number] == nil {
      added(field, to: was, now)
    }
    compareReserved(
      was.reserved, was.reservedNames, now.reserved, now.reservedNames,
      at: Spot(subject: was.name, old: was.place, new: now.place))
    if use == .wireJSON, was.hasStandardJSON, !now.hasStandardJSON {
      add(
        .jsonFormat, .breaking, Self.both, subject: was.name, old: was.place, new: now.place,
        "JSON of '\(was.name)' no longer follows the standard's rules")
    }
  }

  private mutating func removed(
    _ field: ProtobufSchema.Field, from was: ProtobufSchema.Message, _ now: ProtobufSchema.Message
  ) {
    let spot = Spot(
      subject: was.name, old: field.place, new: now.place, lead: "the field \(field.described) ")
    if field.cardinality == .required {
      report(spot, .requiredFieldRemoved, .breaking, [.forward], "is gone, and old readers cannot do without it")
    }
    let isReserved =
      now.reserved.contains { $0.contains(Int64(field.number)) }
      && (use == .wire || field.isExtension || now.reservedNames.contains(field.name))
    if isReserved {
      report(
        spot, .fieldRetired, .conditional, [], "is gone and reserved: the new version drops what old writers send in it"
      )
    } else {
      report(spot, .fieldRemoved, .breaking, [.backward], "is gone, and \(Self.notReserved(use))")
    }
  }

  private mutating func added(
    _ field: ProtobufSchema.Field, to was: ProtobufSchema.Message, _ now: ProtobufSchema.Message
  ) {
    let spot = Spot(
      subject: was.name, old: was.place, new: field.place, lead: "the field \(field.described) is new")
    if field.cardinality == .required {
      report(
        spot, .requiredFieldAdded, .breaking, [.backward],
        " and required: the new version refuses what old writers send")
    } else if let oneof = field.oneof, was.oneofs.contains(oneof) {
      report(
        spot, .oneofMemberAdded, .conditional, [.forward], " in the oneof '\(oneof)', which an old reader sees unset")
    } else if use == .wireJSON, !field.isExtension {
      report(
        spot, .fieldAdded, .conditional, [], ": old readers skip it, those of JSON only if they ignore unknown fields")
    } else {
      report(spot, .fieldAdded, .none, [], ": old readers skip it")
    }
  }

  private mutating func compare(
    _ was: ProtobufSchema.Field, _ now: ProtobufSchema.Field, in oldMessage: ProtobufSchema.Message,
    _ newMessage: ProtobufSchema.Message
  ) {
    let spot = Spot(
      subject: oldMessage.name, old: was.place, new: now.place, lead: "the field \(was.described) ")
    compareTypes(was, now, at: spot)
    if !(oldMessage.isMapEntry && newMessage.isMapEntry) { compareCardinality(was, now, at: spot) }
    compareDefaults(was, now, at: spot)
    if was.oneof != now.oneof, !was.isExtension {
      let what =
        switch (was.oneof, now.oneof) {
        case (let before?, let after?): "moved from the oneof '\(before)' to '\(after)'"
        case (nil, let after?): "moved into the oneof '\(after)'"
        case (let before?, nil): "moved out of the oneof '\(before)'"
        case (nil, nil): ""
        }
      report(spot, .fieldOneof, .breaking, Self.both, what)
    }
    guard use == .wireJSON else { return }
    if was.name != now.name {
      report(spot, .fieldName, .breaking, Self.both, "is called '\(now.name)'")
    } else if was.jsonName != now.jsonName, !was.isExtension {
      report(
        spot, .fieldJSONName, .breaking, Self.both, "is called '\(now.jsonName)' in JSON, no longer '\(was.jsonName)'")
    }
  }

  private mutating func compareTypes(
    _ was: ProtobufSchema.Field, _ now: ProtobufSchema.Field, at spot: Spot
  ) {
    let changed = "has the type \(now.typeInWords), no longer \(was.typeInWords)"
    if was.kind != now.kind {
      if use == .wire, was.kind == .string, now.kind == .bytes {
        return report(spot, .fieldType, .conditional, [.forward], "\(changed): an old reader takes text only")
      }
      guard was.kind.group(use) == now.kind.group(use) else {
        return report(spot, .fieldType, .breaking, Self.both, changed)
      }
      let backward = was.kind.range.map { old in now.kind.range.map { $0.contains(old) } ?? true } ?? true
      let forward = now.kind.range.map { new in was.kind.range.map { $0.contains(new) } ?? true } ?? true
      let broken: [ContractDirection] = (backward ? [] : [.backward]) + (forward ? [] : [.forward])
      return report(
        spot, .fieldNumberRange, .conditional, broken, "\(changed): numbers beyond what both hold are read as others")
    }
    guard was.typeName != now.typeName, let before = was.typeName, let after = now.typeName else { return }
    // The entries of maps are called after their field: what is in them counts.
    if was.cardinality == .map, now.cardinality == .map {
      if let entry = old.messages[before], let other = new.messages[after] { compare(entry, other) }
      return
    }
    if was.kind == .enumeration, before.lastName == after.lastName, let values = old.enums[before]?.names,
      let others = new.enums[after]?.names,
      values.allSatisfy({ number, names in Set(names).isSubset(of: others[number] ?? []) })
    {
      return
    }
    report(spot, .fieldType, .breaking, Self.both, changed)
  }

  private mutating func compareCardinality(
    _ was: ProtobufSchema.Field, _ now: ProtobufSchema.Field, at spot: Spot
  ) {
    guard was.cardinality != now.cardinality else { return }
    switch (was.cardinality, now.cardinality) {
    case (.optional, .required): report(spot, .requiredFieldAdded, .breaking, [.backward], "is newly required")
    case (.required, .optional): report(spot, .requiredFieldRemoved, .breaking, [.forward], "is no longer required")
    case (.repeated, .map) where use == .wire, (.map, .repeated) where use == .wire: break
    default:
      report(
        spot, .fieldCardinality, .breaking, Self.both,
        "is \(now.cardinality.rawValue), no longer \(was.cardinality.rawValue)")
    }
  }

  private mutating func compareDefaults(
    _ was: ProtobufSchema.Field, _ now: ProtobufSchema.Field, at spot: Spot
  ) {
    let single: Set<ProtobufSchema.Cardinality> = [.optional, .required]
    guard single.contains(was.cardinality), single.contains(now.cardinality), was.kind.canHaveDefault,
      now.kind.canHaveDefault
    else { return }
    // A float and a double are compared in the precision that both have.
    let isShort = was.kind == .float || now.kind == .float
    let (before, after) = (
      defaultText(of: was, in: old, asFloat: isShort), defaultText(of: now, in: new, asFloat: isShort)
    )
    guard before != after else { return }
    report(
      spot, .fieldDefault, .breaking, Self.both,
      "is \(after.isEmpty ? "empty" : "'\(after)'") where it is absent, no longer \(before.isEmpty ? "empty" : "'\(before)'")"
    )
  }

  /// What an absent field reads as, written in one way; empty for zero, false and no text.
  private func defaultText(of field: ProtobufSchema.Field, in schema: ProtobufSchema, asFloat: Bool) -> String {
    if field.kind == .enumeration {
      let values = field.typeName.flatMap { schema.enums[$0] }
      guard let text = field.defaultValue else { return values.map { Self.number($0.firstNumber) } ?? "" }
      return values?.names.first { $0.value.contains(text) }.map { Self.number($0.key) } ?? text
    }
    guard let text = field.defaultValue else { return "" }
    if field.kind == .string || field.kind == .bytes { return text }
    if field.kind == .bool { return text == "true" ? "1" : "" }
    if asFloat, let value = Float(text) { return value == 0 ? "" : "\(value)" }
    if field.kind == .double, let value = Double(text) { return value == 0 ? "" : "\(value)" }
    return text == "0" || text == "-0" ? "" : text
  }

  private static func number(_ number: Int32) -> String { number == 0 ? "" : "\(number)" }
}

extension ProtobufSchema.Field {
  /// `'caller' (3)`.
  var described: String { "'\(name)' (\(number))" }
  /// `int64`, `Call.State`.
  var typeInWords: String { typeName.map { kind == .group ? "group \($0)" : $0 } ?? kind.word }
}

extension String {
  /// The part after the last dot.
  fileprivate var lastName: Substring { self[(lastIndex(of: ".").map { index(after: $0) } ?? startIndex)...] }
}

extension ProtobufSchema {
  /// The messages and enums that a field or an rpc names.
  var usedTypes: Set<String> {
    let inFields = messages.values.flatMap { $0.fields.values.compactMap(\.typeName) }
    let inMethods = services.values.flatMap(\.methods.values).flatMap { [$0.descriptor.input, $0.descriptor.output] }
    return Set(inFields + inMethods.map { String($0.drop { $0 == "." }) })
  }
}

extension ProtobufKind {
  var canHaveDefault: Bool { self != .message && self != .group }

  /// Kinds of one group are read as each other by buf's rules of a use.
  func group(_ use: ProtobufUse) -> Int {
    switch (self, use) {
    case (.int32, _), (.uint32, _), (.int64, .wire), (.uint64, .wire), (.bool, .wire): 1
    case (.int64, .wireJSON), (.uint64, .wireJSON): 2
    case (.bool, .wireJSON): 3
    case (.sint32, _), (.sint64, .wire): 4
    case (.sint64, .wireJSON): 5
    case (.fixed32, _), (.sfixed32, _): 6
    case (.fixed64, _), (.sfixed64, _): 7
    case (.string, _): 8
    case (.bytes, _): 9
    case (.double, _): 10
    case (.float, _): 11
    case (.group, _): 12
    case (.message, _): 13
    case (.enumeration, _): 14
    }
  }

  /// The numbers that it holds; nil for every other kind.
  var range: IntegerRange? {
    switch self {
    case .int32, .sint32, .sfixed32: IntegerRange(least: Int64(Int32.min), most: UInt64(Int32.max))
    case .int64, .sint64, .sfixed64: IntegerRange(least: Int64.min, most: UInt64(Int64.max))
    case .uint32, .fixed32: IntegerRange(least: 0, most: UInt64(UInt32.max))
    case .uint64, .fixed64: IntegerRange(least: 0, most: UInt64.max)
    case .bool: IntegerRange(least: 0, most: 1)
    default: nil
    }
  }

  /// Integers from a least to a greatest one.
  struct IntegerRange {
    let least: Int64
    let most: UInt64
    func contains(_ other: IntegerRange) -> Bool { least <= other.least && other.most <= most }
  }
}
