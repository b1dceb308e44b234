import Documents
import Vocabulary

/// Compares the contracts of two versions, file by file.
struct ContractComparison {
  let old: ContractSide
  let new: ContractSide
  let use: ProtobufUse
  /// Contracts whose writer and reader are declared, by their files.
  let shared: [ContractDeclaration.Shared]
  /// What the `.proto` files of each side were compiled to, and why they were not.
  var compiled: (old: Compiled, new: Compiled) = (.none, .none)

  /// What became of a side's `.proto` files.
  enum Compiled: Sendable {
    /// It has none.
    case none
    case schema(ProtobufSchema)
    /// They could not be compiled, and why.
    case failed(String)

    /// The elements, where there are any.
    fileprivate var schema: ProtobufSchema? { if case .schema(let schema) = self { schema } else { nil } }
  }

  /// What a file of one side holds; nil: that side has no such file.
  private typealias Version = (file: ContractFile, contract: Contract)

  init(old: ContractSide, new: ContractSide, use: ProtobufUse, shared: [ContractDeclaration.Shared] = []) {
    self.old = old
    self.new = new
    self.use = use
    self.shared = shared
  }

  /// What one pair of files came to.
  private struct Reading: Sendable {
    var results: [ContractResult] = []
    var problems: [DocumentProblem] = []
    var unknown: [ContractFile] = []
  }

  /// One result for each contract of either side.
  ///
  /// Throws `DocumentFailure` with the first problem of every file that cannot be read.
  func results() throws -> [ContractResult] { try results(of: pairs().map { try read($0, $1) }) }

  /// The same, several pairs of files at a time.
  func results(atOnce limit: Int) async throws -> [ContractResult] {
    let pairs = pairs()
    let readings = try await withThrowingTaskGroup(of: (Int, Reading).self) { group in
      var readings = [Reading](repeating: Reading(), count: pairs.count)
      for (place, pair) in pairs.enumerated() {
        if place >= limit, let (done, reading) = try await group.next() { readings[done] = reading }
        group.addTask { (place, try read(pair.0, pair.1)) }
      }
      for try await (done, reading) in group { readings[done] = reading }
      return readings
    }
    return try results(of: readings)
  }

  private func results(of readings: [Reading]) throws -> [ContractResult] {
    var results = readings.flatMap(\.results)
    let problems = readings.flatMap(\.problems)
    let unknown = readings.flatMap(\.unknown)
    guard problems.isEmpty else { throw DocumentFailure(problems) }
    if let compiled = compileds() { results.append(compiled) }
    for file in Set([compiled.old, compiled.new].compactMap(\.schema).flatMap(\.refused)).sorted() {
      results.append(notLooked(file, "the protoc here is too old for its edition", effect: .undecided))
    }
    // YAML in a folder is mostly the configuration of some tool.
    results += unknown.map {
      notLooked($0.name, "it holds neither a schema nor tools", effect: $0.ending == "json" ? .conditional : .none)
    }
    results += (old.skipped + new.skipped).map { notLooked($0.name, $0.why, effect: .undecided) }
    return results
  }

  /// Reads the two files of a pair, of which one may be missing, and compares what they hold.
  private func read(_ before: ContractFile?, _ after: ContractFile?) throws -> Reading {
    try Task.checkCancellation()
    var reading = Reading()
    func contract(_ file: ContractFile?) throws -> Version? {
      guard let file else { return nil }
      do {
        if let contract = try Contract.read(file) { return (file, contract) }
        reading.unknown.append(file)
      } catch let failure as DocumentFailure { reading.problems += failure.problems }
      return nil
    }
    let (was, now) = (try contract(before), try contract(after))
    guard reading.problems.isEmpty, let name = Self.name(before, after), was != nil || now != nil else {
      return reading
    }
    let declared = shared.filter { $0.schema == name }
    if case .schema(let root)? = was?.contract, case .schema(let other)? = now?.contract, !declared.isEmpty, let was,
      let now
    {
      let pair = SchemaPair(
        old: SchemaPair.Version(root, file: was.file.shown), new: SchemaPair.Version(other, file: now.file.shown))
      reading.results = declared.map { Self.compare(pair, name: $0.title, writer: $0.writer, reader: $0.reader) }
    } else {
      reading.results = [compare(was, now, name: name)]
    }
    return reading
  }

  /// What two files are called together.
  private static func name(_ before: ContractFile?, _ after: ContractFile?) -> String? {
    guard let before, let after, before.name != after.name else { return (before ?? after)?.name }
    return "\(before.name) → \(after.name)"
  }

  private func notLooked(_ name: String, _ why: String, effect: ContractChange.Effect) -> ContractResult {
    ContractResult(
      name: name, kind: nil, directions: [:],
      changes: [ContractChange(.notChecked, effect, contract: name, "'\(name)' was not checked: \(why)")])
  }

