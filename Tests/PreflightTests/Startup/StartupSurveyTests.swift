import Testing
import Vocabulary

@testable import Preflight

struct StartupSurveyTests {
  /// An agent of several files, the first of which is started.
  private func survey(
    _ files: KeyValuePairs<String, String>, databaseLimit: Int? = nil
  ) throws -> StartupSurvey {
    let entry = try #require(files.first)
    let others = Dictionary(uniqueKeysWithValues: files.map { ("/app/\($0.key)", Array($0.value.utf8)) })
    let source = AgentSource(entry: entry.key, bytes: Array(entry.value.utf8), roots: ["/app"]) { others[$0] }
    return StartupSurvey(source, databaseLimit: databaseLimit)
  }

  private func survey(_ text: String) throws -> StartupSurvey { try survey(["agent.py": text]) }

  private func places(_ survey: StartupSurvey, _ code: FindingCode) -> [String] {
    survey.findings.filter { $0.code == code }.flatMap(\.evidence).compactMap(\.locator)
  }

  /// An interview agent with a database, a deferred VAD and settings made at import.
  private static let interview: KeyValuePairs = [
    "agent.py": """
    import asyncio
    import torch
    from livekit.agents import AgentServer, AgentSession, AutoSubscribe, JobContext, cli
    from livekit.plugins import openai, silero
    from app.db import AsyncSessionLocal
    from app.settings import settings
    from app import orchestrator

    server = AgentServer(num_idle_processes=0, initialize_process_timeout=settings.TIMEOUT)


    async def load_vad_async():
        return await asyncio.to_thread(silero.VAD.load)


    @server.rtc_session()
    async def entrypoint(ctx: JobContext):
        profile = orchestrator.fetch_profile()
        await ctx.connect(auto_subscribe=AutoSubscribe.AUDIO_ONLY)
        db = AsyncSessionLocal()
        vad_instance = None
        session = AgentSession(vad=vad_instance, stt=openai.STT(), tts=openai.TTS())
        await session.start(agent=agent, room=ctx.room)
        asyncio.create_task(load_vad_async())


    if __name__ == "__main__":
        import tensorflow
        cli.run_app(server)
    """,
    "app/__init__.py": "",
    "app/db.py": """
    from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
    from .settings import settings

    engine = create_async_engine(settings.DATABASE_URL, pool_size=20)
    AsyncSessionLocal = async_sessionmaker(engine)
    """,
    "app/settings.py": """
    import os
    from pydantic_settings import BaseSettings

    class Base(BaseSettings):
        TIMEOUT: float = 10

    class Settings(Base):
        DATABASE_URL: str

    settings = Settings()
    REGION = os.environ["REGION"]
    try:
        ZONE = os.environ["ZONE"]
    except KeyError:
        ZONE = ""
    os.environ["SET"] = "1"
    """,
    "app/orchestrator.py": """
    import requests
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        import pandas

    def fetch_profile():
        return requests.get("https://profiles").json()

    def never_called():
        return requests.get("https://never")
    """,
  ]

  @Test func eachWrongMomentIsFoundWithItsPlace() throws {
    let survey = try survey(Self.interview)
    #expect(places(survey, "INI-006") == ["agent.py:2", "app/db.py:4"])
    #expect(places(survey, "INI-007") == ["app/db.py:4"])
    #expect(places(survey, "INI-008") == ["agent.py:13", "agent.py:22", "agent.py:9"])
    #expect(places(survey, "INI-009") == ["app/orchestrator.py:7"])
    #expect(places(survey, "INI-010") == ["app/settings.py:10", "app/settings.py:11"])
    #expect(places(survey, "INI-011") == ["agent.py:20"])
    #expect(survey.files == ["agent.py", "app/__init__.py", "app/db.py", "app/settings.py", "app/orchestrator.py"])
    #expect(survey.unread.isEmpty)
  }

  @Test func thePoolsOfAllProcessesAreHeldAgainstTheDatabasesLimit() throws {
    func summary(_ limit: Int?, idle: Int) throws -> String {
      let agent = """
        from sqlalchemy import create_engine
        from livekit.agents import WorkerOptions
        engine = create_engine("postgresql://db", pool_size=20, max_overflow=0)
        options = WorkerOptions(num_idle_processes=\(idle))
        """
      let survey = try survey(["agent.py": agent], databaseLimit: limit)
      return try #require(survey.findings.first { $0.code == "INI-007" }).summary
    }
    #expect(try summary(nil, idle: 2).contains("up to 20 connections each, so that 5 processes fill 100"))
    #expect(try summary(60, idle: 4).contains("3 processes fill 60 connections, and 4 are kept idle alone"))
  }

  @Test func anEngineInTheForkserverIsSharedByAll() throws {
    let survey = try survey([
      "agent.py": "from livekit.agents import AgentServer\nimport db\nserver = AgentServer(preload_modules=['db'])",
      "db.py": "import asyncpg\npool = asyncpg.create_pool('postgres://db')",
    ])
    let finding = try #require(survey.findings.first { $0.code == "INI-007" })
    #expect(finding.severity == .critical && finding.evidence.first?.locator == "db.py:2")
  }

