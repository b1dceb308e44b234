/// Takes out of everything that enters a bundle what must not leave this machine.
///
/// Fails closed: after an error of a stream nothing of its file is released, nor the bundle.
package protocol BundleFilter: Sendable {
  /// A stream that one file passes, which messages call by this name.
  func stream(_ file: String) -> any BundleFilterStream
  /// A stream that only learns from a file what is to be hidden in all of them; it writes nothing.
  func learner(_ file: String) -> any BundleFilterStream
  /// A path, or another text of one line, as it may stand in a bundle.
  func text(_ text: String) throws -> String
  /// The rules, with how often each hid something: for the manifest.
  func record(of hidden: [String: Int]) -> BundleManifest.Redaction
}

/// What one file passes on its way into a bundle. It belongs to one task at a time.
package protocol BundleFilterStream {
  /// Takes the next bytes and appends to `output` what may be released by now.
  mutating func take(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) throws
  /// Takes the end and appends the rest.
  mutating func finish(into output: inout [UInt8]) throws
  /// How often each rule hid something.
  var hidden: [String: Int] { get }
}

/// A file that no filter can look into: compressed in another way, binary. It stays out of the bundle, which says so.
package struct UnreadableContent: Error {
  /// What it is.
  package let what: String

  /// A file that is not text.
  package init(what: String) { self.what = what }
}

/// Looks at what was released, knowing nothing of how it was filtered.
package protocol BundleDetector: Sendable {
  /// A scan of one file, or of a part of it that begins and ends with lines.
  func scan(_ file: String) -> any BundleScan
}

/// The scan of one file's bytes, piece by piece. It belongs to one task at a time.
package protocol BundleScan {
  /// Takes the next bytes.
  mutating func take(_ bytes: ArraySlice<UInt8>)
  /// Takes the end; what was found in the file.
  mutating func finish() -> [BundleLeak]
}

/// Something in a bundle that must not be in it; the thing itself is never shown.
package struct BundleLeak: Hashable, Codable, Sendable {
  /// The file's path in the bundle.
  package let file: String
  /// Where in it, in bytes from its beginning.
  package let offset: Int
  /// What it looks like: `jwt`.
  package let kind: String

  /// A find.
  package init(file: String, offset: Int, kind: String) {
    self.file = file
    self.offset = offset
    self.kind = kind
  }
}
