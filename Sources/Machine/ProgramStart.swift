import CMachine
import Glibc

/// What a program does before anything else.
package enum ProgramStart {
  /// Makes the process predictable, whatever started it: call it once, first.
  ///
  /// A closed pipe and a file-size limit become errors of a write instead of an end without words; the ends of children
  /// are seen even when the parent ignored them; descriptors 0 to 2 are open, so that no file is taken for one of them;
  /// and the limit of open descriptors is raised.
  package static func prepare() {
    cm_ignore(SIGPIPE)
    cm_ignore(SIGXFSZ)
    cm_default(SIGCHLD)
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is the one that is missing. The path lives for the call.
      _ = unsafe open("/dev/null", O_RDWR)
    }
    Host.raiseDescriptorLimit()
  }
}
