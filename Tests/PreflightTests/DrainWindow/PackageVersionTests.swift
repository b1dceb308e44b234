import Testing
import TestSupport

@testable import Preflight

struct PackageVersionTests {
  @Test(arguments: [
    ("1.8.9", "1.8.10"), ("1.6.5rc1", "1.6.5"), ("1.0.0.dev3", "1.0.0a1"), ("1.0.0-next.2", "1.0.0"), ("0.9", "1"),
    ("1.6.5", "1.6.5.post1"), ("1.0.20", "1.0.21"),
  ])
  func oneComesBeforeTheOther(_ first: String, _ second: String) throws {
    let (first, second) = (try #require(PackageVersion(first)), try #require(PackageVersion(second)))
    #expect(first < second && !(second < first) && first != second)
  }

  @Test(arguments: [("1.8", "1.8.0"), ("v1.8.0+cpu", "1.8"), ("=1.8", "1.8.0.0")])
  func trailingZerosAndLocalPartsMakeNoDifference(_ one: String, _ other: String) throws {
    #expect(try #require(PackageVersion(one)) == #require(PackageVersion(other)))
  }

  @Test(arguments: ["latest", "", "1.x", "rc1", "*"]) func whatIsNoVersionIsNone(_ text: String) {
    #expect(PackageVersion(text) == nil)
  }

  @Test(arguments: [
    ("==1.8.9", "1.8.9", "1.8.10"), ("~=1.2", "1.9.0", "2.0.0"), ("~=1.2.3", "1.2.9", "1.3.0"),
    (">=1.0,<1.5", "1.4.9", "1.5.0"), ("<=1.3.8", "1.3.8", "1.3.9"), ("==1.3.*", "1.3.12", "1.4.0"),
  ])
  func aRequirementOfPipLetsInWhatItNames(_ text: String, _ inside: String, _ outside: String) throws {
    let requirement = VersionRequirement(text)
    let (inside, outside) = (try #require(PackageVersion(inside)), try #require(PackageVersion(outside)))
    #expect(requirement.exact.map { $0 == inside } ?? requirement.range.contains(inside))
    #expect(requirement.exact.map { $0 != outside } ?? !requirement.range.contains(outside))
  }

  @Test(arguments: [
    ("^1.2.3", "1.9.0", "2.0.0"), ("^0.2.3", "0.2.9", "0.3.0"), ("~1.2", "1.2.9", "1.3.0"), ("1.x", "1.9.9", "2.0.0"),
    (">=1.0.0 <1.5.0", "1.4.0", "1.5.0"), ("1.2.3", "1.2.3", "1.2.4"),
  ])
  func aRequirementOfNpmLetsInWhatItNames(_ text: String, _ inside: String, _ outside: String) throws {
    let requirement = VersionRequirement(text, npm: true)
    let (inside, outside) = (try #require(PackageVersion(inside)), try #require(PackageVersion(outside)))
    #expect(requirement.exact.map { $0 == inside } ?? requirement.range.contains(inside))
    #expect(requirement.exact.map { $0 != outside } ?? !requirement.range.contains(outside))
  }

  @Test(arguments: ["*", "latest", "workspace:*", "^1 || ^2", "!=1.2.3", "git+https://example.com/x.git"])
  func whatIsNotUnderstoodLetsEverythingIn(_ text: String) {
    let requirement = VersionRequirement(text, npm: true)
    #expect(requirement.exact == nil && requirement.range == .all)
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func pythonsPackagingComparesAlike() async throws {
    var random = SeededGenerator(seed: 6)
    func version() -> String {
      let numbers = (0..<Int.random(in: 1...4, using: &random)).map { _ in "\(Int.random(in: 0...12, using: &random))" }
      let stages = ["", "", "", "rc1", "a2", "b1", ".dev3", ".post1"]
      return numbers.joined(separator: ".") + (stages.randomElement(using: &random) ?? "")
    }
    let pairs = (0..<2_000).map { _ in (version(), version()) }
    let answers = try await Python.judge("versions.py", lines: pairs.map { "\($0.0) \($0.1)" })
    #expect(answers.count == pairs.count)
    for (pair, answer) in zip(pairs, answers) {
      let (left, right) = (try #require(PackageVersion(pair.0)), try #require(PackageVersion(pair.1)))
      #expect((left < right ? "<" : right < left ? ">" : "=") == answer, "\(pair)")
    }
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func noRangeIsNarrowerThanWhatPythonLetsIn() async throws {
    var random = SeededGenerator(seed: 6)
    func version() -> String {
      (0..<Int.random(in: 2...3, using: &random)).map { _ in "\(Int.random(in: 0...4, using: &random))" }
        .joined(separator: ".")
    }
    let cases = (0..<2_000).map { _ in
      let signs = ["==", "~=", ">=", "<=", "<", ">", "!="]
      let parts = (0..<Int.random(in: 1...2, using: &random)).map { _ in
        (signs.randomElement(using: &random) ?? "==") + version()
      }
      return (parts.joined(separator: ","), version())
    }
    let answers = try await Python.judge("versions.py", lines: cases.map { "\($0.0) in \($0.1)" })
    #expect(answers.count == cases.count)
    for (one, answer) in zip(cases, answers) where answer == "yes" {
      let version = try #require(PackageVersion(one.1))
      #expect(VersionRequirement(one.0).range.contains(version), "\(one)")
    }
  }
}
