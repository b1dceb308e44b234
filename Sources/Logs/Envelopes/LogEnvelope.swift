package import Vocabulary

import Documents

/// What a collector put around a line of a log, and the line itself.
package struct LogEnvelope: Hashable, Sendable {
  /// What was put around it; nil where the line is as its program wrote it.
  package var wrapping: Wrapping?
  /// Where the collector says that the line comes from: a pod and container, a service, a stream, a unit; made harmless.
  package var origin: String?
  /// When the collector took it; the line's own time, where it has one, is nearer to the event.
  package var at: Timestamp?
  /// The process that the collector names.
  package var pid: Int32?
  /// Whether the line goes on in the next one of the same origin.
  package var isPartial = false
  /// The line as its program wrote it.
  package var content: ArraySlice<UInt8>

  /// What lines come wrapped in.
  package enum Wrapping: String, Sendable {
    /// A container's json-file: `{"log":"…\n","stream":"stdout","time":"…"}`.
    case docker
    /// A container's file by the container runtime interface: `TIME stdout F …`.
    case cri
    /// `kubectl logs --timestamps` and `docker logs --timestamps`: `TIME …`.
    case timestamps
    /// `kubectl logs --prefix`: `[pod/NAME/CONTAINER] …`.
    case kubectlPrefix = "kubectl-prefix"
    /// `docker compose logs`: `NAME  | …`.
    case compose
    /// RFC 5424, RFC 3164, and journalctl's short forms.
    case syslog
    /// `journalctl -o json`.
    case journal
    /// An entry of Google's Cloud Logging.
    case cloudLogging = "cloud-logging"
    /// An event of CloudWatch Logs.
    case cloudWatch = "cloudwatch"
    /// A log of a Datadog export.
    case datadog
  }

  init(_ content: ArraySlice<UInt8>) { self.content = content }

  /// Opens the wrappings of a line, the outer before the inner; what is in none is given as it is.
  package static func open(_ line: ArraySlice<UInt8>) -> LogEnvelope {
    var envelope = LogEnvelope(line)
    // Compose around timestamps around a container's own line is as deep as it was seen; each step shortens the line.
    for _ in 0..<4 {
      guard let inner = opened(envelope.content) else { break }
      envelope = LogEnvelope(inner, in: envelope)
    }
    return envelope
  }

  /// An inner envelope with what only the outer one says.
  private init(_ inner: LogEnvelope, in outer: LogEnvelope) {
    self = inner
    if inner.wrapping == .timestamps, let wrapping = outer.wrapping { self.wrapping = wrapping }
    origin = [outer.origin, inner.origin].compactMap { $0 }.isEmpty ? nil : inner.origin ?? outer.origin
    at = inner.at ?? outer.at
    pid = inner.pid ?? outer.pid
    isPartial = inner.isPartial || outer.isPartial
  }

  private static func opened(_ line: ArraySlice<UInt8>) -> LogEnvelope? {
    switch line.first {
    case UInt8(ascii: "{")?: object(line)
    case UInt8(ascii: "[")?: kubectlPrefix(line)
    case UInt8(ascii: "<")?: syslog5424(line)
    case (0x30...0x39)?: timestamped(line)
    case nil: nil
    default: compose(line) ?? syslog3164(line)
    }
  }
}
