import Machine

/// Gives every Python worker on one machine an HTTP port of its own, without the agent's help.
///
/// livekit-agents' HTTP server has port 8081 unless the agent says otherwise, so a second worker on the machine ends with
/// `Errno 98`. The hook is a `sitecustomize` module in a folder that stands first in the worker's PYTHONPATH. When
/// `livekit.agents.utils.http_server` is imported it makes the server take a free port, which the worker's log then
/// names. It loads the `sitecustomize` that it hides, prints nothing, and leaves everything as it is when something is not
/// as it expects. Known to work with livekit-agents 1.3.12 and 1.8.9; without effect in Node and under `python -I`, `-E`, `-S`.
package enum PortHook {
  /// Writes the hook into a folder and returns the variables with the folder first in PYTHONPATH.
  ///
  /// `addition` is Python that stands behind it, at the module's own level: it may derive from `_PortHook`, whose `NAME`
  /// is the module that is waited for and whose `_patch` is given it.
  package static func install(
    in folder: String, into variables: [String: String], addition: String = ""
  ) throws -> [String: String] {
    try Files.makeDirectory(folder)
    let path = folder + "/sitecustomize.py"
    let content = Array((module + addition).utf8)
    // Left alone when it is there, so that a worker that starts at this moment never finds it missing.
    if (try? Files.read(path, limit: 65_536)) != content { try Files.write(content, to: path) }
    var variables = variables
    let before = variables["PYTHONPATH"].flatMap { $0.isEmpty ? nil : $0 }
    variables["PYTHONPATH"] = [folder, before].compactMap(\.self).joined(separator: ":")
    return variables
  }

  /// The module. `_host` and `_port` are the attributes of both 1.3.12 and 1.8.9; 0 makes their `start` ask for a free port.
  static let module = """
    # Written by sluice: lets several LiveKit workers run on one machine. See the README, "Local processes".
    import sys


    class _PortHook:
        NAME = "livekit.agents.utils.http_server"

        def find_spec(self, name, path=None, target=None):
            if name != self.NAME:
                return None
            for finder in sys.meta_path:
                if finder is self or not hasattr(finder, "find_spec"):
                    continue
                spec = finder.find_spec(name, path, target)
                if spec is not None:
                    self._wrap(spec)
                    return spec
            return None

        def _wrap(self, spec):
            try:
                run = spec.loader.exec_module

                def exec_module(module):
                    run(module)
                    try:
                        self._patch(module)
                    except Exception:
                        pass

                spec.loader.exec_module = exec_module
            except Exception:
                pass

        def _patch(self, module):
            server = module.HttpServer
            make = server.__init__

            def __init__(this, *arguments, **named):
                make(this, *arguments, **named)
                # Subclasses serve something else, such as metrics, on a port that somebody chose.
                if type(this) is server and isinstance(getattr(this, "_port", None), int):
                    this._port = 0
                    # "" is IPv4 and IPv6, each with a free port of its own, of which the log names one.
                    if not this._host:
                        this._host = "0.0.0.0"

            server.__init__ = __init__


    sys.meta_path.insert(0, _PortHook())


    def _load_hidden():
        import os
        from importlib.machinery import PathFinder
        from importlib.util import module_from_spec

        here = os.path.dirname(os.path.abspath(__file__))
        path = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
        spec = PathFinder.find_spec("sitecustomize", path)
        if spec is not None and spec.loader is not None:
            module = module_from_spec(spec)
            sys.modules["sitecustomize"] = module
            spec.loader.exec_module(module)


    _load_hidden()

    """
}
