import Platforms
import Vocabulary

/// Gives a Python worker another drain_timeout without the agent's help, so that a test need not wait for an hour.
///
/// Beside the hook of the port, and as harmless where it does not fit: the worker's log names the timeout in force, so
/// whether it took hold is seen and not supposed. Known to work with livekit-agents 1.3.12 and 1.8.9.
enum DrainHook {
  /// Writes both hooks and returns the variables of a worker that shall drain for at most `limit`.
  static func install(
    _ limit: Duration, in folder: String, into variables: [String: String]
  ) throws -> [String: String] {
    try PortHook.install(in: folder, into: variables, addition: module(limit))
  }

  /// `drain` of `AgentServer`, which was `Worker` before 1.3.1, takes its timeout as an argument that nobody gives.
  private static func module(_ limit: Duration) -> String {
    """

    class _DrainHook(_PortHook):
        NAME = "livekit.agents.worker"

        def _patch(self, module):
            server = getattr(module, "AgentServer", None) or module.Worker
            drain = server.drain

            async def shortened(this, *arguments, **named):
                if not arguments:
                    named.setdefault("timeout", \(limit.seconds))
                return await drain(this, *arguments, **named)

            server.drain = shortened


    sys.meta_path.insert(0, _DrainHook())

    """
  }
}
