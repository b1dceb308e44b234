import Machine
import Redaction
import TestSupport
import Testing

/// Thousands of secrets in every shape, and as many strings that only look alike.
struct PlantedSecretsTests {
  private static func make() -> [PlantedSecrets.Sample] {
    var planted = PlantedSecrets(seed: 20_261_121)
    return planted.secrets()
  }

  /// The samples as one file, a mark behind each.
  private static func file(_ samples: [PlantedSecrets.Sample]) -> [UInt8] {
    Array(samples.enumerated().map { "\($0.element.text)\n#\($0.offset)\n" }.joined().utf8)
  }

  /// What stands between the marks.
  private static func parts(_ output: [UInt8]) -> [Int: String] {
    var parts: [Int: String] = [:]
    var lines: [Substring] = []
    for line in String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("#"), let number = Int(line.dropFirst()) {
        parts[number] = lines.joined(separator: "\n")
        lines = []
      } else {
        lines.append(line)
      }
    }
    return parts
  }

  @Test func noSecretSurvivesInAnyShape() throws {
    let samples = Self.make()
    #expect(samples.count >= 3_000)
    #expect(Set(samples.map(\.kind)).count >= 60)
    let (output, counts) = try Redactor().redact(Self.file(samples))
    let parts = Self.parts(output)
    var leaks: [String] = []
    for (index, sample) in samples.enumerated() {
      guard let part = parts[index] else {
        leaks.append("\(sample.kind), \(sample.shape): the mark behind it is gone")
        continue
      }
      if Decoded.all(of: part).contains(where: { $0.contains(sample.value) }) {
        leaks.append("\(sample.kind), \(sample.shape): \(part)")
      }
    }
    #expect(leaks.isEmpty, "\(leaks.count) of \(samples.count): \(leaks.prefix(20).joined(separator: "\n"))")
    #expect(counts.total >= samples.count)
  }

  @Test func whatOnlyLooksAlikeStays() throws {
    var planted = PlantedSecrets(seed: 7)
    let samples = planted.innocents(130)
    #expect(samples.count >= 3_000)
    let parts = Self.parts(try Redactor().redact(Self.file(samples)).bytes)
    let touched = samples.enumerated().filter { parts[$0.offset]?.contains($0.element.value) != true }
    #expect(
      touched.count * 200 <= samples.count,
      "\(touched.prefix(10).map { "\($0.element.kind): \(parts[$0.offset] ?? "")" })")
  }

  @Test(arguments: [1, 7, 1_000, 65_536]) func theSizeOfChunksChangesNothing(size: Int) throws {
    let samples = Self.make().enumerated().filter { $0.offset % 8 == 0 }.map(\.element)
    let bytes = Self.file(samples)
    let redactor = try Redactor()
    var stream = redactor.stream("file")
    var output: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let end = min(place + size, bytes.count)
      try stream.redact(bytes[place..<end], into: &output)
      place = end
    }
    try stream.finish(into: &output)
    #expect(output == (try redactor.redact(bytes).bytes))
  }

  @Test func theDetectorFindsNothingInWhatTheRedactorWrote() throws {
    let samples = Self.make()
    let redactor = try Redactor()
    let leaks = redactor.detector().leaks(in: try redactor.redact(Self.file(samples)).bytes, file: "samples")
    #expect(leaks.isEmpty, "\(leaks.prefix(5))")
  }

  @Test func theDetectorFindsFourOfTenThatAreNotRedacted() throws {
    let samples = Self.make()
    let detector = try Redactor().detector()
    let found = samples.filter { !detector.leaks(in: Array($0.text.utf8), file: "sample").isEmpty }
    #expect(found.count * 10 >= samples.count * 4, "\(found.count) of \(samples.count)")
  }

  @Test func theDetectorLeavesInnocentTextAlone() throws {
    var planted = PlantedSecrets(seed: 9)
    let leaks = try Redactor().detector().leaks(in: Self.file(planted.innocents(130)), file: "innocent")
    #expect(leaks.isEmpty, "\(leaks.prefix(5))")
  }

  @Test(.enabled(if: DetectSecrets.isThere, "\(DetectSecrets.isMissing)"))
  func detectSecretsFindsNothingThatIsNotAPseudonym() async throws {
    let samples = Self.make()
    let output = String(decoding: try Redactor().redact(Self.file(samples)).bytes, as: UTF8.self)
    let found = try await DetectSecrets.judge(output)
    let leaks = found.filter { value in
      !value.contains("redacted-") && samples.contains { $0.value.contains(value) || value.contains($0.value) }
    }
    #expect(leaks.isEmpty, "\(leaks.prefix(10))")
    // The judge is awake: of the raw text it finds much.
    let raw = try await DetectSecrets.judge(String(decoding: Self.file(samples), as: UTF8.self))
    #expect(raw.count >= 200)
  }
}

/// A text, and what it decodes to.
enum Decoded {
  static func all(of text: String) -> [String] {
    all(of: Array(text.utf8), depth: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func all(of text: [UInt8], depth: Int) -> [[UInt8]] {
    var texts = [text]
    guard depth < 3 else { return texts }
    if text.contains(UInt8(ascii: "%")) { texts += all(of: unpercent(text), depth: depth + 1) }
    for word in text.split(whereSeparator: { values[Int($0)] > 63 }) where word.count >= 20 {
      let plain = unbase64(word)
      if plain.allSatisfy({ $0 >= 0x09 && $0 < 0x7F }) { texts += all(of: plain, depth: depth + 1) }
      if word.count % 2 == 0, word.allSatisfy({ hexDigit($0) != nil }) { texts.append(unhex(word)) }
    }
    return texts
  }

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, byte) in (PlantedSecrets.upper + PlantedSecrets.lower + PlantedSecrets.digits + "+/").utf8.enumerated()
    { values[Int(byte)] = UInt8(value) }
    values[Int(UInt8(ascii: "-"))] = 62
    values[Int(UInt8(ascii: "_"))] = 63
    return values
  }()

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
  }

  private static func unpercent(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    while place < text.count {
      if text[place] == UInt8(ascii: "%"), place + 2 < text.count, let high = hexDigit(text[place + 1]),
        let low = hexDigit(text[place + 2])
      {
        result.append(high << 4 | low)
        place += 3
      } else {
        result.append(text[place])
        place += 1
      }
    }
    return result
  }

  private static func unbase64(_ word: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var (bits, count) = (UInt32(0), UInt32(0))
    for byte in word {
      (bits, count) = (bits << 6 | UInt32(values[Int(byte)]), count + 6)
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return result
  }

  private static func unhex(_ word: ArraySlice<UInt8>) -> [UInt8] {
    let digits = word.compactMap { hexDigit($0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

/// The judge from PyPI.
enum DetectSecrets {
  static let isMissing = "no detect-secrets in SLUICE_VENV or .venv-tests"

  private static let interpreter: String? = {
    let folder = ProcessEnvironment.current["SLUICE_VENV"] ?? Fixtures.package + "/.venv-tests"
    return Files.kind(of: folder + "/bin/detect-secrets") == nil ? nil : folder + "/bin/python"
  }()

  static var isThere: Bool { interpreter != nil }

  /// The secrets that its plugins find in a text.
  static func judge(_ text: String) async throws -> [String] {
    try await Python.judge("secrets_found.py", lines: [text], within: .seconds(300))
  }
}
