import CMachine
import Glibc

/// A thread of its own, for what blocks: never a thread of the concurrency pool.
package enum BackgroundThread {
  /// Runs the body on a new thread; the name is what `ps -L` shows, 15 bytes at most.
  ///
  /// A write of the thread to a closed pipe is an error (EPIPE), whatever the process does with SIGPIPE.
  package static func start(named name: String, _ body: @escaping @Sendable () -> Void) throws(MachineFailure) {
    let box = unsafe Unmanaged.passRetained(Body(name: name, run: body))
    var attributes = pthread_attr_t()
    var thread = pthread_t()
    // The attributes live until the thread is created; the box is released by the thread, or here when there is none.
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let error = unsafe pthread_create(
      &thread, &attributes,
      { pointer in
        guard let pointer = unsafe pointer else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
        unsafe cm_enter_thread(String(body.name.prefix(15)))
        body.run()
        return nil
      }, box.toOpaque())
    unsafe pthread_attr_destroy(&attributes)
    guard error == 0 else {
      unsafe box.release()
      throw .system("starting a thread", SystemError(code: error))
    }
  }

  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }
}
