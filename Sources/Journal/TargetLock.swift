import Documents
package import Machine
package import Vocabulary

/// Who has a target's lock.
package struct LockOwner: Hashable, Codable, Sendable {
  /// The run.
  package var run: RunID
  /// The machine it runs on.
  package var host: String
  /// The space in which its process's id has a meaning (`/proc/self/ns/pid`): containers of one machine differ.
  package var space: String
  /// Its process.
  package var process: ProcessIdentity
  /// When it took the lock.
  package var acquired: Timestamp
  /// When it last said that it lives.
  package var heartbeat: Timestamp
  /// When its lock is void unless it says so again.
  package var expires: Timestamp
}

/// The locks of the targets of one home: at most one run at a time changes a fleet.
package struct TargetLocks: Sendable {
  /// How long a lock lives without a heartbeat; holders renew it every third of that.
  package static let lifetime: Duration = .seconds(60)

  private let folder: String
  private let clock: WallClock
  private let host: String
  private let space: String
  private let process: ProcessIdentity

  /// The locks of a home, taken in this process's name unless another is given.
  package init(
    home: String, clock: WallClock = .live, host: String = Host.name, space: String = Host.processSpace,
    process: ProcessIdentity = Host.process
  ) {
    folder = home + "/locks"
    self.clock = clock
    self.host = host
    self.space = space
    self.process = process
  }

  /// Takes a target's lock for a run.
  ///
  /// A lock that has expired, or whose process on this machine is gone for certain, is taken over: `takenOverFrom` names
  /// the run that had it, to be journaled. Throws `JournalFailure.targetLocked` when another run has it.
  package func acquire(
    _ target: TargetName, for run: RunID, lifetime: Duration = TargetLocks.lifetime
  ) async throws -> TargetLock {
    try Files.makeDirectory(folder)
    return try await guarded(target) {
      let now = clock.now
      let owner = try read(target)
      if let owner, owner.run != run || owner.process != process, !isVoid(owner, at: now) {
        throw JournalFailure.targetLocked(target, owner: owner)
      }
      let mine = LockOwner(
        run: run, host: host, space: space, process: process, acquired: now, heartbeat: now, expires: now + lifetime)
      try write(mine, target)
      return TargetLock(
        target: target, run: run, lifetime: lifetime, takenOverFrom: owner?.run == run ? nil : owner, locks: self)
    }
  }

  /// Who has a target's lock at this moment; nil: nobody. Throws when the lock's file cannot be read.
  package func owner(of target: TargetName) throws -> LockOwner? {
    try read(target).flatMap { isVoid($0, at: clock.now) ? nil : $0 }
  }

  /// Renews the lock of a run.
  func renew(_ target: TargetName, for run: RunID, lifetime: Duration) async throws {
    try await guarded(target) {
      guard var owner = try read(target), owner.run == run, owner.process == process else {
        throw JournalFailure.lockLost(target, owner: try read(target))
      }
      owner.heartbeat = clock.now
      owner.expires = clock.now + lifetime
      try write(owner, target)
    }
  }

  /// Gives the lock of a run back; false when it was another's already.
  func release(_ target: TargetName, for run: RunID) async throws -> Bool {
    try await guarded(target) {
      guard let owner = try read(target), owner.run == run, owner.process == process else { return false }
      try Files.remove(path(of: target))
      return true
    }
  }

  /// Whether a lock binds nobody: expired, or of a process of this machine that is gone.
  private func isVoid(_ owner: LockOwner, at now: Timestamp) -> Bool {
    if now >= owner.expires { return true }
    // On another machine, or in another container, nothing can be said of the process.
    return owner.host == host && owner.space == space && !owner.process.isAlive
  }

  /// Runs the body while no other process reads or writes this target's lock.
  private func guarded<Result>(_ target: TargetName, _ body: () throws -> Result) async throws -> Result {
    let lock = try await FileLock.acquire(folder + "/" + fileName(of: target) + ".guard", within: .seconds(10))
    defer { withExtendedLifetime(lock) {} }
    return try body()
  }

  private func path(of target: TargetName) -> String { folder + "/" + fileName(of: target) + ".lock" }

  /// The target's name as a file's: everything but letters, digits, `-` and `_` as `%` and two digits.
  private func fileName(of target: TargetName) -> String {
    target.rawValue.utf8.reduce(into: "") { name, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
  }

  private func read(_ target: TargetName) throws -> LockOwner? {
    let path = path(of: target)
    guard Files.kind(of: path) != nil else { return nil }
    do {
      return try CanonicalJSON.decode(LockOwner.self, from: try Files.read(path, limit: 65_536))
    } catch let failure as CodingFailure {
      throw MachineFailure.malformed(path: path, reason: failure.why ?? failure.what)
    }
  }

  private func write(_ owner: LockOwner, _ target: TargetName) throws {
    try Files.write(try CanonicalJSON.encode(owner), to: path(of: target))
  }
}

/// A target's lock that a run has.
package struct TargetLock: Sendable {
  /// The target.
  package let target: TargetName
  /// The run that has it.
  package let run: RunID
  /// Who had it until it was taken over; nil: it was free.
  package let takenOverFrom: LockOwner?
  private let lifetime: Duration
  private let locks: TargetLocks

  init(target: TargetName, run: RunID, lifetime: Duration, takenOverFrom: LockOwner?, locks: TargetLocks) {
    self.target = target
    self.run = run
    self.lifetime = lifetime
    self.takenOverFrom = takenOverFrom
    self.locks = locks
  }

  /// What the taking is in the journal.
  package var record: LockRecord {
    LockRecord(target: target, event: takenOverFrom == nil ? .acquired : .takenOver, other: takenOverFrom)
  }

  /// Says that the run lives. Throws `JournalFailure.lockLost` when another run has taken over.
  package func heartbeat() async throws { try await locks.renew(target, for: run, lifetime: lifetime) }

  /// Renews the lock every third of its lifetime until the task is cancelled or the lock is lost; throws then.
  package func keep(clock: some Clock<Duration> = ContinuousClock()) async throws {
    while true {
      try await clock.sleep(for: lifetime / 3)
      try await heartbeat()
    }
  }

  /// Gives the lock back; false when it was another's already, which is for the journal (`lost`).
  @discardableResult
  package func release() async throws -> Bool { try await locks.release(target, for: run) }
}
