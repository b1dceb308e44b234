package import Vocabulary

/// One kind of value: how it is read, written, described and completed.
package struct ValueKind<Value: Sendable>: Sendable {
  /// The word that stands for it in usage lines, in capitals: `NAME`.
  package let placeholder: String
  /// How shells complete it.
  package let completion: Completion
  let sample: @Sendable () -> Value
  let read: @Sendable (String, Surroundings) throws(ValueProblem) -> Value
  let write: @Sendable (Value) -> String

  /// A kind of value of one's own.
  ///
  /// - Parameters:
  ///   - placeholder: The word in usage lines, in capitals.
  ///   - completion: How shells complete it.
  ///   - sample: Any value; the initialiser of a command gets it where there is nothing to read.
  ///   - write: The text of a value, for defaults in help; reading it gives the value again.
  ///   - read: The value of a text, or why there is none.
  package init(
    _ placeholder: String, completion: Completion = .none, sample: @autoclosure @escaping @Sendable () -> Value,
    write: @escaping @Sendable (Value) -> String,
    read: @escaping @Sendable (String, Surroundings) throws(ValueProblem) -> Value
  ) {
    self.placeholder = placeholder
    self.completion = completion
    self.sample = sample
    self.write = write
    self.read = read
  }

  /// The same texts as another type: `.name("version").map(sample: Version(""), back: \.text) { Version($0) }`.
  ///
  /// - Parameters:
  ///   - sample: Any value of the other type.
  ///   - back: The value that was read, for defaults in help.
  ///   - transform: Makes the other value, or says why the value does not do.
  /// - Returns: A kind with the same placeholder and completion.
  package func map<Other: Sendable>(
    sample: @autoclosure @escaping @Sendable () -> Other, back: @escaping @Sendable (Other) -> Value,
    _ transform: @escaping @Sendable (Value) throws(ValueProblem) -> Other
  ) -> ValueKind<Other> {
    ValueKind<Other>(placeholder, completion: completion, sample: sample(), write: { write(back($0)) }) {
      (text, surroundings) throws(ValueProblem) in try transform(read(text, surroundings))
    }
  }
}

/// What reading a value may depend on, apart from its text.
package struct Surroundings: Sendable {
  /// The moment from which ages count.
  package let now: Timestamp
}

/// Why a text is not a value of its kind.
package struct ValueProblem: Error, Hashable {
  /// What is wrong, to follow the text in quotes: `is not a duration`.
  package let what: String
  /// What would do: `a duration is like 1h30m, 5s or 250ms`.
  package let remedy: String?

  /// A problem; neither part repeats the text.
  package init(_ what: String, remedy: String? = nil) {
    self.what = what
    self.remedy = remedy
  }
}
