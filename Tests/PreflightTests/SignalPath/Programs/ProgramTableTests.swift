import Machine
import Testing
import Vocabulary

@testable import Preflight

struct ProgramTableTests {
  @Test func everyLineOfTheTableIsRead() {
    let (rows, problems) = ProgramTable.read(ProgramTable.text)
    #expect(problems.isEmpty)
    #expect(rows.count > 100)
  }

  @Test func aLineThatCannotBeReadIsAProblemWithItsNumber() {
    let (rows, problems) = ProgramTable.read(
      "a | | execs | verified | It.\nb | --x | execs | verified | It.\nc | | jumps")
    #expect(rows.map(\.names) == [["a"]])
    #expect(problems.map(\.line) == [2, 3])
  }

  @Test func explanationsAreSentences() {
    for row in ProgramTable.read(ProgramTable.text).rows {
      #expect(row.explanation.hasSuffix("."), "\(row.names)")
      #expect(!row.explanation.dropLast().contains(". "), "\(row.names)")
    }
  }

  @Test(arguments: [
    ("gosu nobody python agent.py start", "python agent.py start"),
    ("setpriv --reuid=1000 --regid 1000 --clear-groups python agent.py", "python agent.py"),
    ("chpst -u nobody -o 512 python agent.py", "python agent.py"),
    ("nice -n 5 python agent.py", "python agent.py"), ("nice -5 python agent.py", "python agent.py"),
    ("ionice -c2 nice env A=1 python agent.py", "nice env A=1 python agent.py"),
    ("env -i -u X -C /srv A=1 python agent.py", "python agent.py"),
    ("env -S 'python agent.py' start", "python agent.py start"),
    ("env -S 'A=1 python agent.py'", "python agent.py"),
    ("taskset -c 0 python agent.py", "python agent.py"), ("chrt -o 0 python agent.py", "python agent.py"),
    ("stdbuf -oL -e 0 python agent.py", "python agent.py"), ("flock -F /lock python agent.py", "python agent.py"),
    ("flock -F /lock -c 'python agent.py'", "/bin/sh -c 'python agent.py'"),
    ("busybox timeout 3600 python agent.py", "python agent.py"), ("chroot --userspec=1 / python a.py", "python a.py"),
    (
      "start-stop-daemon --start --chdir /app --exec /usr/bin/python3 -- agent.py start",
      "/usr/bin/python3 agent.py start"
    ),
    ("chamber exec prod web -- python agent.py", "python agent.py"), ("poetry run python agent.py", "python agent.py"),
    ("newrelic-admin run-program python agent.py", "python agent.py"),
    ("dotenv -f .env run -- python agent.py", "python agent.py"),
    ("capsh --drop=all -- -c 'python a.py'", "/bin/bash -c 'python a.py'"),
    ("docker-entrypoint.sh agent.js start", "node agent.js start"), ("docker-entrypoint.sh npm start", "npm start"),
    ("su-exec 1000:1000 python agent.py", "python agent.py"), ("direnv exec . python agent.py", "python agent.py"),
    ("aws-vault exec prod -- python agent.py", "python agent.py"),
  ])
  func whatIsReplacedLeadsToItsCommand(_ line: String, _ command: String) throws {
    let model = try #require(known(line))
    guard case .execs(let next) = model.reaction else {
      Issue.record("\(line): \(model.reaction)")
      return
    }
    #expect(next.arguments.commandLine == command)
  }

