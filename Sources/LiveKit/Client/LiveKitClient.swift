import Documents
package import Machine
import Vocabulary
package import Web

/// The API of a LiveKit server and of LiveKit Cloud: Twirp in JSON, one short token for each call.
///
/// A token allows what its call needs and no more, for one room where the call is about one, and holds for five minutes.
/// Nothing is asked twice: a caller that asks again spaces its calls with `Backoff`. The client holds no connection of its own.
package struct LiveKitClient: Sendable {
  /// Whom it asks and with which key.
  package let credentials: LiveKitCredentials
  /// The limit on one call.
  package var timeout = Duration.seconds(15)
  let http: HTTPClient
  let clock: WallClock

  /// A client over the program's HTTP client.
  package init(_ credentials: LiveKitCredentials, http: HTTPClient, clock: WallClock = .live) {
    self.credentials = credentials
    self.http = http
    self.clock = clock
  }
}
