package import Cutover
import Documents
import LiveKit
package import Machine
import SessionSources
package import Vocabulary
package import Web

/// The sessions of a dispatch server in another process.
package struct RemoteDispatchServer: SessionSource {
  package let traits: SourceTraits
  private let url: String
  private let apiKey: String
  private let apiSecret: Secret
  private let client: HTTPClient
  private let wallClock: WallClock

  /// A source at the server's address, `http://HOST:PORT`, asked with the key of a worker.
  package init(
    id: SourceID, url: String, apiKey: String, apiSecret: Secret, client: HTTPClient, wallClock: WallClock
  ) {
    traits = DispatchServer.traits(id)
    self.url = url
    self.apiKey = apiKey
    self.apiSecret = apiSecret
    self.client = client
    self.wallClock = wallClock
  }

  package func reading(within limit: Duration) async -> Reading {
    let answer = await ask(within: limit)
    return Reading(source: traits.id, takenAt: wallClock.now, answer: answer)
  }

  private func ask(within limit: Duration) async -> Reading.Answer {
    do {
      var request = HTTPClient.Request(.get, url + "/sluice/sessions")
      request.timeout = limit
      request.bodyLimit = 64 << 20
      request.headers["Authorization"] = "Bearer \(try token().exposed)"
      let response = try await client.send(request)
      guard response.status == 200 else {
        let kind: SourceFailure.Kind = response.status == 401 ? .denied : .malformed
        return .failure(SourceFailure(kind: kind, detail: "it answered with status \(response.status)"))
      }
      return .snapshot(try CanonicalJSON.decode(Observation.self, from: response.body))
    } catch let failure as WebFailure {
      return .failure(SourceFailure(failure))
    } catch {
      let detail = (error as? any Failure)?.what ?? "its answer cannot be read"
      return .failure(SourceFailure(kind: .malformed, detail: detail))
    }
  }

  private func token() throws -> Secret {
    var grants = VideoGrants()
    grants.agent = true
    var token = AccessToken(apiKey: apiKey, validFrom: wallClock.now, for: .seconds(60))
    token.video = grants
    return try token.signed(with: apiSecret)
  }
}
