/// A decimal number of any length, exactly.
package struct ExactNumber: Hashable, Sendable {
}
