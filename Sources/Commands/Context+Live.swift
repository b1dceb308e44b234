import Glibc
import Machine
import Terminal
import Vocabulary

extension Context {
  /// The world as the program finds it.
  package static var live: Context {
    var context = Context(
      environment: ProcessEnvironment.current, directory: Host.workingDirectory, output: Output(.output),
      errors: Output(.errors), readLine: { Swift.readLine(strippingNewline: true) }, clock: ContinuousClock(),
      wallClock: .steady,
      stopSignals: { StopSignals.arrivals() },
      leave: { signal in
        _ = try? StandardStream.errors.write(StandardStream.errors.isTerminal ? LiveScreen.restoration : "")
        // Not `exit`: its handlers take the libraries away from threads that still use them.
        _exit(signal.exitStatus)
      }, program: Program.own)
    context.isInputTerminal = StandardStream.isInputTerminal
    return context
  }
}

private enum StopSignals {
  /// SIGINT and SIGTERM as they arrive, for as long as somebody listens.
  static func arrivals() -> AsyncStream<Signal> {
    AsyncStream { continuation in
      do {
        let watch = try SignalWatch([.interrupt, .terminate])
        let forwarding = Task {
          for await signal in watch.arrivals { continuation.yield(signal) }
          withExtendedLifetime(watch) {}
        }
        continuation.onTermination = { _ in
          watch.stop()
          forwarding.cancel()
        }
      } catch {
        // Without a watch the signals keep their default action, which ends the program.
        continuation.finish()
      }
    }
  }
}

extension Output {
  /// One of the program's own streams.
  init(_ stream: StandardStream) {
    self.init(
      isTerminal: stream.isTerminal, size: { stream.size },
      write: { bytes in
        do throws(MachineFailure) {
          // A reader that has gone is no error: the exit status still says how it ended.
          _ = try stream.write(bytes)
        } catch {
          // Progress that cannot be written must not end a rollout; a result that cannot is an error of the command.
          guard stream.descriptor == StandardStream.output.descriptor else { return }
          _ = try? StandardStream.errors.write("\(error)\n")
          _exit(error.exitStatus.rawValue)
        }
      })
  }
}
