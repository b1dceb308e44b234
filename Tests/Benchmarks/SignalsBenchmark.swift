import Machine
import Preflight
import Vocabulary

/// `check signals` without the program's start: one Dockerfile with a script at a time, and each corpus case where
/// SLUICE_CORPUS names one.
func signalsBenchmark() throws {
  let shellForm =
    "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD cd /app && python agent.py start\n"
  let script = """
    FROM node:22-slim AS build
    WORKDIR /app
    COPY --chmod=755 <<'EOF' /app/entrypoint.sh
    #!/bin/sh
    set -e
    node agent.js start &
    child=$!
    trap 'kill -TERM "$child"' TERM INT
    wait "$child"
    wait "$child"
    EOF
    FROM build
    ENTRYPOINT ["./entrypoint.sh"]
    """
  for (name, text) in [("shell form", shellForm), ("script with a trap", script)] {
    let runs = 50
    let clock = ContinuousClock()
    let taken = try clock.measure { for _ in 0..<runs { _ = try SignalReport.judge(dockerfile: text) } }
    print("\(name): \(milliseconds(taken / runs)) ms")
  }
  guard let corpus = ProcessEnvironment.current["SLUICE_CORPUS"].map({ $0 + "/signal-path/cases" }) else { return }
  let clock = ContinuousClock()
  var times: [(taken: Duration, name: String)] = []
  for name in try Files.list(corpus) {
    let start = clock.now
    _ = try SignalReport.judge(EntryFiles(), in: "\(corpus)/\(name)", programs: Programs())
    times.append((clock.now - start, name))
  }
  times.sort { $0.taken < $1.taken }
  guard let last = times.last else { return }
  print(
    "corpus: \(times.count) cases, median \(milliseconds(times[times.count / 2].taken)) ms, "
      + "most \(milliseconds(last.taken)) ms (\(last.name))")
}

private func milliseconds(_ duration: Duration) -> Double { Double(duration.nanoseconds / 1_000) / 1_000 }
