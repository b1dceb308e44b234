/// A word of the API that has a meaning here, or one that has none: newer servers say more.
package protocol APIWord: Hashable, Sendable {
  /// The words that are known, as the API's JSON writes them, each with its number in the protocol where it has one.
  static var words: [(word: String, number: Int64?, value: Self)] { get }
  /// A word, or the digits of a number, that is not known.
  static func unknown(_ word: String) -> Self
}

extension APIWord {
  /// What a word stands for.
  package init(word: String) { self = Self.words.first { $0.word == word }?.value ?? .unknown(word) }

  /// What a number of the protocol stands for.
  package init(number: Int64) {
    self = Self.words.first { $0.number == number }?.value ?? .unknown(String(number))
  }
}
