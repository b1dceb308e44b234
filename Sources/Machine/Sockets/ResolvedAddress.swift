import Glibc

/// An address in the system's own form.
package struct ResolvedAddress: Sendable {
  var storage = sockaddr_storage()
  var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

  init() {}

  var family: Int32 { Int32(storage.ss_family) }

  /// The addresses of a host and port, or the one of a path.
  ///
  /// Blocks while a name is looked up, unless `isNumeric` says that only an address in figures is meant.
  package static func find(_ address: SocketAddress, isNumeric: Bool) throws(SocketError) -> [ResolvedAddress] {
    switch address {
    case .unix(let path): [try unix(path)]
    case .internet(let host, let port): try internet(host, port, isNumeric: isNumeric)
    }
  }

  private static func internet(_ host: String, _ port: UInt16, isNumeric: Bool) throws(SocketError)
    -> [ResolvedAddress]
  {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = AI_NUMERICSERV | (isNumeric ? AI_NUMERICHOST : 0)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard result == 0 else { throw SocketError(operation: SocketError.resolving, number: result) }
    // The list is ours until it is freed; each entry's address is `ai_addrlen` bytes, which fit a sockaddr_storage.
    defer { unsafe freeaddrinfo(list) }
    var found: [ResolvedAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let source = unsafe entry.pointee.ai_addr {
        var address = ResolvedAddress()
        address.length = unsafe entry.pointee.ai_addrlen
        let length = min(Int(address.length), MemoryLayout<sockaddr_storage>.size)
        unsafe withUnsafeMutableBytes(of: &address.storage) {
          unsafe $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: length))
        }
        found.append(address)
      }
      unsafe next = entry.pointee.ai_next
    }
    return found
  }

  private static func unix(_ path: String) throws(SocketError) -> ResolvedAddress {
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // The path and its final zero must fit: 107 bytes and one.
    guard bytes.count < MemoryLayout.size(ofValue: name.sun_path), !bytes.isEmpty, !bytes.contains(0) else {
      throw SocketError(operation: "use the path", number: ENAMETOOLONG)
    }
    unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: bytes) }
    var address = ResolvedAddress()
    address.length = socklen_t(MemoryLayout<sockaddr_un>.size)
    unsafe withUnsafeMutableBytes(of: &address.storage) { target in
      unsafe withUnsafeBytes(of: &name) { unsafe target.copyMemory(from: $0) }
    }
    return address
  }

  /// The address in figures; nil for what is neither IP nor Unix, and for a Unix socket without a path.
  var socketAddress: SocketAddress? {
    var copy = self
    if family == AF_UNIX {
      // sun_path begins after the family; getsockname ends it with zero where there is room.
      let start = MemoryLayout<sa_family_t>.size
      let path = unsafe withUnsafeBytes(of: &copy.storage) { unsafe Array($0[start..<max(start, Int(length))]) }
      let text = String(decoding: path.prefix { $0 != 0 }, as: UTF8.self)
      return text.isEmpty ? nil : .unix(path: text)
    }
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var port = [CChar](repeating: 0, count: 32)
    let result = unsafe copy.withPointer { address, length in
      unsafe getnameinfo(
        address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV)
    }
    let text: ([CChar]) -> String = {
      String(decoding: $0.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    guard result == 0, let number = UInt16(text(port)) else { return nil }
    return .internet(host: text(host), port: number)
  }

  /// Hands the address to a system call; the pointer holds for the call only.
  mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    let length = self.length
    return unsafe withUnsafePointer(to: &storage) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
    }
  }
}
