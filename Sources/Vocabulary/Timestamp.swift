/// A moment on the wall clock, as nanoseconds since 1970-01-01T00:00:00Z.
///
/// Range: the years 1970 to 2261 from text; arithmetic saturates at the ends of `Int64`.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the epoch.
  package let nanoseconds: Int64

  /// A moment so many nanoseconds after the epoch.
  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A moment so many milliseconds after the epoch.
  package init(milliseconds: Int64) {
    let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    nanoseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
  }

  /// The same moment with everything below a millisecond cut off.
  package var roundedToMilliseconds: Timestamp {
    let (cut, overflow) = nanoseconds.subtractingReportingOverflow(Timestamp.remainder(nanoseconds, 1_000_000))
    return Timestamp(nanoseconds: overflow ? .min : cut)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

  /// The moment that long after; saturates.
  package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
    let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return Timestamp(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  /// The moment that long before; saturates.
  package static func - (moment: Timestamp, duration: Duration) -> Timestamp { moment + (.zero - duration) }

  /// How long after `earlier` this moment is; negative when it is before.
  package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return .nanoseconds(overflow ? (later < earlier ? .min : .max) : difference)
  }

  static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC; 0, 3, 6 or 9 digits of a second, but never fewer than 3.
  package var description: String {
    let fraction = Timestamp.remainder(nanoseconds, 1_000_000_000)
    let digits = fraction % 1_000_000 == 0 ? 3 : fraction % 1_000 == 0 ? 6 : 9
    let civil = CivilTime(seconds: wholeSeconds)
    let shown = digits == 3 ? fraction / 1_000_000 : digits == 6 ? fraction / 1_000 : fraction
    return "\(civil.date)T\(civil.time).\(padded(shown, to: digits))Z"
  }

  /// The time of day in UTC, `14:05:11`, for lines that are read while they are made.
  package var timeOfDay: String {
    CivilTime(seconds: wholeSeconds).time
  }

  /// Seconds since the epoch, rounded down.
  private var wholeSeconds: Int64 {
    nanoseconds / 1_000_000_000 - (nanoseconds % 1_000_000_000 < 0 ? 1 : 0)
  }

  /// Reads RFC 3339: `2026-11-21T00:09:48.668+01:00`; nil for anything else, or outside the years 1970 to 2261 in UTC.
  package init?(_ text: some StringProtocol) {
    var scanner = DigitScanner(text.utf8)
    guard
      let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
      let day = scanner.digits(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
      let second = scanner.digits(2), let fraction = scanner.fraction(), let offset = scanner.offset(),
      scanner.isAtEnd, (1...12).contains(month), day >= 1, day <= CivilTime.days(inMonth: month, year: year),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    // Up to 2262-01-01, the last whole year that fits: every moment that is read can be printed and read again.
    guard (0..<9_214_646_400).contains(seconds) else { return nil }
    self.init(nanoseconds: seconds * 1_000_000_000 + fraction)
  }
}

extension Timestamp: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Timestamp(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is not an RFC 3339 time")
    }
    self = value
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Seconds since the epoch as a date and a time of day of the proleptic Gregorian calendar, in UTC.
struct CivilTime {
  let year: Int64
  let month: Int64
  let day: Int64
  let secondOfDay: Int64

  init(seconds: Int64) {
    secondOfDay = Timestamp.remainder(seconds, 86_400)
    // Days are counted from 0000-03-01, so that the leap day is the last of its year.
    let days = (seconds - secondOfDay) / 86_400 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var date: String { "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))" }
  var time: String {
    "\(padded(secondOfDay / 3_600, to: 2)):\(padded(secondOfDay / 60 % 60, to: 2)):\(padded(secondOfDay % 60, to: 2))"
  }

  static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func days(inMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

func padded(_ number: Int64, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Reads digits and separators from the front of a text.
struct DigitScanner<Bytes: Collection<UInt8>> {
  var rest: Bytes.SubSequence

  init(_ bytes: Bytes) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard let first = rest.first, UInt32(first) == character.value else { return false }
    rest = rest.dropFirst()
    return true
  }

  mutating func digit() -> Int64? {
    guard let first = rest.first, (48...57).contains(first) else { return nil }
    rest = rest.dropFirst()
    return Int64(first - 48)
  }

  mutating func digits(_ count: Int) -> Int64? {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let next = digit() else { return nil }
      value = value * 10 + next
    }
    return value
  }

  /// Nanoseconds of `.123`; zero when there is no fraction, nil when a dot has no digit; digits past the ninth are cut.
  mutating func fraction() -> Int64? {
    guard skip(".") || skip(",") else { return 0 }
    guard var value = digit() else { return nil }
    var count = 1
    while let next = digit() {
      if count < 9 { value = value * 10 + next }
      count += 1
    }
    for _ in min(count, 9)..<9 { value *= 10 }
    return value
  }

  /// Seconds east of Greenwich from `Z` or `+01:00`.
  mutating func offset() -> Int64? {
    if skip("Z") || skip("z") { return 0 }
    let sign: Int64 = skip("+") ? 1 : -1
    if sign < 0, !skip("-") { return nil }
    guard let hours = digits(2), skip(":"), let minutes = digits(2), hours < 24, minutes < 60 else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
