import Vocabulary

/// A `ws` address in its parts.
struct WebSocketURL: Hashable {
  /// A name, or an IP address without brackets.
  let host: String
  let port: UInt16
  /// Path and query as they are sent.
  let target: String
  /// Host and port as the `Host` field has them.
  let authority: String

  /// - Throws: `invalidURL`; `unsupportedScheme` for `wss`.
  init(_ text: String) throws(WebFailure) {
    let shown = WebAddress.shown(text)
    guard let scheme = text.range(of: "://") else { throw .invalidURL(at: shown) }
    let name = text[..<scheme.lowerBound]
    guard !name.isSameName("wss") else { throw .unsupportedScheme(at: shown) }
    let rest = text[scheme.upperBound...]
    let authority = rest.prefix { !"/?#".contains($0) }
    guard name.isSameName("ws"), let (host, port) = WebAddress.split(authority) else { throw .invalidURL(at: shown) }
    let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
    guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .invalidURL(at: shown) }
    self.host = host
    self.port = port ?? 80
    self.authority = String(authority)
    self.target = target.first == "/" ? String(target) : "/" + target
  }
}

/// What both clients need to know of addresses.
package enum WebAddress {
  /// A URL fit to be shown: without user name, password, query and fragment, and harmless.
  package static func shown(_ url: String) -> String {
    var text = url.prefix { $0 != "?" && $0 != "#" }
    let scheme = text.range(of: "://")
    // Without a scheme nobody knows where the host ends: what stands before an @ may be a password.
    let authority = scheme.map { text[$0.upperBound...].prefix { $0 != "/" } } ?? text
    if let at = authority.lastIndex(of: "@") {
      text = text[..<(scheme?.upperBound ?? text.startIndex)] + text[text.index(after: at)...]
    }
    return text.harmless
  }

  /// Host and port of `host:port` or `[::1]:port`; nil when it is neither, or carries a user name.
  static func split(_ authority: Substring) -> (host: String, port: UInt16?)? {
    var host = authority
    var port: Substring?
    if authority.first == "[" {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      let rest = authority[authority.index(after: end)...]
      guard rest.isEmpty || rest.first == ":" else { return nil }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") }) else { return nil }
    guard let port else { return (String(host), nil) }
    guard let number = UInt16(port), number > 0 else { return nil }
    return (String(host), number)
  }

  /// The host of any URL; nil when there is none.
  static func host(of url: String) -> String? {
    guard let scheme = url.range(of: "://") else { return nil }
    let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
    let start = authority.lastIndex(of: "@").map { authority.index(after: $0) } ?? authority.startIndex
    return split(authority[start...])?.host
  }

  /// Whether a host is this machine, which no proxy stands before.
  static func isLoopback(_ host: String) -> Bool {
    let name = host.lowercased()
    return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
      || name.hasPrefix("127.") && isFigures(name)
  }

  /// Whether a host is an IP address in figures, which no name service need be asked for.
  static func isFigures(_ host: String) -> Bool {
    host.contains(":") || !host.isEmpty && host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
  }
}

extension StringProtocol {
  /// The first place of an ASCII text.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
