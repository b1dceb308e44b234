import Glibc
import Machine
import Vocabulary

// sluice-fuzz [--seconds N] [--seed S] [PARSER…]: mutates the seeds of Tests/Fuzz/corpus and feeds them to each parser. A parser
// may refuse its input; it may not trap or hang. A crash of this program is the finding, and the seed that is printed first
// makes it again.

/// What is fuzzed: a name, which is also the folder of its seeds, and what takes the bytes.
let parsers: [(name: String, parse: ([UInt8]) -> Void)] = [
  ("archive", fuzzArchive), ("commandline", fuzzCommandLine), ("contract", fuzzContract),
  ("dockerfile", fuzzDockerfile),
  ("foreign-yaml", fuzzForeignYAML),
  ("gzip", fuzzGzip), ("hcl", fuzzHCL), ("unit", fuzzUnitFile), ("http-chunked", fuzzHTTPChunked),
  ("http-request", fuzzHTTPRequest),
  ("lock-file", fuzzLockFile),
  ("node-settings", fuzzNodeSettings),
  ("journal", fuzzJournal), ("json", fuzzJSON), ("log-envelope", fuzzLogEnvelope), ("log-line", fuzzLogLine),
  ("log-record", fuzzLogRecord), ("process-list", fuzzProcessList), ("programs", fuzzPrograms),
  ("python", fuzzPython), ("redaction", fuzzRedaction),
  ("schema", fuzzSchema), ("server-log", fuzzServerLog), ("shell", fuzzShell),
  ("timestamp", fuzzTimestamp), ("token", fuzzToken), ("toml", fuzzTOML), ("triage", fuzzTriage),
  ("webhook", fuzzWebhook), ("websocket-frames", fuzzWebSocketFrames), ("wire", fuzzWire),
  ("worker-answer", fuzzWorkerAnswer),
  ("yaml", fuzzYAML),
]

var seconds = 2.0
var seed = UInt64(bitPattern: Int64(WallClock.live.now.nanoseconds))
var wanted: Set<String> = []
var rest = CommandLine.arguments.dropFirst()
while let argument = rest.popFirst() {
  switch argument {
  case "--seconds": seconds = rest.popFirst().flatMap(Double.init) ?? seconds
  case "--seed": seed = rest.popFirst().flatMap { UInt64($0) } ?? seed
  default: wanted.insert(argument)
  }
}

print("seed \(seed)")
let corpus = String(#filePath.dropLast("main.swift".count)) + "corpus"
var isComplete = true
for parser in parsers where wanted.isEmpty || wanted.contains(parser.name) {
  let folder = "\(corpus)/\(parser.name)"
  let seeds = try Files.list(folder).sorted().map { try Files.read("\(folder)/\($0)", limit: 1 << 20) }
  guard !seeds.isEmpty else {
    print("\(parser.name): no seeds in \(folder)")
    isComplete = false
    continue
  }
  var mutator = Mutator(seed: seed)
  for input in seeds { parser.parse(input) }
  let clock = ContinuousClock()
  let end = clock.now + .seconds(seconds)
  var runs = seeds.count
  while clock.now < end {
    for _ in 0..<32 { parser.parse(mutator.mutate(seeds)) }
    runs += 32
  }
  print("\(parser.name): \(runs) inputs, none trapped")
}
exit(isComplete ? 0 : 1)
