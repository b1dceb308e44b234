extension Timestamp {
  /// Reads a date of HTTP in the form that is sent today: `Sat, 21 Nov 2026 14:05:11 GMT`; nil for anything else, or outside
  /// the years 1970 to 2261.
  ///
  /// The weekday is not checked: it says nothing that the date does not.
  package init?(httpDate text: some StringProtocol) {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].count == 4, words[0].hasSuffix(","), words[5] == "GMT",
      let month = Timestamp.months.firstIndex(of: String(words[2])), words[1].utf8.count == 2
    else { return nil }
    self.init("\(words[3])-\(padded(Int64(month) + 1, to: 2))-\(words[1])T\(words[4])Z")
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
