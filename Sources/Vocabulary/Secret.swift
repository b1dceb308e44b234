/// Text that must not be shown: no description, no dump, no interpolation and no coding gives it away.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The text itself; for the one place that needs it.
  package let exposed: String

  /// Hides a text.
  package init(_ text: String) { exposed = text }

  /// Whether there is no text.
  package var isEmpty: Bool { exposed.isEmpty }

  package var description: String { "(secret)" }
  package var debugDescription: String { "(secret)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
