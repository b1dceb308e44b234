import Glibc

/// A value that one thread at a time may touch.
///
/// Over `pthread_mutex_t`, because the thread sanitizer reports false races with `Synchronization.Mutex` on Linux.
/// Never hold it across an await or a blocking call.
@safe package final class Locked<Value>: @unchecked Sendable {
  // Guarded by `mutex`.
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// A value with its lock.
  package init(_ value: sending Value) {
    self.value = value
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    // Fails only for attributes, of which there are none.
    unsafe pthread_mutex_init(mutex, nil)
  }

  deinit {
    // Nobody else has a reference, so nobody holds the lock.
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
  }

  /// Runs the body alone with the value; the body must not wait.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body(&value)
  }
}
