import TestSupport
import Testing
import Vocabulary

struct DurationTests {
  @Test(
    arguments: [
      ("0s", 0), ("250ms", 250), ("5s", 5_000), ("1h30m", 5_400_000), ("1d", 86_400_000), ("1.5s", 1_500),
      ("1m0.25s", 60_250),
      ("1.5h", 5_400_000), ("1d2h3m4s5ms", 93_784_005), ("90m", 5_400_000), ("0.5d", 43_200_000), ("1s500ms", 1_500),
    ] as [(String, Int64)])
  func durationsAreRead(text: String, milliseconds: Int64) {
    #expect(Duration(text: text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "1m1h", "1s1s", "1.5h30m", "1.s", ".5s", "1,5s", "5S", "5sec",
    "1e3s", "999999999999999d",
    "1000000d", "5ms5s", "５s", "1h30", "ms",
  ])
  func everythingElseIsNone(text: String) {
    #expect(Duration(text: text) == nil)
  }

  @Test func whatIsPrintedReadsBackAsNearAsItIsPrinted() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      let nanoseconds = Int64(random.next() >> UInt64.random(in: 1...63, using: &random))
      let duration = Duration.nanoseconds(nanoseconds)
      let back = try #require(Duration(text: duration.text), "\(duration.text)")
      let step: Int64 = nanoseconds < 1_000_000_000 ? 500_000 : nanoseconds < 10_000_000_000 ? 50_000_000 : 500_000_000
      #expect(abs((back - duration).nanoseconds) <= step, "\(duration.text) \(nanoseconds)")
      // What is there but rounds to nothing is 0ms; nothing is 0s.
      #expect(back.text == duration.text || duration.text == "0ms")
    }
  }

  @Test(
    arguments: [
      (0, "0s"), (1_000_000, "1ms"), (999_499_999, "999ms"), (999_500_000, "1s"), (1_500_000_000, "1.5s"),
      (9_960_000_000, "10s"),
      (59_600_000_000, "1m"), (5_400_000_000_000, "1h30m"), (-2_000_000_000, "-2s"), (Int64.min, "-292y"),
    ] as [(Int64, String)])
  func textsAreShort(nanoseconds: Int64, text: String) {
    #expect(Duration.nanoseconds(nanoseconds).text == text)
  }

  @Test func secondsSaturateAndRound() {
    #expect(Duration(seconds: 1e30).nanoseconds == .max)
    #expect(Duration(seconds: -1e30).nanoseconds == .min)
    #expect(Duration(seconds: 0.1).nanoseconds == 100_000_000)
    #expect(Duration.milliseconds(1_234).seconds == 1.234)
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    #expect(Duration.seconds(Int64.min).nanoseconds == .min)
  }
}
