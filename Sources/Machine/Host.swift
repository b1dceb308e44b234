import Glibc

/// This machine and this process.
package enum Host {
  /// The machine's name.
  package static var name: String {
    var buffer = [CChar](repeating: 0, count: 256)
    // The last byte is never written, so the text always ends.
    guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown-host" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The id of this start of the system; empty when the system does not say.
  package static let bootID: String = {
    let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 128)) ?? []
    return String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
  }()

  /// The space in which this process's id has a meaning: `pid:[4026531836]`; containers of one machine differ.
  package static let processSpace: String = {
    var buffer = [CChar](repeating: 0, count: 64)
    // At most the buffer's size is written; the last byte stays zero.
    let length = unsafe readlink("/proc/self/ns/pid", &buffer, buffer.count - 1)
    guard length > 0 else { return "" }
    return String(decoding: buffer[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()

  /// This process.
  package static var process: ProcessIdentity {
    ProcessIdentity(pid: getpid()) ?? ProcessIdentity(pid: getpid(), startTime: 0, bootID: bootID)
  }

  /// The id of the user as whom this process acts.
  package static var user: UInt32 { geteuid() }

  /// The working directory; `.` when it has been removed.
  package static var workingDirectory: String {
    // The result was allocated for us and is freed after it was copied.
    guard let path = unsafe getcwd(nil, 0) else { return "." }
    defer { unsafe free(path) }
    return unsafe String(cString: path)
  }

  /// Raises the number of descriptors that this process may have open, within what the system allows; returns it.
  ///
  /// Children inherit it, so it is not raised without bound: some programs walk over every possible descriptor.
  @discardableResult
  package static func raiseDescriptorLimit(to wanted: Int = 65_536) -> Int {
    var limit = rlimit()
    // The pointer is valid for both calls.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
    guard limit.rlim_cur < wanted else { return Int(clamping: limit.rlim_cur) }
    limit.rlim_cur = min(limit.rlim_max, rlim_t(wanted))
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
  }
}