  @Test(arguments: [
    ("tini -s -g -- python agent.py", "python agent.py"),
    ("dumb-init --rewrite 15:2 -c -- python agent.py", "python agent.py"),
    ("sudo -E -u nobody HOME=/x python agent.py", "python agent.py"),
    ("su -s /bin/sh nobody -c 'python a.py'", "/bin/sh -c 'python a.py'"),
    ("su - nobody -c 'python a.py'", "/bin/sh -c 'python a.py'"),
    ("runuser -u nobody -- python agent.py", "python agent.py"),
    ("timeout -k 5 --signal=INT 3600 python agent.py", "python agent.py"),
    ("flock /lock python agent.py", "python agent.py"),
    ("flock -w 5 /lock -c 'python a.py'", "/bin/sh -c 'python a.py'"),
    ("strace -f -o /x python agent.py", "python agent.py"),
    ("script -qec 'python a.py' /dev/null", "/bin/sh -c 'python a.py'"),
    ("xargs -a /dev/null python agent.py", "python agent.py"),
    ("uv run --no-project --with x python agent.py", "python agent.py"),
    ("uv run agent.py start", "python agent.py start"),
    ("uv run -m agent start", "python -m agent start"), ("uv --directory /srv run agent.py", "python agent.py"),
    ("doppler run --command 'python a.py'", "/bin/sh -c 'python a.py'"),
    ("doppler run -p x -c prd -- python a.py", "python a.py"),
    ("infisical run --env=prod -- python a.py", "python a.py"),
    ("watchfiles 'python agent.py start'", "python agent.py start"),
    ("watchmedo auto-restart -d . --recursive -- python agent.py", "python agent.py"),
    ("npx tsx agent.ts start", "/bin/sh -c 'tsx agent.ts start'"),
    ("npm exec -c 'node a.js'", "/bin/sh -c 'node a.js'"),
    ("tsx watch agent.ts start", "node agent.ts start"),
    ("concurrently -n a 'node agent.js'", "/bin/sh -c 'node agent.js'"),
    ("nodemon --exec 'python agent.py' start", "/bin/sh -c 'python agent.py start'"),
    ("pm2-runtime start agent.py --interpreter python -- start", "python agent.py start"),
    ("cross-env NODE_ENV=x node agent.js", "node agent.js"), ("dotenv -e .env -- node agent.js", "node agent.js"),
    ("cross-env-shell A=1 'node agent.js start'", "/bin/sh -c 'node agent.js start'"),
    ("aws-vault exec --server prod -- python agent.py", "python agent.py"),
    ("envconsul -kill-timeout 5s -prefix x python agent.py", "python agent.py"),
    ("unshare --fork --pid python agent.py", "python agent.py"),
  ])
  func whatStaysLeadsToItsCommand(_ line: String, _ command: String) throws {
    let model = try #require(known(line))
    guard case .supervises(let supervision) = model.reaction else {
      Issue.record("\(line): \(model.reaction)")
      return
    }
    #expect(supervision.children.map(\.launch.arguments.commandLine) == [command])
  }

  @Test(arguments: [
    ("setsid python agent.py", true), ("setsid -f python agent.py", true),
    ("daemonize -c /app /usr/bin/python3 a.py", true),
    ("sudo -b python agent.py", true), ("pm2 start agent.js -- start", true),
    ("tmux new-session -d 'python a.py'", true),
    ("start-stop-daemon --start --background --exec /usr/bin/python3", true), ("gosu nobody python agent.py", false),
  ])
  func whatLeavesIsSeen(_ line: String, _ leaves: Bool) throws {
    let isDaemon = if case .daemonizes = try #require(known(line)).reaction { true } else { false }
    #expect(isDaemon == leaves)
  }

  @Test(arguments: [
    "uvicorn app:app", "gunicorn -k uvicorn.workers.UvicornWorker app:app", "adk api_server --port 8080 .",
    "python -m uvicorn app:app", "fastapi run app.py", "python3.12 -m hypercorn app:app", "adk web",
  ])
  func serversThatCloseTheirSessionsAreNamed(_ line: String) throws {
    let model = try #require(known(line))
    #expect(model.findings.map(\.code) == ["DRN-011"])
    #expect(model.findings.first?.remedy.commands.first?.hasPrefix("sluice guard") == true)
  }

  @Test(arguments: [
    "python agent.py dev", "python agent.py console", "python -m livekit.agents start agent.py --dev",
    "python agent.py start --dev", "node agent.js dev",
  ])
  func developmentNeverDrains(_ line: String) throws {
    #expect(try #require(known(line)).findings.map(\.code) == ["SIG-011"])
  }

  @Test(arguments: [(true, false), (false, false), (nil, true)])
  func whatDependsOnTheImageIsUnknownWhereTheImageIs(_ hasPs: Bool?, _ isUnknown: Bool) throws {
    let line = PlainWords.split("concurrently 'node agent.js'")
    var launch = Launch(arguments: line, place: Place(file: "Dockerfile", line: 1))
    launch.image.hasPs = hasPs
    let model = try #require(Programs().model(for: launch))
    let answer = if case .unknown = model.reaction { true } else { false }
    #expect(answer == isUnknown)
  }

  private func known(_ line: String) -> ProgramModel? {
    var launch = Launch(arguments: PlainWords.split(line), place: Place(file: "Dockerfile", line: 1))
    (launch.image.hasPs, launch.image.hasBash) = (true, true)
    return Programs().model(for: launch)
  }
}
