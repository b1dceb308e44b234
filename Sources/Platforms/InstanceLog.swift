/// A log that one instance writes, or a few of them together where their platform does not tell them apart, and how it is
/// read while it grows.
package struct InstanceLog: Sendable {
  /// What a file of it is called, without an ending: the instance, and which of its logs where it has several. The same log has
  /// the same name at every look.
  package let name: String
  /// Where it is read.
  package let origin: Origin

  /// How a log is read.
  package enum Origin: Sendable {
    /// A file that grows while the instance lives, and stays when it has ended.
    case file(String)
    /// A stream that ends with the log, or breaks off with an error; it is opened again then, and may tell again what it told.
    ///
    /// Gives each piece as it comes, whole lines with their ends best, and heeds cancellation. It begins with what the platform
    /// still has of the last minutes.
    case stream(@Sendable (_ piece: @escaping @Sendable ([UInt8]) async throws -> Void) async throws -> Void)
  }

  /// A log.
  package init(name: String, origin: Origin) {
    self.name = name
    self.origin = origin
  }
}
