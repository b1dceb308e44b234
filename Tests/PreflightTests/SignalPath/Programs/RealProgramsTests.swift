import Documents
import Glibc
import Machine
import TestSupport
import Testing

@testable import Preflight

/// Programs that really run around an agent, as process 1 of a namespace, against what the table says of them.
struct RealProgramsTests {
  /// An entry command with the length of its session in seconds; `venv:` names a program of the tests' environment.
  struct Example: Sendable {
    let line: String
    var session = 1.0
    var files: [String: String] = [:]
    init(_ line: String, session: Double = 1, _ files: [String: String] = [:]) {
      (self.line, self.session, self.files) = (line, session, files)
    }
    /// The words with the program's path; nil when it is not installed.
    var words: [String]? {
      var words = PlainWords.split(line).map(\.text)
      let name = words[0].hasPrefix("venv:") ? String(words[0].dropFirst(5)) : words[0]
      let venv = Python.interpreter.map { String($0.dropLast("python".count)) } ?? ""
      let folders = words[0].hasPrefix("venv:") ? [venv] : ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"]
      guard let path = folders.map({ $0 + name }).first(where: { Files.kind(of: $0) != nil }) else { return nil }
      words[0] = path
      return words
    }
  }

  private static let isThere =
    Files.kind(of: "/usr/bin/unshare") != nil && Python.isThere && getuid() == 0

