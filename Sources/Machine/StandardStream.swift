import CMachine
import Glibc

/// Standard output or standard error: every write goes out at once, whole.
package struct StandardStream: Sendable {
  /// The result of a command, and nothing else.
  package static let output = StandardStream(descriptor: 1)
  /// Progress, hints, diagnostics.
  package static let errors = StandardStream(descriptor: 2)

  /// Whether standard input is a terminal.
  package static var isInputTerminal: Bool { isatty(0) == 1 }

  /// The descriptor's number.
  package let descriptor: Int32

  /// A stream over a descriptor that stays open.
  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// What became of a write.
  package enum Outcome: Sendable {
    case written
    /// The reader has gone (EPIPE): end quietly.
    case closed
  }

  /// Writes all of it. A reader that takes nothing for a minute counts as gone.
  ///
  /// Throws `MachineFailure` when the stream is a file that cannot be written: a full disk.
  @discardableResult
  package func write(_ text: String) throws(MachineFailure) -> Outcome { try write(Array(text.utf8)) }

  /// Writes all of it; see `write(_:)` of a text.
  @discardableResult
  package func write(_ bytes: [UInt8]) throws(MachineFailure) -> Outcome {
    var written = 0
    while written < bytes.count {
      // The pointer covers the rest of the array for the call.
      let count = unsafe bytes[written...].withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        written += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // One entry, valid for the call.
        guard unsafe poll(&wait, 1, 60_000) != 0 else { return .closed }
      case EPIPE, EIO, EBADF: return .closed
      default: throw .file(.write, path: "/dev/fd/\(descriptor)", SystemError())
      }
    }
    return .written
  }

  /// Whether it is a terminal.
  package var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Columns and rows of the terminal; nil when it is none or does not say.
  package var size: (columns: Int, rows: Int)? {
    var columns: Int32 = 0
    var rows: Int32 = 0
    // Both are written during the call.
    guard unsafe cm_terminal_size(descriptor, &columns, &rows) == 0, columns > 0, rows > 0 else { return nil }
    return (Int(columns), Int(rows))
  }
}
