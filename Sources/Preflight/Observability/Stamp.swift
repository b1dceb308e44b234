/// The few lines that a user adds to an agent so that its sessions carry the release that serves them.
///
/// The stamp is an attribute of the agent's participant, set when its worker accepts the session: whoever lists the room's
/// participants sees it, from the agent's first moment on. It carries APP_VERSION, or else SLUICE_VERSION, which `sluice`
/// sets for the processes that it starts itself.
package enum Stamp: String, CaseIterable, Sendable {
  /// livekit-agents for Python.
  case python
  /// @livekit/agents for Node.
  case node
  /// OpenRTC, which passes a request function of livekit-agents on.
  case openrtc

  /// The lines, ready to be pasted or to be kept as a module; ends with a line end.
  package func lines(attribute: String) -> String {
    switch self {
    case .python: head("#", attribute) + Stamp.function(attribute) + Stamp.pythonUse
    case .openrtc: head("#", attribute) + Stamp.function(attribute) + Stamp.openrtcUse
    case .node: head("//", attribute) + Stamp.nodeFunction(attribute) + Stamp.nodeUse
    }
  }

  private func head(_ comment: String, _ attribute: String) -> String {
    """
    \(comment) Every session carries the release that serves it, as the attribute '\(attribute)' of its agent.
    \(comment) Give the release to the image:  ARG APP_VERSION  and below it  ENV APP_VERSION=$APP_VERSION

    """
  }

  private static func function(_ attribute: String) -> String {
    """
    import os

    from livekit.agents import JobRequest

    APP_VERSION = os.environ.get("APP_VERSION") or os.environ.get("SLUICE_VERSION", "")


    async def stamp(request: JobRequest) -> None:
        await request.accept(attributes={"\(attribute)": APP_VERSION})


    """
  }

  private static let pythonUse = """
    # With AgentServer:    @server.rtc_session(on_request=stamp)
    # With WorkerOptions:  WorkerOptions(entrypoint_fnc=entrypoint, request_fnc=stamp)
    # With a request function of your own: give its accept() the same attributes.

    """

  private static let openrtcUse = """
    # AgentPool(..., request_fnc=stamp)
    # With accept_only_registered_rooms, which excludes a request function: do its check in stamp, before accept().

    """

  private static func nodeFunction(_ attribute: String) -> String {
    """
    import type { JobRequest } from '@livekit/agents';

    const APP_VERSION = process.env.APP_VERSION || process.env.SLUICE_VERSION || '';

    export async function stamp(request: JobRequest): Promise<void> {
      // Name, identity and metadata stay the defaults.
      await request.accept('', '', '', { '\(attribute)': APP_VERSION });
    }


    """
  }

  private static let nodeUse = """
    // new ServerOptions({ agent: fileURLToPath(import.meta.url), requestFunc: stamp })
    // With a request function of your own: give its accept() the same attributes.

    """
}