  @Test(.enabled(if: isThere, "needs root, unshare and the Python of SLUICE_VENV or .venv-tests"))
  func eachProgramDoesWhatTheTableSays() async throws {
    let folder = try TemporaryFolder()
    var lines: [String] = []
    var expected: [(line: String, outcome: String)] = []
    var skipped: [String] = []
    for (index, example) in Example.all.enumerated() {
      guard let words = example.words else {
        skipped.append(String(example.line.prefix { $0 != " " }))
        continue
      }
      let place = "\(folder.path)/\(index)"
      try Files.makeDirectory(place, mode: 0o755)
      for (name, text) in example.files {
        if let slash = name.lastIndex(of: "/") { try Files.makeDirectory(place + "/" + name[..<slash], mode: 0o755) }
        try Files.write(Array(text.utf8), to: place + "/" + name, mode: 0o755, durably: false)
      }
      let argv = words.map { "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }.joined(
        separator: ",")
      lines.append(#"{"name":"\#(index)","argv":[\#(argv)],"folder":"\#(place)","session":\#(example.session)}"#)
      let files = Dictionary(uniqueKeysWithValues: example.files.map { ("\(place)/\($0.key)", $0.value) })
      let entry = EntryCommand(
        arguments: words.map { Word($0) }, origin: Place(file: "test"), image: ImageFacts(shell: .dash),
        workingDirectory: place, files: TextFiles(files))
      expected.append((example.line, SignalPath.judge(entry, programs: Programs()).outcome.rawValue))
    }
    let answers = try await Python.judge("signal_path.py", lines: lines, within: .seconds(240))
    let verdicts = try answers.map { try JSON.parse(Array($0.utf8), file: "answer")["verdict"]?.string ?? "" }
    let wrong = zip(expected, verdicts).filter { $0.outcome != $1 }.map {
      "\($0.line): judged \($0.outcome), ran \($1)"
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    #expect(verdicts.count == expected.count)
    #expect(verdicts.count >= 25, "only \(verdicts.count) programs are installed; missing: \(skipped)")
    if !skipped.isEmpty { print("⚠ not installed, not run: \(skipped.joined(separator: " "))") }
  }
}

extension RealProgramsTests.Example {
  private static let agent = "/usr/bin/python3 agent.py start"
  private static let makefile = ["Makefile": "run:\n\t/usr/bin/python3 agent.py start\n"]
  private static let run = ["service/run": "#!/bin/sh\nexec /usr/bin/python3 ../agent.py start\n"]
  private static func supervisord(_ more: String) -> [String: String] {
    [
      "s.conf": """
      [supervisord]
      nodaemon=true
      logfile=/dev/null
      logfile_maxbytes=0
      pidfile=/tmp/sluice-test-supervisord.pid
      [program:agent]
      command=/usr/bin/python3 agent.py start
      startsecs=0
      \(more)
      """
    ]
  }

  static let all = [
    Self("env X=1 \(agent)"), Self("env --block-signal=TERM \(agent)"), Self("env --ignore-signal=TERM \(agent)"),
    Self("nice -n 5 \(agent)"), Self("ionice -c2 \(agent)"), Self("chrt -o 0 \(agent)"), Self("taskset -c 0 \(agent)"),
    Self("stdbuf -oL \(agent)"), Self("nohup \(agent)"), Self("prlimit --nofile=1024 \(agent)"),
    Self("unshare -u \(agent)"),
    Self("unshare --fork -u \(agent)"), Self("setsid \(agent)"), Self("setsid -w \(agent)"),
    Self("setpriv --reuid=65534 --regid=65534 --clear-groups \(agent)"), Self("timeout 3600 \(agent)"),
    Self("timeout --foreground 3600 \(agent)"), Self("timeout -k 1 3600 \(agent)", session: 3),
    Self("flock lock \(agent)"),
    Self("flock -F lock \(agent)"), Self("xargs -a /dev/null \(agent)"), Self("time \(agent)"),
    Self("su -s /bin/sh root -c 'exec \(agent)'", session: 3), Self("runuser -u root -- \(agent)", session: 3),
    Self("script -qec 'exec \(agent)' /dev/null", session: 3), Self("make run", makefile),
    Self("make run", ["Makefile": "run:\n\t@echo starting && /usr/bin/python3 agent.py start\n"]),
    Self("make run", ["Makefile": "run: prepare\n\texec /usr/bin/python3 agent.py start\nprepare:\n\t@echo ready\n"]),
    Self("strace -f -o trace \(agent)"), Self("strace -I2 -f -o trace \(agent)"), Self("unbuffer \(agent)"),
    Self("start-stop-daemon --start --chdir . --exec /usr/bin/python3 -- agent.py start"),
    Self("tini -- \(agent)"), Self("tini -g -- \(agent)"), Self("tini -- sh -c '\(agent); true'"),
    Self("catatonit -- \(agent)"),
    Self("dumb-init -- \(agent)"), Self("dumb-init --single-child -- \(agent)"),
    Self("dumb-init --rewrite 15:0 -- \(agent)"),
    Self("dumb-init --rewrite 15:3 -- \(agent)"), Self("gosu root \(agent)"), Self("sudo -E -u root \(agent)"),
    Self("chpst -o 512 \(agent)"), Self("setuidgid root \(agent)"), Self("envdir . \(agent)"),
    Self("softlimit -o 512 \(agent)"),
    Self("setlock lock \(agent)"), Self("fghack \(agent)"), Self("daemonize /usr/bin/python3 agent.py start"),
    Self("busybox env \(agent)"), Self("busybox timeout 3600 \(agent)"), Self("busybox setsid \(agent)"),
    Self("s6-setuidgid root \(agent)"), Self("s6-softlimit -o 512 \(agent)"), Self("s6-supervise service", run),
    Self("runsv service", run), Self("runsvdir -P .", run),
    Self("supervisord -n -c s.conf", supervisord("stopwaitsecs=3600")),
    Self("supervisord -n -c s.conf", session: 4, supervisord("stopwaitsecs=1")),
    Self("supervisord -n -c s.conf", supervisord("stopsignal=QUIT")),
    Self("venv:honcho start", ["Procfile": "agent: /usr/bin/python3 agent.py start\n"]),
    Self("venv:honcho run \(agent)"),
    Self("venv:dotenv run -- \(agent)", [".env": "X=1\n"]), Self("venv:watchfiles '\(agent)'", session: 7),
    Self("venv:watchmedo auto-restart --kill-after 1 \(agent)", session: 3), Self("venv:uv run --no-project \(agent)"),
    Self(
      "venv:circusd c.ini", session: 3,
      ["c.ini": "[circus]\n[watcher:agent]\ncmd = /usr/bin/python3 agent.py\ncopy_env = true\ngraceful_timeout = 1\n"]),
  ]
}
