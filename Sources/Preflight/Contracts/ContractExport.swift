/// A program that a user runs to write down the tools of an agent or of an MCP server, which changes nothing.
package enum ContractExport: String, CaseIterable, Sendable {
  /// The function tools of a livekit-agents module.
  case python
  /// What an MCP server lists, over stdio or HTTP.
  case mcp

  /// The program, in Python; ends with a line end.
  package var program: String {
    switch self {
    case .python: Self.pythonProgram
    case .mcp: Self.mcpProgram
    }
  }

  /// The SDK binds a method to its agent when it is asked for; `__new__` makes one that nothing has started.
  private static let pythonProgram = #"""
    """Write the function tools of a livekit-agents module as JSON, to be compared with 'sluice check contracts'.

        python export_tools.py agent.py > contracts/tools.json

    The module is imported as a test would import it: its tools are described, none is called, and nothing connects. Found
    are tools of the module and of the classes that it defines. Tools that only exist once an agent runs are not: name
    what makes them, and it is called without arguments and looked at too:

        python export_tools.py agent.py make_tools > contracts/tools.json
    """

    import contextlib
    import importlib.util
    import inspect
    import json
    import os
    import sys

    from livekit.agents import llm
    from livekit.agents.llm import utils


    def is_tool(value):
        return llm.is_function_tool(value) or llm.is_raw_function_tool(value)


    def described(tool):
        if llm.is_raw_function_tool(tool):
            info = getattr(tool, "info", None) or llm.tool_context.get_raw_function_info(tool)
            return {"type": "function", "function": dict(info.raw_schema)}
        try:
            return utils.build_strict_openai_schema(tool)
        except Exception as error:  # not every signature has a strict schema
            print(f"without strict encoding: {error}", file=sys.stderr)
            return utils.build_legacy_openai_schema(tool)


    def tools_of(owner):
        for _, value in inspect.getmembers(owner, is_tool):
            # A class's tool takes self until it is bound: to an agent that was never initialized.
            yield value.__get__(owner.__new__(owner), owner) if inspect.isclass(owner) else value


    def main():
        path, *names = sys.argv[1:] or sys.exit(__doc__)
        sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
        spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        with contextlib.redirect_stdout(sys.stderr):
            spec.loader.exec_module(module)
            found = list(tools_of(module))
            for _, defined in inspect.getmembers(module, inspect.isclass):
                if defined.__module__ == module.__name__:
                    found += tools_of(defined)
            for name in names:
                value = getattr(module, name)
                value = value() if callable(value) and not is_tool(value) else value
                value = getattr(value, "tools", value)
                found += [tool for tool in (value if isinstance(value, (list, tuple)) else [value]) if is_tool(tool)]
        tools = {}
        for tool in map(described, found):
            name = tool["function"]["name"]
            if tools.setdefault(name, tool) != tool:
                sys.exit(f"two tools are called {name}")
        print(f"{len(tools)} tools", file=sys.stderr)
        json.dump([tools[name] for name in sorted(tools)], sys.stdout, indent=2, sort_keys=True, ensure_ascii=False)
        print()


    if __name__ == "__main__":
        main()

    """#

  private static let mcpProgram = #"""
    """Write the tools of an MCP server as JSON, to be compared with 'sluice check contracts'.

        python export_mcp.py https://mcp.example.com/mcp > contracts/kitchen.json
        python export_mcp.py -- python kitchen_server.py > contracts/kitchen.json

    Asks for tools/list, every page of it, and nothing else. Needs no packages. MCP_AUTHORIZATION is sent as the
    Authorization header; it is not written down.
    """

    import json
    import os
    import subprocess
    import sys
    import urllib.request

    HELLO = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "export-mcp", "version": "1"},
    }


    class Stdio:
        def __init__(self, command):
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def send(self, message):
            self.process.stdin.write(json.dumps(message).encode() + b"\n")
            self.process.stdin.flush()
            return map(json.loads, self.process.stdout)

        def close(self):
            self.process.stdin.close()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()


    class HTTP:
        def __init__(self, url):
            self.url = url
            self.headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
            if os.environ.get("MCP_AUTHORIZATION"):
                self.headers["Authorization"] = os.environ["MCP_AUTHORIZATION"]

        def send(self, message):
            request = urllib.request.Request(self.url, json.dumps(message).encode(), self.headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                if session := answer.headers.get("Mcp-Session-Id"):
                    self.headers["Mcp-Session-Id"] = session
                if answer.headers.get_content_type() == "text/event-stream":
                    return [json.loads(line[5:]) for line in answer if line.startswith(b"data:") and line[5:].strip()]
                body = answer.read()
                return [json.loads(body)] if body.strip() else []

        def close(self):
            pass


    def ask(server, number, method, params):
        for message in server.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params}):
            if message.get("id") == number:
                if "error" in message:
                    sys.exit(f"{method}: {message['error'].get('message')}")
                return message["result"]
        sys.exit(f"{method}: the server ended without an answer")


    def main():
        arguments = sys.argv[1:] or sys.exit(__doc__)
        server = Stdio(arguments[1:]) if arguments[0] == "--" else HTTP(arguments[0])
        try:
            hello = ask(server, 1, "initialize", HELLO)
            if isinstance(server, HTTP):
                server.headers["MCP-Protocol-Version"] = hello["protocolVersion"]
            server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
            tools, cursor, number = [], None, 2
            while True:
                page = ask(server, number, "tools/list", {"cursor": cursor} if cursor else {})
                tools += page["tools"]
                cursor, number = page.get("nextCursor"), number + 1
                if not cursor:
                    break
        finally:
            server.close()
        print(f"{len(tools)} tools", file=sys.stderr)
        tools.sort(key=lambda tool: tool["name"])
        json.dump({"tools": tools}, sys.stdout, indent=2, sort_keys=True, ensure_ascii=False)
        print()


    if __name__ == "__main__":
        main()

    """#
}
