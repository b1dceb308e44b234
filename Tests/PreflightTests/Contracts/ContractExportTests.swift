import Documents
import Machine
import TestSupport
import Testing

@testable import Preflight

/// The export programs, run as a user would on a real agent and a real server.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
struct ContractExportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ export: ContractExport, _ arguments: [String]) async throws -> CompletedRun {
    let program = try folder.write(export.program, to: "export.py")
    return try await Invocation([Python.interpreter ?? "python3", program] + arguments, directory: folder.path)
      .run(within: .seconds(120) * Patience.factor)
  }

  @Test func anAgentsToolsAreWrittenInTheStrictEncodingTheModelSees() async throws {
    _ = try folder.write(
      """
      from typing import Literal
      from livekit.agents import Agent, RunContext, function_tool
      print("imported")

      @function_tool
      async def find_table(ctx: RunContext, guests: int, area: Literal["inside", "terrace"] = "inside") -> str:
          \"\"\"Find a free table.\"\"\"
          raise SystemExit("was called")

      @function_tool(raw_schema={"name": "cancel", "description": "d", "parameters": {"type": "object"}})
      async def cancel(raw_arguments: dict, ctx: RunContext) -> str: ...

      class Kitchen(Agent):
          def __init__(self) -> None:
              raise SystemExit("was made")

          @function_tool
          async def book(self, table: int, note: str | None = None) -> str:
              \"\"\"Book it.\"\"\"

      def late():
          @function_tool
          async def pay(amount: int) -> str:
              \"\"\"Pay.\"\"\"
          return [pay]
      """, to: "agent.py")
    let run = try await run(.python, ["agent.py", "late"])
    #expect(run.succeeded, "\(run.errorText)")
    let list = try #require(try ToolList(JSON.parse(run.output, file: "tools.json"), file: "tools.json"))
    #expect(list.tools.map(\.name) == ["book", "cancel", "find_table", "pay"])
    let book = try #require(list.tools.first?.input?.node)
    #expect(book["required"]?.sequence?.compactMap(\.string) == ["table"], "decoded")
    #expect(try await self.run(.python, ["agent.py", "late"]).output == run.output, "canonical")
  }

  @Test(.enabled(if: MCPPackage.isThere, "the Python of the tests has no package 'mcp'"))
  func aServersToolsAreWrittenOverStdio() async throws {
    _ = try folder.write(
      """
      try:
          from mcp.server.mcpserver import MCPServer
      except ImportError:
          from mcp.server.fastmcp import FastMCP as MCPServer
      server = MCPServer("kitchen")

      @server.tool()
      def find_table(guests: int, area: str = "inside") -> str:
          raise SystemExit("was called")

      @server.tool()
      def cancel(id: str) -> str: ...

      server.run(transport="stdio")
      """, to: "server.py")
    let run = try await run(.mcp, ["--", Python.interpreter ?? "python3", "server.py"])
    #expect(run.succeeded, "\(run.errorText)")
    let list = try #require(try ToolList(JSON.parse(run.output, file: "tools.json"), file: "tools.json"))
    #expect(list.tools.map(\.name) == ["cancel", "find_table"])
    #expect(list.tools.allSatisfy { $0.input != nil } && !list.isCutOff)
  }

  @Test func everyPageOfAServersListIsAskedFor() async throws {
    _ = try folder.write(
      """
      import json, sys
      for line in sys.stdin:
          message = json.loads(line)
          if "id" not in message:
              continue
          if message["method"] == "initialize":
              result = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {"name": "s", "version": "1"}}
          else:
              page = int(message["params"].get("cursor", "0"))
              result = {"tools": [{"name": f"t{page}", "inputSchema": {"type": "object"}}]}
              if page < 3:
                  result["nextCursor"] = str(page + 1)
          print(json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {}}))
          print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
      """, to: "server.py")
    let run = try await run(.mcp, ["--", Python.interpreter ?? "python3", "server.py"])
    #expect(run.succeeded, "\(run.errorText)")
    let list = try #require(try ToolList(JSON.parse(run.output, file: "tools.json"), file: "tools.json"))
    #expect(list.tools.map(\.name) == ["t0", "t1", "t2", "t3"])
  }
}

/// Whether the Python of the tests can be an MCP server.
private enum MCPPackage {
  static let isThere: Bool = {
    guard let interpreter = Python.interpreter else { return false }
    let folder = interpreter.dropLast("bin/python".count) + "lib"
    let versions = (try? Files.list(String(folder))) ?? []
    return versions.contains { Files.kind(of: "\(folder)/\($0)/site-packages/mcp") != nil }
  }()
}
