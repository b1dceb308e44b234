import Documents
import Preflight

/// Any two schemas, as a list of two or one against itself, are compared within a bound, and a witness is one.
func fuzzSchema(_ bytes: [UInt8]) {
  guard let node = try? JSON.parse(bytes, file: "fuzz", limits: JSONSchema.limits) else { return }
  let writer = JSONSchema(node[0] ?? node)
  let reader = JSONSchema(node[1] ?? node)
  let clock = ContinuousClock()
  let start = clock.now
  let (backward, forward) = SchemaComparison.compareBothWays(old: writer, new: reader, effort: 20_000)
  precondition(clock.now - start < .seconds(20), "a comparison takes too long")
  for (decision, from, to) in [(backward, writer, reader), (forward, reader, writer)] {
    guard case .breaking(_, let witness) = decision else { continue }
    precondition(SchemaValidator(from).isValid(witness) == true && SchemaValidator(to).isValid(witness) == false)
  }
}
