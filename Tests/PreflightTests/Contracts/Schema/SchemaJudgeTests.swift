import Documents
import TestSupport
import Testing

@testable import Preflight

/// Python's jsonschema agrees with the validator, and with every witness.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
struct SchemaJudgeTests {
  static let seed: UInt64 = 20_261_121

  @Test(arguments: SchemaDialect.allCases)
  func pythonsJSONSchemaFindsTheSameValuesValid(dialect: SchemaDialect) async throws {
    var questions: [(schema: JSONValue, values: [JSONValue])] = []
    for count in 0..<200 {
      var maker = SchemaMaker(seed: Self.seed + UInt64(count), dialect: dialect)
      let schema = maker.document()
      questions.append((schema, (0..<25).map { _ in maker.value() }))
    }
    let answers = try await Self.ask(dialect, questions)
    var valid = 0
    for (question, answer) in zip(questions, answers) {
      let validator = SchemaValidator(try question.schema.asSchema)
      for (value, judged) in zip(question.values, answer) where judged != "?" {
        let own = validator.isValid(value)
        #expect(own == (judged == "1"), "\(value.text) for \(question.schema.text)")
        valid += own == true ? 1 : 0
      }
    }
    // Both answers must be frequent, or nothing was compared.
    #expect(valid > 1_000)
    #expect(200 * 25 - valid > 1_000)
  }

  @Test(arguments: SchemaDialect.allCases)
  func everyWitnessIsValidForTheWriterAndNotForTheReader(dialect: SchemaDialect) async throws {
    var pairs: [(JSONValue, JSONValue, JSONValue)] = []
    for count in 0..<300 {
      let (writer, reader) = Self.pair(count, dialect)
      if case .breaking(_, let witness) = SchemaComparison.compare(
        writer: try writer.asSchema, reader: try reader.asSchema)
      {
        pairs.append((writer, reader, witness))
      }
    }
    #expect(pairs.count > 60)
    let written = try await Self.ask(dialect, pairs.map { ($0.0, [$0.2]) })
    let read = try await Self.ask(dialect, pairs.map { ($0.1, [$0.2]) })
    for (pair, (isWritten, isRead)) in zip(pairs, zip(written, read)) {
      #expect(isWritten == "1" && isRead == "0", "\(pair.2.text) from \(pair.0.text) to \(pair.1.text)")
    }
  }

  @Test(arguments: SchemaDialect.allCases)
  func nothingCalledCompatibleHasACounterexample(dialect: SchemaDialect) throws {
    var answers: [String: Int] = [:]
    for count in 0..<400 {
      let (writer, reader) = Self.pair(count, dialect)
      let (writing, reading) = (try writer.asSchema, try reader.asSchema)
      let decision = SchemaComparison.compare(writer: writing, reader: reading)
      answers[decision.word, default: 0] += 1
      guard decision == .compatible else { continue }
      var maker = SchemaMaker(seed: UInt64(count) &* 31, dialect: dialect)
      let (from, to) = (SchemaValidator(writing), SchemaValidator(reading))
      for _ in 0..<100 {
        let value = maker.value()
        guard from.isValid(value) == true else { continue }
        #expect(to.isValid(value) != false, "\(value.text) from \(writer.text) to \(reader.text)")
      }
    }
    #expect(answers["compatible", default: 0] > 100)
    #expect(answers["breaking", default: 0] > 80)
    #expect(answers["undecided", default: 0] <= 4)
  }

  /// Two schemas: mostly one and a change of it, sometimes two that have nothing to do with each other.
  static func pair(_ count: Int, _ dialect: SchemaDialect) -> (JSONValue, JSONValue) {
    var maker = SchemaMaker(seed: seed &+ UInt64(count) &* 7_919, dialect: dialect)
    let one = maker.document()
    var other = count % 5 == 0 ? maker.document() : maker.changed(one)
    if count % 3 == 0 { other = maker.changed(other) }
    return count % 2 == 0 ? (one, other) : (other, one)
  }

  static func ask(
    _ dialect: SchemaDialect, _ questions: [(schema: JSONValue, values: [JSONValue])]
  ) async throws -> [String] {
    let lines = questions.map { question in
      #"{"dialect":"\#(dialect.name)","schema":\#(question.schema.text),"values":\#(JSONValue.array(question.values).text)}"#
    }
    let answers = try await Python.judge("schema_judge.py", lines: lines)
    try #require(answers.count == questions.count)
    return answers
  }
}
