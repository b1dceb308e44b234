import Glibc

/// Variables of this process, for tests that run in a process of their own.
package enum TestEnvironment {
  /// Sets a variable; no other thread may read the environment meanwhile.
  package static func set(_ name: String, _ value: String) {
    // Both texts live for the call, which copies them.
    unsafe setenv(name, value, 1)
  }
}
