import Machine
import Testing
import Vocabulary

@testable import Preflight

/// What launchers in Python and JavaScript do with a signal, as far as their text says it.
struct LauncherTests {
  /// A launcher's text and the verdict for it as process 1.
  struct Example: CustomTestStringConvertible {
    let name: String
    let text: String
    let outcome: SignalVerdict.Outcome
    var testDescription: String { name }
    init(_ name: String, _ outcome: SignalVerdict.Outcome, _ text: String) {
      (self.name, self.outcome, self.text) = (name, outcome, text)
    }
  }

  private func outcome(_ text: String, _ program: String, isFirst: Bool = true) -> SignalVerdict {
    let file = program == "python" ? "launch.py" : "launch.mjs"
    let entry = EntryCommand(
      arguments: [Word(program), Word(file), "start"], origin: Place(file: "Dockerfile", line: 3),
      image: ImageFacts(shell: .dash), workingDirectory: "/app", files: TextFiles(["/app/" + file: text]),
      hasInit: !isFirst)
    return SignalPath.judge(entry, programs: Programs())
  }

  @Test(arguments: Example.python) func pythonsLaunchers(_ example: Example) {
    let verdict = outcome(example.text, "python")
    #expect(verdict.outcome == example.outcome, "\(verdict.chain)")
  }

  @Test(arguments: Example.node) func nodesLaunchers(_ example: Example) {
    let verdict = outcome(example.text, "node")
    #expect(verdict.outcome == example.outcome, "\(verdict.chain)")
  }

  @Test func aLauncherThatSwallowsIsNamedWithItsLineAndTheCorrectedOne() throws {
    let verdict = outcome("import subprocess\nsubprocess.run([\"python\", \"agent.py\", \"start\"])\n", "python")
    let finding = try #require(verdict.findings.first { $0.code == "SIG-012" })
    #expect(finding.evidence.first?.locator == "launch.py:2")
    #expect(
      finding.remedy.commands == [
        #"-subprocess.run(["python", "agent.py", "start"])"#,
        #"+os.execvp("python", ["python", "agent.py", "start"])"#,
      ])
  }
}

/// Files of an image by their paths; everything else is not known.
struct TextFiles: ImageFiles {
  let texts: [String: String]
  init(_ texts: [String: String]) { self.texts = texts }
  func lookUp(_ path: String) -> ImageLookup {
    texts[path].map { text in
      .file(
        ImageFile(
          text: text, origin: Place(file: String(path.split(separator: "/").last ?? ""), line: 1), isExecutable: true))
    } ?? .unknown
  }
  func names(in path: String) -> [String]? {
    let names = texts.keys.filter { $0.hasPrefix(path + "/") }.compactMap {
      $0.dropFirst(path.count + 1).split(separator: "/").first
    }
    return names.isEmpty ? nil : Set(names.map(String.init)).sorted()
  }
}

