import Vocabulary

/// Where a LiveKit project is asked: rooms and dispatches at its own address, hosted agents at one derived from it.
package struct LiveKitServer: Hashable, Sendable {
  /// The project's address over HTTP, without a slash at its end: `https://my-project.livekit.cloud`.
  package let url: String
  /// What LK_AGENTS_URL says; nil when it is not set.
  package let agentsOverride: String?

  /// A server at `ws`, `wss`, `http` or `https`; nil for any other text.
  package init?(_ url: String, agentsOverride: String? = nil) {
    guard let url = LiveKitServer.overHTTP(url) else { return nil }
    self.url = url
    self.agentsOverride = agentsOverride.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Where hosted agents are asked about: LK_AGENTS_URL as it is, else the project's address with its first label replaced
  /// by `agents`. An address of this machine or in figures has no such neighbour and stays as it is.
  package var agentsURL: String {
    if let agentsOverride { return LiveKitServer.overHTTP(agentsOverride) ?? agentsOverride }
    return LiveKitServer.replacingFirstLabel(of: url, by: "agents")
  }

  /// Where the logs of hosted agents are: `agents` before the domain, and the region before it; nil for a region that is no
  /// host label, which must not decide where a token is sent. LK_AGENTS_URL is taken for the project's address here.
  package func logsURL(region: String?) -> String? {
    let base = agentsOverride.flatMap { LiveKitServer.overHTTP($0) } ?? url
    guard let region, !region.isEmpty else { return LiveKitServer.replacingFirstLabel(of: base, by: "agents") }
    guard region.utf8.count <= 63, region.utf8.allSatisfy(LiveKitServer.isLabelByte) else { return nil }
    return LiveKitServer.replacingFirstLabel(of: base, by: "\(region).agents")
  }

  /// The first label of the project's host, by which `livekit.toml` and `lk` know a project; nil where there is none.
  package var subdomain: String? {
    let host = LiveKitServer.parts(of: url).host
    guard let dot = host.firstIndex(of: "."), !LiveKitServer.standsAlone(host) else { return nil }
    return String(host[..<dot])
  }

  /// Whether the address is LiveKit's own service, as far as its name tells.
  package var isCloud: Bool {
    let host = LiveKitServer.parts(of: url).host
    return host.hasSuffix(".livekit.cloud") || host.hasSuffix(".livekit.run")
  }

  private static func overHTTP(_ url: String) -> String? {
    let lower = url.prefix(8).lowercased()
    let schemes = [("wss://", "https://"), ("ws://", "http://"), ("https://", "https://"), ("http://", "http://")]
    guard let (old, new) = schemes.first(where: { lower.hasPrefix($0.0) }) else { return nil }
    let rest = url.dropFirst(old.count)
    guard let first = rest.first, first != "/", !rest.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace })
    else { return nil }
    let end = rest.lastIndex { $0 != "/" } ?? rest.startIndex
    return new + rest[...end]
  }

  /// Scheme with `://`, host without port, and the rest from the port on.
  private static func parts(of url: String) -> (scheme: Substring, host: Substring, rest: Substring) {
    let scheme = url.prefix { $0 != "/" }.count + 2
    let authority = url.dropFirst(scheme)
    let host = authority.first == "[" ? authority.prefix { $0 != "]" } : authority.prefix { !":/".contains($0) }
    return (url.prefix(scheme), host, authority[host.endIndex...])
  }

  private static func replacingFirstLabel(of url: String, by label: String) -> String {
    let (scheme, host, rest) = parts(of: url)
    guard let dot = host.firstIndex(of: "."), !standsAlone(host) else { return url }
    return "\(scheme)\(label)\(host[dot...])\(rest)"
  }

  /// Whether a host is in figures: replacing part of it would ask somebody else.
  private static func standsAlone(_ host: Substring) -> Bool {
    host.first == "[" || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
  }

  private static func isLabelByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D
  }
}
