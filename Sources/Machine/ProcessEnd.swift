/// How a process ended.
package enum ProcessEnd: Hashable, Sendable {
  /// It exited by itself with this code.
  case exited(Int32)
  /// A signal ended it.
  case signaled(Signal)
  /// It is gone and nobody recorded how: never to be taken for exit 0.
  case unknown
}

extension ProcessEnd: CustomStringConvertible {
  /// `exit 0`, `killed by SIGKILL`, `gone, how is not known`.
  package var description: String {
    switch self {
    case .exited(let code): "exit \(code)"
    case .signaled(let signal): "killed by \(signal)"
    case .unknown: "gone, how is not known"
    }
  }
}
