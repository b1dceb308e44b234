/// A message of Slack's incoming webhooks. All that comes from outside is plain text there, in which nothing is a mention, a
/// link or markup.
struct SlackMessage: Encodable {
  let text: String
  let blocks: [Block]

  struct Block: Encodable {
    let type: String
    let text: Text
  }

  struct Text: Encodable {
    let type = "plain_text"
    let text: String
    let emoji = false
  }

  init(_ notification: Notification) {
    // What is shown in a list of messages is markup: its three characters are escaped as Slack asks.
    text = notification.headline.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    // Slack refuses a message with a header beyond 150 characters, or a section beyond 3,000.
    blocks =
      [Block(type: "header", text: Text(text: notification.headline.cut(to: 150)))]
      + notification.lines.map { Block(type: "section", text: Text(text: $0.cut(to: 3_000))) }
  }
}

/// A message of Teams' workflows: an Adaptive Card of rich text, which unlike a text block knows no Markdown.
struct TeamsMessage: Encodable {
  let type = "message"
  let attachments: [Attachment]

  struct Attachment: Encodable {
    let contentType = "application/vnd.microsoft.card.adaptive"
    let content: Card
  }

  struct Card: Encodable {
    let schema = "http://adaptivecards.io/schemas/adaptive-card.json"
    let type = "AdaptiveCard"
    let version = "1.4"
    let body: [Block]

    enum CodingKeys: String, CodingKey { case schema = "$schema", type, version, body }
  }

  struct Block: Encodable {
    let type = "RichTextBlock"
    let inlines: [Run]
  }

  struct Run: Encodable {
    let type = "TextRun"
    let text: String
    let weight: String
    let size: String
  }

  init(_ notification: Notification) {
    let head = Block(inlines: [Run(text: notification.headline.cut(to: 300), weight: "Bolder", size: "Medium")])
    // Teams refuses messages beyond 28 KB.
    let lines = notification.lines.map {
      Block(inlines: [Run(text: $0.cut(to: 2_000), weight: "Default", size: "Default")])
    }
    attachments = [Attachment(content: Card(body: [head] + lines))]
  }
}

extension String {
  /// The text, or so many characters of it with a mark that there is more.
  fileprivate func cut(to limit: Int) -> String { count <= limit ? self : prefix(limit - 1) + "…" }
}
