package import Vocabulary

extension ValueKind where Value == String {
  /// Any text that is not empty.
  package static func text(_ placeholder: String) -> Self { name(placeholder, completion: .none) }

  /// The name of a thing that the program can list: `.name("target")` asks it for its targets.
  ///
  /// - Parameters:
  ///   - kind: The kind that the program is asked for (see `CompletionRequest`).
  ///   - placeholder: The word in usage lines; the kind in capitals when absent.
  /// - Returns: A kind that refuses empty text only.
  package static func name(_ kind: String, placeholder: String? = nil) -> Self {
    name(placeholder ?? kind, completion: .dynamic(kind))
  }

  /// A path as it was typed, to a file with one of the extensions (without dots), or to any file.
  package static func file(_ placeholder: String = "FILE", extensions: [String] = []) -> Self {
    name(placeholder, completion: .file(extensions: extensions))
  }

  /// A path as it was typed, to a directory.
  package static func directory(_ placeholder: String = "DIRECTORY") -> Self {
    name(placeholder, completion: .directory)
  }

  private static func name(_ placeholder: String, completion: Completion) -> Self {
    let placeholder = placeholder.uppercased()
    return ValueKind(placeholder, completion: completion, sample: "", write: { $0 }) {
      (text, _) throws(ValueProblem) in
      guard !text.isEmpty else { throw ValueProblem("is empty") }
      return text
    }
  }
}

extension ValueKind where Value: Identifier {
  /// The name of a thing that the program can list, as its own type: `option("--target", value: .name("target"), …)`.
  ///
  /// - Parameters:
  ///   - kind: The kind that the program is asked for (see `CompletionRequest`).
  ///   - placeholder: The word in usage lines; the kind in capitals when absent.
  /// - Returns: A kind that refuses empty text only.
  package static func name(_ kind: String, placeholder: String? = nil) -> ValueKind<Value> {
    ValueKind<String>.name(kind, placeholder: placeholder).map(
      sample: Value(rawValue: ""), back: \.rawValue, { Value(rawValue: $0) })
  }
}

extension ValueKind where Value == Duration {
  /// A duration: `1h30m`, `5s`, `250ms`.
  package static var duration: Self { duration(atLeast: .zero) }

  /// A duration that is not shorter than a given one.
  package static func duration(atLeast least: Duration) -> Self {
    ValueKind("DURATION", sample: least, write: \.text) { (text, _) throws(ValueProblem) in
      guard let duration = Duration(text: text) else {
        throw ValueProblem("is not a duration", remedy: "a duration is like 1h30m, 5s or 250ms")
      }
      guard duration >= least else { throw ValueProblem("is too short", remedy: "\(least.text) is the least") }
      return duration
    }
  }
}

extension ValueKind where Value == Timestamp {
  /// A moment: RFC 3339, or an age such as `10m`, which counts back from now.
  package static var time: ValueKind<Timestamp> {
    ValueKind("TIME", sample: Timestamp(nanoseconds: 0), write: \.description) {
      (text, surroundings) throws(ValueProblem) in
      if let moment = Timestamp(text) { return moment }
      if let age = Duration(text: text) { return surroundings.now - age }
      throw ValueProblem("is not a time", remedy: "a time is like 2026-02-24T20:12:12Z, or an age like 10m")
    }
  }
}

extension ValueKind where Value == Int {
  /// A whole number within a range.
  package static func integer(_ range: ClosedRange<Int>, _ placeholder: String = "NUMBER") -> Self {
    ValueKind(placeholder, sample: range.lowerBound, write: { String($0) }) { (text, _) throws(ValueProblem) in
      guard let number = Int(text) else { throw ValueProblem("is not a whole number", remedy: words(range)) }
      guard range.contains(number) else { throw ValueProblem("is out of range", remedy: words(range)) }
      return number
    }
  }

  /// A whole number that is not below another.
  package static func integer(_ range: PartialRangeFrom<Int>, _ placeholder: String = "NUMBER") -> Self {
    integer(range.lowerBound...Int.max, placeholder)
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "a whole number, \(range.lowerBound) or more"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension ValueKind where Value == Double {
  /// A number within a range, finite and in decimal notation: `0.05`.
  package static func number(_ range: ClosedRange<Double>, _ placeholder: String = "NUMBER") -> Self {
    ValueKind(placeholder, sample: range.lowerBound, write: { String($0) }) { (text, _) throws(ValueProblem) in
      let remedy = "a number from \(range.lowerBound) to \(range.upperBound)"
      let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 || $0 == 45 }
      guard isDecimal, let number = Double(text) else { throw ValueProblem("is not a number", remedy: remedy) }
      guard range.contains(number) else { throw ValueProblem("is out of range", remedy: remedy) }
      return number
    }
  }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the words of an enumeration; help, problems and completions list them.
  package static var choice: Self { choice("") }

  /// One of the words of an enumeration, under a placeholder; without one the words themselves stand in usage lines.
  package static func choice(_ placeholder: String) -> Self {
    let words = Value.allCases.map(\.rawValue)
    let shown = placeholder.isEmpty ? words.joined(separator: "|") : placeholder
    return ValueKind(shown, completion: .words(words), sample: firstCase(), write: \.rawValue) {
      (text, _) throws(ValueProblem) in
      if let value = Value(rawValue: text) { return value }
      let nearest = Suggestions.question(for: text, among: words)
      throw ValueProblem("is not one of \(words.joined(separator: ", "))", remedy: nearest)
    }
  }

  private static func firstCase() -> Value {
    guard let first = Value.allCases.first else { preconditionFailure("a choice without cases is declared") }
    return first
  }
}
