import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct PlatformFileTests {
  /// The question that files of a folder make.
  private func question(_ fixture: ImageFixture, _ change: (inout EntryFiles) -> Void = { _ in }) throws
    -> SignalQuestion
  {
    var files = EntryFiles()
    change(&files)
    return try SignalQuestion.read(files.below(fixture.folder.path), in: fixture.folder.path)
  }

  private let dockerfile =
    "FROM python:3.12-slim\nENV A=image B=image\nWORKDIR /app\nENTRYPOINT [\"./e.sh\"]\nCMD [\"a\", \"start\"]\n"

  // MARK: compose

  @Test func composeReplacesWhatItNamesAndLeavesTheRest() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile,
      "compose.yaml": """
      x-common: &common
        stop_grace_period: 1m30s
        environment: { B: compose, C: "${C:-default}", D: "$$D" }
      services:
        redis: { image: "redis:7" }
        agent:
          <<: *common
          build: .
          command: python "my agent.py" start
          init: true
          stop_signal: SIGINT
          working_dir: /srv
      """,
    ])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.text) == ["./e.sh", "python", "my agent.py", "start"])
    #expect(entry.environment.mapValues(\.text) == ["A": "image", "B": "compose", "C": "default", "D": "$D"])
    #expect(entry.hasInit)
    #expect(entry.stopSignal == .interrupt)
    #expect(entry.workingDirectory == "/srv")
    #expect(entry.stopDeadline?.limit == .seconds(90))
    #expect(entry.origin.line == 9)
    #expect(entry.image.shell == .dash)
  }

  @Test func anEntrypointOfComposeClearsTheImagesCommand() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile, "compose.yaml": "services:\n  agent:\n    build: .\n    entrypoint: [run]\n",
    ])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.text) == ["run"])
    #expect(entry.stopDeadline == DrainClock(name: "compose stop_grace_period", limit: .seconds(10), origin: "default"))
  }

  @Test func servicesExtendOthersAlsoOfOtherFilesAndOverridesCount() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile,
      "base.yaml":
        "services:\n  base:\n    environment: [A=base, B=base]\n    stop_grace_period: 5m\n    command: [base]\n",
      "compose.yaml": """
      services:
        agent:
          extends: { file: base.yaml, service: base }
          build: { context: ., dockerfile: Dockerfile, target: "0" }
          environment: [B=own]
      """, "compose.override.yaml": "services: { agent: { stop_grace_period: 7s } }",
    ])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.text) == ["./e.sh", "base"])
    #expect(entry.environment.mapValues(\.text) == ["A": "base", "B": "own"])
    #expect(entry.stopDeadline?.limit == .seconds(7))
  }

  @Test(arguments: [
    "services:\n  a: { extends: b }\n  b: { extends: a }\n", "include: [compose.yaml]\nservices: { a: { image: x } }\n",
    "services:\n  a: { extends: { file: compose.yaml, service: a } }\n",
  ])
  func circlesEnd(_ text: String) throws {
    let fixture = try ImageFixture(["compose.yaml": text])
    let failure = #expect(throws: EntryFailure.self) { try question(fixture) { $0.compose = "compose.yaml" } }
    guard case .circle? = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test func theServiceThatLooksLikeAnAgentIsTakenUnlessOneIsNamed() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile,
      "compose.yaml": """
      services:
        api: { build: ., command: [uvicorn] }
        voice-agent: { build: ., command: [python, agent.py, start] }
        livekit: { image: livekit/livekit-server }
      """,
    ])
    #expect(try question(fixture).subject.contains("'voice-agent'"))
    #expect(try question(fixture) { ($0.compose, $0.service) = ("compose.yaml", "api") }.subject.contains("'api'"))
    #expect(
      throws: EntryFailure.noSuchService(
        "x", file: fixture.folder.file("compose.yaml"), names: ["api", "voice-agent", "livekit"])
    ) {
      try question(fixture) { ($0.compose, $0.service) = ("compose.yaml", "x") }
    }
  }

  @Test func anAliasThatRepeatsItselfEndlesslyIsRefused() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    let fixture = try ImageFixture(["compose.yaml": text + "services: { a: { image: x } }\n"])
    #expect(throws: DocumentFailure.self) { try question(fixture) { $0.compose = "compose.yaml" } }
  }

  // MARK: Kubernetes

  @Test func containersTakeCommandArgsAndTheGraceLessPreStop() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile,
      "k8s/agent.yaml": """
      apiVersion: v1
      kind: Service
      metadata: { name: agent }
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: agent }
      spec:
        template:
          spec:
            terminationGracePeriodSeconds: 3600
            containers:
              - name: proxy
                image: envoyproxy/envoy:v1
              - name: agent
                image: registry.example.com/team/agent:1
                env: [{ name: MODE, value: start }, { name: KEY, valueFrom: { secretKeyRef: { name: k, key: k } } }]
                args: ["python", "agent.py", "$(MODE)", "$$(MODE)", "$(NONE)"]
                lifecycle: { preStop: { exec: { command: ["sh", "-c", "sleep 15"] } }, stopSignal: SIGINT }
      """,
    ])
    let question = try question(fixture)
    let entry = try #require(question.entry)
    #expect(entry.arguments.map(\.text) == ["./e.sh", "python", "agent.py", "start", "$(MODE)", "$(NONE)"])
    #expect(entry.stopDeadline?.limit == .seconds(3585))
    #expect(entry.stopSignal == .interrupt)
    #expect(entry.environment["KEY"]?.isKnown == false)
    #expect(entry.preStop != nil)
    #expect(question.notes.contains { $0.contains("proxy") })
  }

  @Test func anEmptyPodIsSaid() throws {
    let fixture = try ImageFixture(["m.yaml": "apiVersion: v1\nkind: ConfigMap\n"])
    #expect(throws: EntryFailure.nothingToStart(file: fixture.folder.file("m.yaml"))) {
      try question(fixture) { $0.manifest = "m.yaml" }
    }
  }

  // MARK: systemd

  @Test(arguments: [
    ("", EntryCommand.Delivery.everyProcess, Duration?.some(.seconds(90))),
    ("KillMode=mixed\nTimeoutStopSec=1h 5min", .mainProcess, .seconds(3900)),
    ("KillMode=process\nTimeoutSec=30", .mainProcess, .seconds(30)), ("TimeoutStopSec=infinity", .everyProcess, nil),
    ("SendSIGKILL=no", .everyProcess, nil),
  ])
  func unitsSayWhomTheyTellAndHowLongTheyWait(
    _ lines: String, _ delivery: EntryCommand.Delivery, _ limit: Duration?
  ) throws {
    let fixture = try ImageFixture([
      "a.service":
        "[Unit]\nDescription=x\n[Service]\nEnvironment=\"A=b c\" M=start\nWorkingDirectory=-/opt/app\nExecStart=-/usr/bin/env \\\n  python \"a b.py\" ${M} $A %i\n\(lines)\n"
    ])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.description) == ["/usr/bin/env", "python", "a b.py", "start", "b", "c", "…"])
    #expect(entry.delivery == delivery)
    #expect(entry.stopDeadline?.limit == limit)
    #expect(entry.workingDirectory == "/opt/app")
    #expect(entry.hasInit)
  }

  @Test func dropInsReplaceAndExecStopSignalsTwice() throws {
    let fixture = try ImageFixture([
      "a.service": "[Service]\nExecStart=old\n",
      "a.service.d/10.conf": "[Service]\nExecStart=\nExecStart=new\nKillSignal=SIGINT\n",
      "b.service": "[Service]\nExecStart=a\nExecStop=/bin/kill -TERM $MAINPID\n",
      "c.service": "[Service]\nExecStart=a\nKillMode=none\n",
    ])
    let entry = try #require(try question(fixture) { $0.unit = "a.service" }.entry)
    #expect(entry.arguments.map(\.text) == ["new"])
    #expect(entry.stopSignal == .interrupt)
    #expect(try question(fixture) { $0.unit = "b.service" }.override?.outcome == .aborts)
    #expect(try question(fixture) { $0.unit = "c.service" }.override?.outcome == .swallowed)
  }

  // MARK: The others

  @Test func aProcfileIsRunAsItsRunnerDoes() throws {
    let fixture = try ImageFixture(["Procfile": "# no\nweb: gunicorn app\nworker: python agent.py start\n"])
    let heroku = try #require(try question(fixture).entry)
    #expect(heroku.arguments.map(\.text) == ["/bin/bash", "-c", "python agent.py start"])
    #expect(heroku.delivery == .everyProcess)
    #expect(heroku.stopDeadline?.limit == .seconds(30))
    let foreman = try #require(try question(fixture) { ($0.procfile, $0.runner) = ("Procfile", .foreman) }.entry)
    #expect(foreman.arguments.first?.text == "foreman")
  }

  @Test func aNomadTaskHasItsSignalAndTimeout() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile,
      "agent.nomad.hcl": """
      # job
      variable "tag" { default = "1" }
      job "voice" {
        group "agents" {
          count = 3
          task "agent" {
            driver = "docker"
            kill_timeout = "45s"
            kill_signal  = "SIGTERM" // said
            config {
              image = "team/agent:${var.tag}"
              args  = ["python", "agent.py", "start",]
              labels { a = "b" }
            }
            env { MODE = "x" }
            template {
              data = <<-EOH
                task "no" { }
              EOH
            }
          }
        }
      }
      """,
    ])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.text) == ["./e.sh", "python", "agent.py", "start"])
    #expect(entry.stopDeadline?.limit == .seconds(45))
    #expect(entry.stopSignal == .terminate)
    #expect(entry.environment["MODE"]?.text == "x")
  }

  @Test(arguments: [
    ("job \"a\" {", 1), ("job \"a\" {\n  x = \n}", 2), ("a = \"x", 1), ("a = [1, 2", 1), ("}", 1), ("a = <<E\nx", 1),
    ("job a b", 1),
  ])
  func brokenJobsAreRefusedAtTheirLine(_ text: String, _ line: Int) {
    let failure = #expect(throws: DocumentFailure.self) { try HCL(Array(text.utf8), file: "a.hcl") }
    #expect(failure?.problems.first?.mark?.line == line)
  }

  @Test func flyInterruptsByDefaultAndWaitsFiveMinutesAtMost() throws {
    let fixture = try ImageFixture([
      "Dockerfile": dockerfile, "fly.toml": "kill_timeout = 900\n[processes]\nworker = \"python agent.py start\"\n",
    ])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.text) == ["./e.sh", "python", "agent.py", "start"])
    #expect(entry.stopSignal == .interrupt)
    #expect(entry.stopDeadline?.limit == .seconds(300))
    #expect(entry.hasInit)
  }

  @Test func anECSTaskIsStoppedWithinItsLimit() throws {
    let task = """
      {"requiresCompatibilities": ["FARGATE"], "containerDefinitions": [{"name": "agent", "image": "team/agent", \
      "entryPoint": ["sh", "-c"], "command": ["python agent.py start"], "stopTimeout": 600, \
      "linuxParameters": {"initProcessEnabled": true}}]}
      """
    let fixture = try ImageFixture(["Dockerfile": dockerfile, "task-definition.json": task])
    let entry = try #require(try question(fixture).entry)
    #expect(entry.arguments.map(\.text) == ["sh", "-c", "python agent.py start"])
    #expect(entry.stopDeadline?.limit == .seconds(120))
    #expect(entry.hasInit)
  }

  // MARK: Bad input

  @Test func whatIsNotThereOrNoTextIsSaid() async throws {
    let fixture = try ImageFixture(["bin.yaml": "a\u{0}b", "other.yaml": "a: b"])
    #expect(throws: EntryFailure.nothingFound(folder: fixture.folder.path)) { try question(fixture) }
    #expect(throws: EntryFailure.notText(file: fixture.folder.file("bin.yaml"))) {
      try question(fixture) { $0.manifest = "bin.yaml" }
    }
    #expect(throws: EntryFailure.unknownManifest(file: fixture.folder.file("other.yaml"))) {
      try question(fixture) { $0.manifest = "other.yaml" }
    }
    #expect(throws: MachineFailure.self) { try question(fixture) { $0.dockerfile = "none" } }
    // A pipe that nobody writes to is never waited for.
    let run = try await Invocation(["/usr/bin/mkfifo", fixture.folder.file("Dockerfile")]).run(within: .seconds(10))
    try #require(run.succeeded)
    #expect(throws: EntryFailure.notText(file: fixture.folder.file("Dockerfile"))) {
      try question(fixture) { $0.dockerfile = "Dockerfile" }
    }
  }

  @Test func whatCannotStartIsAVerdict() throws {
    for (text, outcome) in [
      ("FROM debian\nCMD [1]", SignalVerdict.Outcome.neverStarts), ("FROM debian\nENTRYPOINT []\nCMD []", .neverStarts),
      ("FROM scratch\nCMD python agent.py", .neverStarts), ("FROM debian\nSTOPSIGNAL SIGNO\nCMD [\"a\"]", .neverStarts),
      ("FROM example.com/private", .unknown),
    ] {
      let question = try question(try ImageFixture(["Dockerfile": text]))
      #expect(question.verdict(Programs()).outcome == outcome, "\(text)")
    }
  }
}
