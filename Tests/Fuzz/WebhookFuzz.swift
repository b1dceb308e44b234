import LiveKit
import Vocabulary

/// Any bytes are a webhook with a room, a participant or a job, or are refused.
func fuzzWebhook(_ bytes: [UInt8]) {
  guard let event = try? WebhookEvent(bytes) else { return }
  precondition(event.room?.people ?? 0 >= 0)
  precondition(event.participant?.joinedAt.map { $0.nanoseconds > 0 } ?? true)
}
