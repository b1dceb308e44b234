import TestSupport
import Testing
import Vocabulary

struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0),
      ("2026-11-21T14:05:11Z", 1_795_269_911_000_000_000),
      ("2026-11-21T14:05:11.5Z", 1_795_269_911_500_000_000),
      ("2026-11-21t14:05:11z", 1_795_269_911_000_000_000),
      ("2026-11-21 14:05:11,123456789Z", 1_795_269_911_123_456_789),
      ("2026-11-21T14:05:11.1234567899Z", 1_795_269_911_123_456_789),
      ("2026-11-21T00:09:48.668+01:00", 1_795_216_188_668_000_000),
      ("2026-11-20T18:24:48.668-04:45", 1_795_216_188_668_000_000),
      ("2000-02-29T23:59:59Z", 951_868_799_000_000_000),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
      ("2100-03-01T00:00:00Z", 4_107_542_400_000_000_000),
      ("2261-12-31T23:59:59.999999999Z", 9_214_646_399_999_999_999),
    ] as [(String, Int64)])
  func rfc3339IsRead(text: String, nanoseconds: Int64) {
    #expect(Timestamp(text)?.nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "", "2026-11-21", "2026-11-21T14:05Z", "2026-11-21T14:05:11", "2026-11-21T14:05:11.Z", "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2023-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z", "2026-11-21T23:59:61Z",
    "2026-11-21T14:05:11+0100", "2026-11-21T14:05:11+24:00", "2026-11-21T14:05:11+01:60", "2026-11-21T14:05:11ZZ",
    " 2026-11-21T14:05:11Z", "20261121T140511Z", "+026-11-21T14:05:11Z", "2026-11-21T14:05:1１Z",
    // Go's zero time and others outside the range are no moments, rather than wrong ones.
    "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "2262-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ])
  func everythingElseIsNone(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(arguments: [
    ("Sat, 21 Nov 2026 14:05:11 GMT", 1_795_269_911 as Int64?), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ("Sat, 21 Nov 2026 14:05:11", nil), ("Sat, 31 Nov 2026 14:05:11 GMT", nil), ("Sat, 1 Nov 2026 14:05:11 GMT", nil),
    ("Sat, 21 nov 2026 14:05:11 GMT", nil), ("Saturday, 21-Nov-26 14:05:11 GMT", nil), ("", nil), ("120", nil),
  ])
  func datesOfHTTPAreRead(text: String, seconds: Int64?) {
    #expect(Timestamp(httpDate: text)?.nanoseconds == seconds.map { $0 * 1_000_000_000 })
  }

  @Test func whatIsPrintedReadsBackEqual() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<50_000 {
      var nanoseconds = Int64.random(in: 0..<9_214_646_400_000_000_000, using: &random)
      let unit: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000]
      nanoseconds -= nanoseconds % (unit.randomElement(using: &random) ?? 1)
      let moment = Timestamp(nanoseconds: nanoseconds)
      #expect(Timestamp(moment.description) == moment, "\(nanoseconds)")
    }
  }

  @Test func everyDayHasTheDateOfACalendarCountedByHand() {
    var (year, month, day) = (1970, 1, 1)
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    for days in Int64(0)..<106_600 {
      let date = "\(year)-\(padded(month))-\(padded(day))T00:00:00.000Z"
      #expect(Timestamp(nanoseconds: days * 86_400_000_000_000).description == date)
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      day += 1
      if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }

  @Test func fractionsHaveThreeSixOrNineDigits() {
    #expect(Timestamp(nanoseconds: 0).description == "1970-01-01T00:00:00.000Z")
    #expect(Timestamp(nanoseconds: 1_000).description == "1970-01-01T00:00:00.000001Z")
    #expect(Timestamp(nanoseconds: 1).description == "1970-01-01T00:00:00.000000001Z")
    #expect(Timestamp(nanoseconds: -1).description == "1969-12-31T23:59:59.999999999Z")
    #expect(Timestamp(nanoseconds: -1).timeOfDay == "23:59:59")
  }

  @Test func theEndsOfTheRangeNeverTrap() {
    let first = Timestamp(nanoseconds: .min)
    let last = Timestamp(nanoseconds: .max)
    #expect(first.description == "1677-09-21T00:12:43.145224192Z")
    #expect(last.description == "2262-04-11T23:47:16.854775807Z")
    #expect(first.roundedToMilliseconds == first)
    #expect(last.roundedToMilliseconds.description == "2262-04-11T23:47:16.854Z")
    #expect(last + .seconds(1) == last)
    #expect(first - .seconds(1) == first)
    #expect((last - first).nanoseconds == .max)
    #expect((first - last).nanoseconds == .min)
    #expect(Timestamp(milliseconds: .max) == last)
    #expect(Timestamp(milliseconds: .min) == first)
    #expect(Timestamp(nanoseconds: -1).roundedToMilliseconds == Timestamp(nanoseconds: -1_000_000))
  }

  @Test func anyBytesAreAMomentOrNone() {
    var random = SeededGenerator(seed: 6)
    let alphabet = Array("0123456789-:TZ+., tz１\u{0}é")
    for _ in 0..<50_000 {
      var text = Array("2026-11-21T14:05:11.123+01:00")
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        text[Int.random(in: 0..<text.count, using: &random)] = alphabet.randomElement(using: &random) ?? "0"
      }
      if let moment = Timestamp(String(text)) { #expect(Timestamp(moment.description) == moment, "\(String(text))") }
    }
  }
}