  /// Files that belong together: two that were named themselves, else those of one name.
  private func pairs() -> [(ContractFile?, ContractFile?)] {
    let olds = old.files.filter { $0.ending != "proto" }
    let news = new.files.filter { $0.ending != "proto" }
    if old.isSingle, new.isSingle { return olds.isEmpty && news.isEmpty ? [] : [(olds.first, news.first)] }
    let byName = Dictionary(news.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let known = Set(olds.map(\.name))
    return olds.map { ($0, byName[$0.name]) } + news.filter { !known.contains($0.name) }.map { (nil, $0) }
  }

  // MARK: One pair

  private func compare(_ was: Version?, _ now: Version?, name: String) -> ContractResult {
    let (before, after) = (was?.contract, now?.contract)
    switch (before, after) {
    case (.schema(let root)?, .schema(let other)?):
      guard let was, let now else { preconditionFailure("a schema without a file") }
      let pair = SchemaPair(
        old: SchemaPair.Version(root, file: was.file.shown), new: SchemaPair.Version(other, file: now.file.shown))
      return Self.compare(pair, name: name)
    case (.tools, .tools), (.tools, nil), (nil, .tools):
      let comparison = ToolComparison(old: side(was, now), new: side(now, was), contract: name)
      return ContractResult(
        name: name, kind: "tools", directions: comparison.directions, changes: comparison.changes)
    case (.protobuf(let schema)?, .protobuf(let other)?): return protobuf(schema, other, name: name)
    case (let before?, let after?):
      return ContractResult(
        name: name, kind: after.kind, directions: [.backward: .undecided, .forward: .undecided],
        changes: [
          ContractChange(
            .contractKindChanged, .undecided, ContractDirection.ofMessages, contract: name, old: place(was),
            new: place(now),
            "the file held \(before.kindInWords), and holds \(after.kindInWords)")
        ])
    case (let before?, nil): return removed(before.kind, name: name, at: place(was))
    case (nil, let after?): return added(after.kind, name: name, at: place(now))
    case (nil, nil): preconditionFailure("a pair of no files")
    }
  }

  private func side(_ version: Version?, _ other: Version?) -> ToolComparison.Side {
    guard let version, case .tools(let list) = version.contract else {
      return ToolComparison.Side(list: nil, file: other?.file.shown ?? "")
    }
    return ToolComparison.Side(list: list, file: version.file.shown)
  }

  private func place(_ version: Version?) -> ContractPlace? {
    version.map { ContractPlace(file: $0.file.shown, pointer: "", mark: nil) }
  }

  /// A schema in both directions; where writer and reader are declared, only what a deploy of the agent can break does.
  static func compare(
    _ pair: SchemaPair, name: String, writer: ContractParty? = nil, reader: ContractParty? = nil
  ) -> ContractResult {
    var list = SchemaChangeList(pair, contract: name)
    var directions: [ContractDirection: ContractAnswer] = [:]
    let outcomes = pair.outcomes()
    for direction in ContractDirection.ofMessages {
      let outcome = outcomes[direction]
      directions[direction] = outcome.answer
      // A client reads what agents of both versions write, as it did before; it is the agent's reading that changes not.
      let concerns =
        direction.writesOld ? reader.map { $0 == .agent } ?? true : writer.map { $0 == .agent } ?? true
      list.take(outcome, direction, effect: concerns ? .breaking : .conditional)
    }
    return ContractResult(
      name: name, kind: "schema", writer: writer, reader: reader, directions: directions, changes: list.changes)
  }

  private func removed(_ kind: String, name: String, at place: ContractPlace?) -> ContractResult {
    ContractResult(
      name: name, kind: kind, directions: [.backward: .undecided, .forward: .compatible],
      changes: [
        ContractChange(
          .contractRemoved, .undecided, [.backward], contract: name, old: place,
          "'\(name)' is gone: whether the new version still reads what the old one writes is not known")
      ])
  }

  private func added(_ kind: String, name: String, at place: ContractPlace?) -> ContractResult {
    ContractResult(
      name: name, kind: kind, directions: [.backward: .compatible, .forward: .undecided],
      changes: [
        ContractChange(
          .contractAdded, .conditional, [.forward], contract: name, new: place,
          "'\(name)' is new: an old version does not know it")
      ])
  }

  // MARK: Protobuf

  private func protobuf(_ schema: ProtobufSchema, _ other: ProtobufSchema, name: String) -> ContractResult {
    let changes = ProtobufComparison(old: schema, new: other, use: use, contract: name).changes
    var directions: [ContractDirection: ContractAnswer] = [.backward: .compatible, .forward: .compatible]
    for change in changes {
      let answer: ContractAnswer = change.effect == .undecided ? .undecided : .breaking
      for direction in change.directions { directions[direction] = max(directions[direction] ?? .compatible, answer) }
    }
    return ContractResult(name: name, kind: "protobuf", directions: directions, changes: changes)
  }

  /// The `.proto` files of both sides as one contract; nil where neither has any.
  private func compileds() -> ContractResult? {
    let files = (old.files + new.files).filter { $0.ending == "proto" }
    let name = old.isSingle && new.isSingle ? files.first?.name ?? "" : "*.proto"
    switch compiled {
    case (.none, .none): return nil
    case (.failed(let why), _), (_, .failed(let why)):
      return ContractResult(
        name: name, kind: nil, directions: [.backward: .undecided, .forward: .undecided],
        changes: [
          ContractChange(
            .notChecked, .undecided, ContractDirection.ofMessages, contract: name, "'\(name)' was not checked: \(why)",
            phase: "install protobuf-compiler, or compile them: protoc --include_imports --descriptor_set_out=FILE")
        ])
    case (.schema(let schema), .schema(let other)): return protobuf(schema, other, name: name)
    case (.schema, .none): return removed("protobuf", name: name, at: nil)
    case (.none, .schema): return added("protobuf", name: name, at: nil)
    }
  }
}

extension Contract {
  fileprivate var kindInWords: String {
    switch self {
    case .schema: "a schema"
    case .tools: "tools"
    case .protobuf: "protobuf"
    }
  }
}
