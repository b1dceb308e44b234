package import Machine

extension Signal {
  /// Ctrl-\.
  package static let quit = Signal(rawValue: 3)
  /// The first signal of an application's own.
  package static let user1 = Signal(rawValue: 10)
  /// The second signal of an application's own.
  package static let user2 = Signal(rawValue: 12)
  /// A reader is gone.
  package static let brokenPipe = Signal(rawValue: 13)
  /// A child has changed its state.
  package static let childChanged = Signal(rawValue: 17)

  /// A signal as STOPSIGNAL, `kill -s` and unit files write it: `SIGTERM`, `term`, `15`, `RTMIN+3`; nil for anything else.
  package init?(name: some StringProtocol) {
    var name = name.uppercased()
    if let number = Int32(name) {
      guard (1...64).contains(number) else { return nil }
      self.init(rawValue: number)
      return
    }
    if name.hasPrefix("SIG") { name.removeFirst(3) }
    if let number = Signal.numbers[name] {
      self.init(rawValue: number)
      return
    }
    for (base, prefix, sign) in [(Int32(34), "RTMIN", Int32(1)), (64, "RTMAX", -1)] where name.hasPrefix(prefix) {
      let offset = name.dropFirst(5)
      guard let distance = offset.isEmpty ? 0 : Int32(offset.dropFirst()), (0...30).contains(distance) else {
        return nil
      }
      self.init(rawValue: base + sign * distance)
      return
    }
    return nil
  }

  /// The name without `SIG`: `TERM`; a number where there is none.
  package var shortName: String {
    Signal.numbers.first { $0.value == rawValue && $0.key != "IOT" && $0.key != "CLD" && $0.key != "POLL" }?.key
      ?? "\(rawValue)"
  }

  /// What the kernel does with a process that has no handler for the signal.
  package var endsByDefault: Bool { ![17, 18, 19, 20, 21, 22, 23, 28].contains(rawValue) }

  private static let numbers: [String: Int32] = [
    "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "IOT": 6, "BUS": 7, "FPE": 8, "KILL": 9, "USR1": 10,
    "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15, "STKFLT": 16, "CHLD": 17, "CLD": 17, "CONT": 18,
    "STOP": 19, "TSTP": 20, "TTIN": 21, "TTOU": 22, "URG": 23, "XCPU": 24, "XFSZ": 25, "VTALRM": 26, "PROF": 27,
    "WINCH": 28, "IO": 29, "POLL": 29, "PWR": 30, "SYS": 31,
  ]
}
