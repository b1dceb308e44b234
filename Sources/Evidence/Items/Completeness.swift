/// How much of what one of the five items should hold is in it. What is missing is said, never left for zero.
package enum Completeness: Hashable, Sendable {
  /// Everything that was to be seen.
  case complete
  /// Some of it, and what is missing and why.
  case partial(String)
  /// Nothing of it, and why.
  case absent(String)

  /// The state in one word.
  package var word: String {
    switch self {
    case .complete: "complete"
    case .partial: "partial"
    case .absent: "absent"
    }
  }

  /// What is missing, and why; nil: nothing is.
  package var why: String? {
    switch self {
    case .complete: nil
    case .partial(let why), .absent(let why): why
    }
  }

  /// Complete where nothing is missing, else partial with all of it in one sentence.
  init(missing: [String]) { self = missing.isEmpty ? .complete : .partial(missing.joined(separator: "; ")) }
}

extension Completeness: Encodable {
  private enum CodingKeys: String, CodingKey { case state, why }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(word, forKey: .state)
    try container.encodeIfPresent(why, forKey: .why)
  }
}

/// One of the five numbered items of a bundle, as the file that it is.
package struct EvidenceItem: Sendable {
  /// Its number, 1 to 5.
  package let number: Int
  /// Its file's name in the bundle.
  package let name: String
  /// What it tells, a few words.
  package let title: String
  /// How much of that is in it.
  package let completeness: Completeness
  /// How many entries it holds.
  package let count: Int
  /// The file's bytes.
  package let bytes: [UInt8]
}
