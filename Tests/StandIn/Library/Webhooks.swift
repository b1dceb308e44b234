import FoundationEssentials
import Libraries
import LiveKit
import Machine
import Vocabulary
import Web

/// Why a participant left, by its number in `DisconnectReason`.
enum LeaveReason: Int64, Sendable {
  case clientInitiated = 1
  case participantRemoved = 4
  case roomDeleted = 5
  case connectionTimeout = 14
}

extension Fleet {
  /// Plans a webhook about a room, where somebody listens.
  mutating func notify(
    _ event: String, _ sid: String, _ participant: Participant? = nil, _ reason: LeaveReason? = nil
  ) {
    guard scenario.webhook != nil, let room = room(sid) else { return }
    var hook: Message = [
      "event": .text(event), "room": .message(message(room)), "id": .text(identifier("EV_")),
      "created_at": .number(now.nanoseconds / 1_000_000_000),
    ]
    if let participant {
      var message = message(participant)
      if let reason {
        message["state"] = 3
        message["disconnect_reason"] = .number(reason.rawValue)
      }
      hook["participant"] = .message(message)
    }
    webhooks.append(hook)
  }
}

extension Desk {
  /// Sends what there is to send, one after the other, until the task is cancelled; what nobody takes is lost.
  func sendWebhooks(to address: String) async {
    let client = HTTPClient()
    while !Task.isCancelled {
      let hooks = withFleet { fleet in
        defer { fleet.webhooks = [] }
        return fleet.webhooks
      }
      for hook in hooks {
        let body = Array(hook.json(as: "WebhookEvent", style: .webhook).utf8)
        var token = AccessToken(apiKey: scenario.apiKey, validFrom: now, for: .seconds(300))
        token.bodyDigest = Data(Hashing.digest(.sha256, of: body)).base64EncodedString()
        guard let text = try? token.signed(with: Secret(scenario.apiSecret)).exposed else { continue }
        var request = HTTPClient.Request(.post, address, body: body)
        // Without `Bearer`, as the real one sends it.
        request.headers = ["Authorization": text, "Content-Type": "application/webhook+json"]
        // The real one tries again a few times; here whoever misses one learns to live with it.
        _ = try? await client.send(request)
      }
      // Cancelled when the server stops.
      try? await Task.sleep(for: .milliseconds(10))
    }
    await client.shutDown()
  }
}
