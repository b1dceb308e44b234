package import Redaction

import Machine

/// Redaction as a bundle's filter: what one file teaches holds for all that are read after it.
package final class RedactingFilter: BundleFilter {
  private let redactor: Locked<Redactor>

  /// A filter by a redactor, whose key is this bundle's.
  package init(_ redactor: Redactor) { self.redactor = Locked(redactor) }

  package func stream(_ file: String) -> any BundleFilterStream {
    Stream(stream: redactor.withLock { $0 }.stream(file))
  }

  package func learner(_ file: String) -> any BundleFilterStream {
    Learner(stream: redactor.withLock { $0 }.learner(file), redactor: redactor)
  }

  package func text(_ text: String) throws -> String { try redactor.withLock { $0 }.redact(text) }

  package func record(of hidden: [String: Int]) -> BundleManifest.Redaction {
    let manifest = redactor.withLock { $0 }.manifest(RedactionCounts())
    return BundleManifest.Redaction(
      rules: manifest.rules, relaxed: manifest.relaxed, added: manifest.added, hidden: hidden)
  }

  /// Tells content that nobody can look into from content that redaction gave up on.
  private static func checked(_ body: () throws(RedactionFailure) -> Void) throws {
    do throws(RedactionFailure) {
      try body()
    } catch {
      if case .notText(_, let what) = error { throw UnreadableContent(what: what) }
      throw error
    }
  }

  private struct Stream: BundleFilterStream {
    var stream: RedactionStream
    var hidden: [String: Int] { stream.counts.byRule }

    mutating func take(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) throws {
      try RedactingFilter.checked { () throws(RedactionFailure) in try stream.redact(bytes, into: &output) }
    }

    mutating func finish(into output: inout [UInt8]) throws {
      try RedactingFilter.checked { () throws(RedactionFailure) in try stream.finish(into: &output) }
    }
  }

  private struct Learner: BundleFilterStream {
    var stream: RedactionStream
    let redactor: Locked<Redactor>
    var hidden: [String: Int] { [:] }

    mutating func take(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) throws {
      try RedactingFilter.checked { () throws(RedactionFailure) in try stream.redact(bytes, into: &output) }
    }

    mutating func finish(into output: inout [UInt8]) throws {
      try RedactingFilter.checked { () throws(RedactionFailure) in try stream.finish(into: &output) }
      let names = stream.names
      redactor.withLock { $0.add(names) }
    }
  }
}

/// Redaction's detector, which knows none of its rules.
package struct LeakFinder: BundleDetector {
  private let detector: LeakDetector

  /// A detector for bundles.
  package init(_ detector: LeakDetector) { self.detector = detector }

  package func scan(_ file: String) -> any BundleScan { Scan(scan: detector.scan(file)) }

  private struct Scan: BundleScan {
    var scan: LeakScan
    mutating func take(_ bytes: ArraySlice<UInt8>) { scan.read(bytes) }
    mutating func finish() -> [BundleLeak] {
      scan.finish().map { BundleLeak(file: $0.file, offset: $0.offset, kind: $0.kind) }
    }
  }
}
