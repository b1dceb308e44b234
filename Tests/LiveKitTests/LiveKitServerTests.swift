import LiveKit
import Testing

struct LiveKitServerTests {
  @Test(
    arguments: [
      ("wss://my-proj.livekit.cloud", "https://my-proj.livekit.cloud", "https://agents.livekit.cloud", "my-proj"),
      ("WSS://My-Proj.livekit.cloud/", "https://My-Proj.livekit.cloud", "https://agents.livekit.cloud", "My-Proj"),
      (
        "https://p.staging.livekit.cloud", "https://p.staging.livekit.cloud", "https://agents.staging.livekit.cloud",
        "p"
      ),
      (
        "wss://site.livekit-telnyx.com:8443/x//", "https://site.livekit-telnyx.com:8443/x",
        "https://agents.livekit-telnyx.com:8443/x", "site"
      ),
      ("ws://localhost:7880", "http://localhost:7880", "http://localhost:7880", nil),
      ("http://127.0.0.1:7880/", "http://127.0.0.1:7880", "http://127.0.0.1:7880", nil),
      ("ws://[::1]:7880", "http://[::1]:7880", "http://[::1]:7880", nil),
      ("ws://10.0.0.7", "http://10.0.0.7", "http://10.0.0.7", nil),
    ] as [(String, String, String, String?)])
  func addressesAreDerivedAsLkDerivesThem(given: String, url: String, agents: String, subdomain: String?) throws {
    let server = try #require(LiveKitServer(given))
    #expect(server.url == url && server.agentsURL == agents && server.subdomain == subdomain)
  }

  @Test(arguments: [
    "", "my-proj.livekit.cloud", "wss://", "wss:///x", "ftp://a.b", "wss://a b", "wss://a.b?x=1", "https://a.b#c",
  ])
  func whatIsNoAddressIsRefused(given: String) { #expect(LiveKitServer(given) == nil) }

  @Test func logsAreInTheRegion() throws {
    let server = try #require(LiveKitServer("wss://my-proj.livekit.cloud"))
    #expect(server.logsURL(region: "osbxash1a") == "https://osbxash1a.agents.livekit.cloud")
    #expect(server.logsURL(region: nil) == "https://agents.livekit.cloud")
    #expect(server.logsURL(region: "") == "https://agents.livekit.cloud")
    #expect(server.logsURL(region: "a/b") == nil)
    #expect(server.isCloud)
  }

  @Test func theOverrideIsTakenAsItIsAndForLogsAsAnAddress() throws {
    let agents = try #require(LiveKitServer("wss://p.livekit.cloud", agentsOverride: "https://agents.example.com/"))
    #expect(agents.agentsURL == "https://agents.example.com")
    #expect(agents.logsURL(region: "r1") == "https://r1.agents.example.com")
    let local = try #require(LiveKitServer("wss://p.livekit.cloud", agentsOverride: "http://127.0.0.1:9"))
    #expect(local.agentsURL == "http://127.0.0.1:9" && local.logsURL(region: "r1") == "http://127.0.0.1:9")
    #expect(LiveKitServer("wss://p.livekit.cloud", agentsOverride: "")?.agentsURL == "https://agents.livekit.cloud")
    #expect(!(try #require(LiveKitServer("wss://livekit.example.com")).isCloud))
  }
}
