package import Machine
import Vocabulary
package import Web

/// Tells receivers, again where that can help, and never for longer than each allows.
package struct NotificationSender: Sendable {
  private let http: HTTPClient
  private let clock: any Clock<Duration>
  private let wallClock: WallClock
  /// The pause after the first attempt; each one after it is twice as long.
  private let pause: Duration
  /// The limit on one attempt.
  private let attemptLimit: Duration

  /// How many attempts there are at most.
  package static let attempts = 4

  /// A sender.
  package init(
    http: HTTPClient, clock: any Clock<Duration> = ContinuousClock(), wallClock: WallClock,
    pause: Duration = .seconds(1), attemptLimit: Duration = .seconds(10)
  ) {
    self.http = http
    self.clock = clock
    self.wallClock = wallClock
    self.pause = pause
    self.attemptLimit = attemptLimit
  }

  /// What came of telling one receiver.
  package struct Outcome: Hashable, Sendable {
    /// How often it was tried.
    package var attempts = 0
    /// Why it does not know, without its address; nil: it was told.
    package var failure: String?
  }

  /// Tells a receiver; an answer of 2xx is that it knows.
  ///
  /// Tried again: no answer, and the statuses 408, 429 and 5xx. Redirections are not followed: a body that is signed for one
  /// address is none of another's business.
  package func send(_ notification: Notification, to receiver: NotificationReceiver) async -> Outcome {
    let began = wallClock.now
    var outcome = Outcome()
    var pause = pause
    while outcome.attempts < Self.attempts {
      outcome.attempts += 1
      let left = receiver.timeout - (wallClock.now - began)
      guard left > .zero else { break }
      var wait = pause
      do {
        var request = try receiver.request(notification, at: wallClock.now)
        request.timeout = min(attemptLimit, left)
        request.connectTimeout = request.timeout
        request.bodyLimit = 1 << 20
        let answer = try await http.send(request)
        switch answer.status {
        case 200...299:
          outcome.failure = nil
          return outcome
        case 300...399:
          outcome.failure = "it answered \(answer.status), and redirections are not followed"
          return outcome
        case 408, 429, 500...599:
          outcome.failure = "it answered \(answer.status)"
          let asked = answer.headers["Retry-After"].flatMap { Int($0) }.map { Duration.seconds(min($0, 3_600)) }
          wait = max(pause, asked ?? .zero)
        default:
          outcome.failure = "it answered \(answer.status)"
          return outcome
        }
      } catch let failure as WebFailure {
        outcome.failure = failure.withoutAddress
        if !failure.isWorthRepeating { return outcome }
      } catch {
        outcome.failure = "the message cannot be written as JSON"
        return outcome
      }
      let rest = receiver.timeout - (wallClock.now - began)
      guard outcome.attempts < Self.attempts, wait < rest else { break }
      // Cancelled: whoever waits wants to end.
      guard (try? await clock.sleep(for: wait)) != nil else { break }
      pause *= 2
    }
    return outcome
  }
}

extension WebFailure {
  /// What went wrong, without where: of chat systems the address is the secret.
  fileprivate var withoutAddress: String {
    switch self {
    case .libraryMissing: "libcurl is not installed"
    case .invalidURL, .unsupportedScheme: "its address is none that can be asked"
    case .nameNotFound: "the name of its host is not known"
    case .refused: "nobody listens there"
    case .unreachable: "there is no way to its host"
    case .reset, .truncated, .connectionLost, .closed: "it cut the connection"
    case .timedOut: "it gave no answer in time"
    case .tls: "no secure connection to it"
    case .tooLarge, .malformed, .protocolViolation: "its answer is none of HTTP's"
    default: "it could not be asked"
    }
  }

  fileprivate var isWorthRepeating: Bool {
    switch self {
    case .libraryMissing, .invalidURL, .unsupportedScheme, .cancelled, .shutDown, .tls: false
    default: true
    }
  }
}
