import Evidence

/// Lets everything through but the word `classified`, which it replaces; gives up on `unredactable`.
struct TestFilter: BundleFilter {
  func stream(_ file: String) -> any BundleFilterStream { Stream() }
  func learner(_ file: String) -> any BundleFilterStream { Stream() }
  func text(_ text: String) throws -> String { text.replacing("classified", with: "----------") }
  func record(of hidden: [String: Int]) -> BundleManifest.Redaction {
    BundleManifest.Redaction(rules: ["word"], relaxed: [], added: [], hidden: hidden)
  }

  struct GaveUp: Error {}

  struct Stream: BundleFilterStream {
    var hidden: [String: Int] = [:]
    private var kept: [UInt8] = []

    mutating func take(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) throws {
      kept += bytes
      // Nothing that could be part of the word is let go before its end is seen.
      guard let end = kept.lastIndex(of: UInt8(ascii: "\n")) else { return }
      try release(through: end + 1, into: &output)
    }

    mutating func finish(into output: inout [UInt8]) throws { try release(through: kept.count, into: &output) }

    private mutating func release(through end: Int, into output: inout [UInt8]) throws {
      let text = kept[..<end]
      kept.removeFirst(end)
      if text.firstRange(of: Array("unredactable".utf8)) != nil { throw GaveUp() }
      var rest = text
      while let word = rest.firstRange(of: Array("classified".utf8)) {
        output += rest[..<word.lowerBound] + Array("----------".utf8)
        hidden["word", default: 0] += 1
        rest = rest[word.upperBound...]
      }
      output += rest
    }
  }
}

/// Finds the word `leak`.
struct TestDetector: BundleDetector {
  func scan(_ file: String) -> any BundleScan { Scan(file: file) }

  struct Scan: BundleScan {
    let file: String
    private var bytes: [UInt8] = []

    init(file: String) { self.file = file }

    mutating func take(_ bytes: ArraySlice<UInt8>) { self.bytes += bytes }
    mutating func finish() -> [BundleLeak] {
      guard let place = bytes.firstRange(of: Array("leak".utf8)) else { return [] }
      return [BundleLeak(file: file, offset: place.lowerBound, kind: "a word")]
    }
  }
}
