import LiveKit
import Vocabulary
import Web

/// Decides who may open a worker's connection, with a LiveKit server's own words for a refusal.
enum WorkerAdmission {
  /// The answer to a request that may not come in; nil for one that may.
  static func refusal(of request: HTTPRequest, options: DispatchServer.Options, at now: Timestamp) -> HTTPResponse? {
    guard let token = request.bearerToken else { return permissionDenied }
    do {
      let claims = try AccessToken.verified(token, at: now) { key in
        key == options.apiKey ? Secret(options.apiSecret) : nil
      }
      return claims.video?.agent == true ? nil : permissionDenied
    } catch {
      switch error {
      case .malformed: return .text("invalid authorization token", status: 401)
      case .unknownKey(let key): return .text("invalid API key: \(key.harmless)", status: 401)
      // A LiveKit server repeats the token here; this one never does.
      case .algorithm, .signature, .notYetValid, .expired: return .text("invalid token", status: 401)
      }
    }
  }

  private static var permissionDenied: HTTPResponse {
    .json(Array(#"{"code":"unauthenticated","msg":"permissions denied"}"#.utf8), status: 401)
  }

  /// The token that a LiveKit server gives with an assignment: an hour to join the session's room as its agent.
  static func token(
    for job: Job, _ response: AvailabilityResponse, options: DispatchServer.Options, at now: Timestamp
  ) throws -> Secret {
    var grants = VideoGrants()
    grants.roomJoin = true
    grants.room = job.room?.name ?? ""
    grants.canPublish = true
    grants.canSubscribe = true
    grants.canPublishData = true
    grants.canSubscribeMetrics = false
    grants.canUpdateOwnMetadata = true
    grants.agent = true
    var token = AccessToken(apiKey: options.apiKey, validFrom: now, for: .seconds(3_600))
    token.identity = response.participantIdentity
    token.video = grants
    token.kind = "agent"
    token.attributes = response.participantAttributes.merging(["lk.agent_name": job.agentName]) { $1 }
    return try token.signed(with: Secret(options.apiSecret))
  }
}