  @Test func anAgentOfTheRecommendedShapeHasNoFinding() throws {
    let survey = try survey(
      """
      import os
      from livekit.agents import AgentServer, AgentSession, JobContext, JobProcess, cli
      from livekit.plugins import silero

      REGION = os.environ.get("REGION", "eu")

      def prewarm(proc: JobProcess) -> None:
          from sqlalchemy.ext.asyncio import create_async_engine
          proc.userdata["vad"] = silero.VAD.load()
          proc.userdata["engine"] = create_async_engine(os.environ["DATABASE_URL"], pool_size=1)

      server = AgentServer(setup_fnc=prewarm, num_idle_processes=2)

      @server.rtc_session()
      async def entrypoint(ctx: JobContext) -> None:
          await ctx.connect()
          session = AgentSession(vad=ctx.proc.userdata["vad"])
          ctx.add_shutdown_callback(session.aclose)
          await session.start(room=ctx.room)

      if __name__ == "__main__":
          os.environ["DATABASE_URL"]
          cli.run_app(server)
      """)
    #expect(survey.findings.isEmpty, "\(survey.findings)")
    #expect(survey.work.map(\.moment) == [.prewarm, .prewarm])
    let found = Dictionary(uniqueKeysWithValues: survey.settings.map { ($0.name, $0.found) })
    #expect(found["setup_fnc"] == "prewarm" && found["num_idle_processes"] == "2" && found["port"] == .some(nil))
  }

  @Test(
    arguments: [
      ("import requests\nX = requests.get('u')", ["agent.py:2"]),
      ("import requests as r\ndef f():\n  return r.get('u')\nX = f()", ["agent.py:3"]),
      ("import requests\nclass A:\n  x = requests.get('u')\n  def m(self): requests.get('v')", ["agent.py:3"]),
      ("import requests\n@wrap(requests.get('u'))\ndef f(a=requests.get('v')): pass", ["agent.py:2", "agent.py:3"]),
      ("import requests\nf = lambda: requests.get('u')", []),
      (
        "import asyncio, asyncpg\nasync def f():\n  return await asyncpg.connect()\nx = asyncio.run(f())",
        ["agent.py:3"]
      ),
      ("from os import system\nif x:\n  system('ls')", ["agent.py:3"]),
      ("from torch import nn\nimport torch.cuda", ["agent.py:1"]),
      (
        "class A:\n  def __init__(self):\n    self.m = load()\ndef load():\n  import whisper\n  return whisper.load_model('x')\nA()",
        ["agent.py:5", "agent.py:6"]
      ),
      ("try:\n  import torch\nexcept ImportError:\n  import tensorflow", ["agent.py:2"]),
      ("__name__ == '__main__' and run()\nif '__main__' == __name__:\n  import torch", []),
    ] as [(String, [String])])
  func onlyWhatRunsAtImportCounts(text: String, expected: [String]) throws {
    #expect(places(try survey(text), "INI-006") == expected)
  }

  @Test func whatIsDoneOnAConditionIsSuspected() throws {
    let survey = try survey("import os, requests\nX = os.getenv('X') or requests.get('u')")
    #expect(survey.findings.map(\.status) == [.suspected])
  }

  @Test func aCleanUpThatEndsWithTheEntrypointComesTooEarly() throws {
    let survey = try survey(
      """
      from db import SessionLocal
      @server.rtc_session()
      async def entrypoint(ctx):
          await ctx.connect()
          async with aiohttp.ClientSession() as http:
              await session.start(room=ctx.room)
      """)
    let finding = try #require(survey.findings.first { $0.code == "INI-011" })
    #expect(finding.evidence.first?.excerpt.contains("while the call goes on") == true)
  }

  @Test func aSettingThatIsMadeWhenItRunsIsUnknownAndNeverTheDefault() throws {
    let survey = try survey(
      """
      import os
      HOUR = 3600
      s = AgentServer(
          port=ServerEnvOption(dev_default=0, prod_default=8090),
          initialize_process_timeout=float(os.environ.get("INIT", "10")),
          drain_timeout=HOUR * 2,
      )
      s.setup_fnc = prewarm
      """)
    func setting(_ name: String) throws -> StartupSetting { try #require(survey.settings.first { $0.name == name }) }
    #expect(try setting("port").found == "8090" && setting("port").place == "agent.py:4")
    #expect(try !setting("initialize_process_timeout").isKnown)
    #expect(try setting("drain_timeout").found == "7200")
    #expect(try setting("num_idle_processes").found == nil)
  }

  @Test func circularImportsAndRecursionEnd() throws {
    let survey = try survey([
      "agent.py": "import a\ndef f(): g()\ndef g(): f()\nf()", "a.py": "import b", "b.py": "import a\nfrom . import c",
    ])
    #expect(survey.files == ["agent.py", "a.py", "b.py"] && survey.findings.isEmpty)
  }
}