extension LauncherTests.Example {
  static let python = [
    Self("execvp", .drains, "import os, sys\nos.execvp('python', ['python', 'agent.py'] + sys.argv[1:])\n"),
    Self("execl", .drains, "import os\nos.execlp('python', 'python', 'agent.py', 'start')\n"),
    Self(
      "run", .swallowed, "import subprocess, sys\nsys.exit(subprocess.call([sys.executable, 'agent.py', 'start']))\n"),
    Self("system", .swallowed, "import os\nos.system('python agent.py start')\n"),
    Self(
      "Popen without wait", .neverStarts, "import subprocess\nsubprocess.Popen(['python', 'agent.py', 'start'])\n"),
    Self(
      "Popen, forwarding handler, wait", .drains,
      """
      import signal, subprocess, sys
      proc = subprocess.Popen(["python", "agent.py", "start"])
      def forward(signum, frame):
          proc.send_signal(signum)
      for s in (signal.SIGTERM, signal.SIGINT):
          signal.signal(s, forward)
      sys.exit(proc.wait())
      """),
    Self(
      "Popen, handler that terminates and exits", .aborts,
      """
      import signal, subprocess, sys
      proc = subprocess.Popen(["python", "agent.py", "start"])
      def stop(*_):
          proc.terminate()
          sys.exit(0)
      signal.signal(signal.SIGTERM, stop)
      proc.wait()
      """),
    Self(
      "Popen, handler that terminates, waits and exits", .drains,
      """
      import signal, subprocess, sys
      proc = subprocess.Popen(["python", "agent.py", "start"])
      def stop(*_):
          proc.terminate()
          proc.wait()
          sys.exit(0)
      signal.signal(signal.SIGTERM, stop)
      proc.wait()
      """),
    Self(
      "Popen, handler with a kill after ten seconds", .aborts,
      """
      import signal, subprocess, sys
      def main():
          proc = subprocess.Popen(["python", "agent.py", "start"])
          def stop(*_):
              proc.terminate()
              try:
                  proc.wait(timeout=10)
              except subprocess.TimeoutExpired:
                  proc.kill()
          signal.signal(signal.SIGTERM, stop)
          proc.wait()
      if __name__ == "__main__":
          main()
      """),
    Self(
      "lambda", .drains,
      """
      import signal, subprocess
      p = subprocess.Popen(["python", "agent.py"])
      signal.signal(signal.SIGTERM, lambda *_: p.terminate())
      p.wait()
      """),
    Self(
      "ignored before exec", .drains,
      "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.execvp('python', ['python', 'agent.py'])\n"),
    Self(
      "blocked before exec", .swallowed,
      "import os, signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})\nos.execvp('python', ['python', 'agent.py'])\n"
    ),
    Self("runpy", .drains, "import runpy\nrunpy.run_path('agent.py', run_name='__main__')\n"),
    Self(
      "asyncio subprocess with a loop handler", .drains,
      """
      import asyncio, signal
      async def main():
          proc = await asyncio.create_subprocess_exec("python", "agent.py", "start")
          asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, proc.terminate)
          await proc.wait()
      asyncio.run(main())
      """),
    Self(
      "migration first", .drains,
      "import os, subprocess\nsubprocess.run(['alembic', 'upgrade', 'head'], check=True)\nos.execvp('python', ['python', 'agent.py'])\n"
    ),
    Self("shell=True", .swallowed, "import subprocess\nsubprocess.run('python agent.py start', shell=True)\n"),
    Self(
      "fork and exec", .swallowed,
      "import os\npid = os.fork()\nif pid == 0:\n    os.execvp('python', ['python', 'agent.py'])\nos.waitpid(pid, 0)\n"),
    Self(
      "multiprocessing", .swallowed,
      """
      import multiprocessing
      from livekit.agents import cli
      def serve():
          cli.run_app(server)
      if __name__ == "__main__":
          p = multiprocessing.Process(target=serve)
          p.start()
          p.join()
      """),
    Self(
      "the SDK", .drains,
      "from livekit.agents import cli, AgentServer\nserver = AgentServer()\nif __name__ == '__main__':\n    cli.run_app(server)\n"
    ),
    Self(
      "a handler before the SDK's", .drains,
      "import signal, sys\nfrom livekit.agents import cli\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\ncli.run_app(server)\n"
    ),
    Self(
      "a handler after the worker started", .aborts,
      """
      import os, signal
      from livekit.agents import cli, AgentServer
      server = AgentServer()
      @server.on("worker_started")
      def started(*_):
          signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
      cli.run_app(server)
      """),
    Self(
      "the server in a loop of its own", .swallowed,
      "import asyncio\nfrom livekit.agents import AgentServer\nserver = AgentServer()\nasyncio.run(server.run())\n"),
    Self(
      "the server in a loop with a drain", .drains,
      """
      import asyncio, signal
      from livekit.agents import AgentServer
      server = AgentServer()
      async def main():
          stop = asyncio.Event()
          asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
          task = asyncio.create_task(server.run())
          await stop.wait()
          await server.drain()
          await server.aclose()
      asyncio.run(main())
      """),
    Self(
      "the SDK in a thread", .neverStarts,
      "import threading\nfrom livekit.agents import cli\nthreading.Thread(target=cli.run_app, args=(server,)).start()\n"
    ),
    Self("uvicorn", .aborts, "import uvicorn\nuvicorn.run('app:app')\n"),
  ]

  static let node = [
    Self(
      "spawn", .swallowed,
      "import { spawn } from 'node:child_process';\nspawn('node', ['agent.js', 'start'], { stdio: 'inherit' });\n"),
    Self(
      "spawn and forward", .drains,
      """
      import { spawn } from 'child_process';
      const child = spawn(process.execPath, ['agent.js', ...process.argv.slice(2)], { stdio: 'inherit' });
      for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal));
      child.on('exit', (code) => process.exit(code ?? 1));
      """),
    Self(
      "spawn, forward and exit", .aborts,
      """
      const { spawn } = require('child_process');
      const child = spawn('node', ['agent.js', 'start']);
      process.on('SIGTERM', () => { child.kill('SIGTERM'); process.exit(0); });
      """),
    Self(
      "spawn, forward, kill after five seconds", .aborts,
      """
      const cp = require('child_process');
      const child = cp.spawn('node', ['agent.js']);
      function stop(signal) {
        child.kill(signal);
        setTimeout(() => child.kill('SIGKILL'), 5000);
      }
      process.on('SIGTERM', stop);
      """),
    Self(
      "execa", .aborts,
      "import { execa } from 'execa';\nawait execa('node', ['agent.js', 'start'], { stdio: 'inherit' });\n"),
    Self(
      "execa without a kill", .drains,
      "import { execa } from 'execa';\nawait execa('node', ['agent.js'], { forceKillAfterDelay: false });\n"),
    Self(
      "exec through a shell", .swallowed,
      "const { execSync } = require('child_process');\nexecSync('node agent.js start', { stdio: 'inherit' });\n"),
    Self(
      "cluster without a handler", .swallowed,
      "const cluster = require('cluster');\ncluster.setupPrimary({ exec: 'agent.js' });\ncluster.fork();\n"),
    Self(
      "the SDK", .drains,
      "import { cli, WorkerOptions } from '@livekit/agents';\ncli.runApp(new WorkerOptions({ agent: import.meta.filename }));\n"
    ),
    Self(
      "a handler that leaves beside the SDK", .aborts,
      "import { cli } from '@livekit/agents';\nprocess.on('SIGTERM', () => process.exit(0));\ncli.runApp(options);\n"),
    Self(
      "a comment is no code", .swallowed,
      "// process.on('SIGTERM', () => child.kill());\nconst { spawn } = require('child_process');\nspawn('node', ['agent.js']);\n"
    ),
  ]
}
