/// What this program is.
package enum Sluice {
  /// The program's version, as `sluice --version` prints it.
  package static let version = "0.1.0"
}
