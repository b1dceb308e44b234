import Testing

@testable import Preflight

struct PythonModuleTests {
  @Test func whatStandsAroundBrokenTextIsRead() {
    let module = PythonModule(
      """
      import os
      server = AgentServer(port=8081,
      import torch
      print "two"
      class Agent:
          def run(self):
              x = 'open
              os.execv("/bin/sh", ["sh"])
      after = load()
      """)
    #expect(module.allStatements.flatMap(\.imports).map(\.target) == ["os", "torch"])
    #expect(module.allCalls.compactMap(module.qualifiedName(of:)) == ["os.execv", "load"])
    #expect(Set(module.troubles.map(\.line)) == [2, 4, 7])
  }

  @Test func namesAreFollowedThroughImports() {
    let module = PythonModule(
      """
      import sqlalchemy.ext.asyncio as aio
      import os.path
      from subprocess import Popen as start, run
      from . import settings
      from .db import engine
      aio.create_async_engine(); os.path.join(); start(); run(); settings.load(); engine.connect(); local()
      f().g()
      """)
    #expect(
      module.allCalls.map(module.qualifiedName(of:)) == [
        "sqlalchemy.ext.asyncio.create_async_engine", "os.path.join", "subprocess.Popen", "subprocess.run",
        ".settings.load", ".db.engine.connect", "local", nil, "f",
      ])
  }

  @Test(
    arguments: [
      ("60 * 60", 3600), ("HOUR", 3600), ("-1.5e1", -15), ("0x_10", 16), ("7 // 2", 3), ("1_000", 1000), ("5.", 5),
      ("1 / 0", nil), ("TWICE", nil), ("os.environ['X']", nil), ("int('3')", nil), ("3j", nil), ("LOOP", nil),
    ] as [(String, Double?)])
  func aNumberIsKnownOnlyWhereTheSourceSaysIt(expression: String, value: Double?) throws {
    let module = PythonModule("HOUR = 60 * 60\nTWICE = 1\nLOOP = LOOP\nif x:\n  TWICE = 2\nf(\(expression))")
    let argument = try #require(module.allCalls.first { $0.function.name == "f" }?.argument(at: 0))
    #expect(module.number(of: argument) == value)
  }

  @Test func textsAreKnownAcrossLinesAndNames() throws {
    let module = PythonModule(
      """
      BASE = "py" 'thon'
      f([BASE + "3", r"a\\b", \"\"\"x
      y\"\"\"], f"{BASE}3", b"z", *more, last="q")
      """)
    let call = try #require(module.allCalls.first)
    #expect(call.argument(at: 0).flatMap(module.texts(of:)) == ["python3", "a\\b", "x\ny"])
    #expect(call.argument(at: 1).flatMap(module.text(of:)) == nil)
    #expect(call.argument(at: 3) == nil && call.hasSpread)
    #expect(call.argument("last").flatMap(module.text(of:)) == "q")
  }

  @Test(arguments: ["(", "[", "{", "f(", "{a:", "not ", "-", "lambda: ", "x[", "a.b", "if x:\n ", "(yield ", "f'{"])
  func nestingIsBounded(piece: String) {
    let module = PythonModule(String(repeating: piece, count: 4_000))
    #expect(module.allExpressions.allSatisfy { $0.depth <= PythonExpression.depthLimit })
    let levels = (0..<400).map { String(repeating: " ", count: $0) + "if x:\n" }.joined()
    #expect(PythonModule(levels + "y()").allStatements.count < 402)
  }

  @Test func aStatementKnowsItsLines() {
    let module = PythonModule("@wrap(\n  1)\nasync def f(\n  a=2,\n):\n  x = [\n    1]\n\nwith (a as b,\n  c): pass\n")
    #expect(module.allStatements.map(\.lines) == [3...5, 6...7, 9...10, 10...10])
    #expect(module.body[0].decorators.map(\.line) == [1])
    #expect(module.body[0].function?.isAsync == true)
  }
}
