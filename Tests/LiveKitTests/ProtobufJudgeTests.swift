import Documents
import LiveKit
import Machine
import TestSupport
import Testing

/// Google's protobuf library and `protoc` read and write the same messages.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
struct ProtobufJudgeTests {
  static let seed: UInt64 = 20_261_121

  /// Decodes by the message's name and encodes again; nil when it is refused.
  static func again(_ name: some StringProtocol, _ bytes: [UInt8]) throws -> [UInt8] {
    name == "WorkerMessage"
      ? try Wire.encode(Wire.decode(WorkerMessage.self, from: bytes))
      : try Wire.encode(Wire.decode(ServerMessage.self, from: bytes))
  }

  /// Whether both are equal but for the order of map entries, which Google's library takes from the end of the alphabet.
  static func areSame(_ name: some StringProtocol, _ own: [UInt8], _ answer: some StringProtocol) throws -> Bool {
    guard answer != "reject" else { return false }
    let other = [UInt8](hexadecimal: answer.dropFirst())
    return try own.count == other.count && own == again(name, other)
  }

  static func expectSame(_ name: some StringProtocol, _ own: [UInt8], _ answer: some StringProtocol) throws {
    #expect(try areSame(name, own, answer), "\(name) x\(own.hexadecimal) \(answer), seed \(seed)")
  }

  static func knownFields() throws -> String {
    let schema = try SchemaVisitor.schema(of: WorkerMessage.self, ServerMessage.self)
    return String(decoding: try CanonicalJSON.encode(schema.mapValues { $0.keys.sorted() }), as: UTF8.self)
  }

  @Test func everyFieldHasTheNumberAndTypeOfTheDescriptors() async throws {
    let schema = try SchemaVisitor.schema(of: WorkerMessage.self, ServerMessage.self)
    var described: [String: [Int: String]] = [:]
    for line in try await Python.judge("protobuf_judge.py", ["describe"]) {
      let parts = line.split(separator: " ", maxSplits: 2)
      described[String(parts[0]), default: [:]][try #require(Int(parts[1]))] = String(parts[2])
    }
    #expect(schema.count == 23)
    for (name, fields) in schema {
      for (number, kind) in fields { #expect(described[name]?[number] == kind, "\(name) \(number)") }
    }
    // Left out on purpose: what no worker needs. Everything else of these messages is there.
    let left = described.filter { schema[$0.key] != nil }.flatMap { name, fields in
      fields.keys.filter { schema[name]?[$0] == nil }.map { "\(name).\($0)" }
    }
    #expect(
      left.sorted() == [
        "ParticipantInfo.18", "ParticipantInfo.19", "ParticipantInfo.20", "ParticipantInfo.21", "ParticipantInfo.4",
        "Room.13", "Room.7",
      ])
  }

  @Test func googlesLibraryReadsWhatIsWrittenHere() async throws {
    var random = SeededGenerator(seed: Self.seed)
    var lines: [String] = []
    for count in 0..<3_000 {
      lines.append(
        count % 2 == 0
          ? "WorkerMessage x" + (try Wire.encode(WorkerMessage.random(&random))).hexadecimal
          : "ServerMessage x" + (try Wire.encode(ServerMessage.random(&random))).hexadecimal)
    }
    let answers = try await Python.judge("protobuf_judge.py", ["read"], lines: [Self.knownFields()] + lines)
    #expect(answers.count == lines.count)
    for (line, answer) in zip(lines, answers) {
      let parts = line.split(separator: " ")
      try Self.expectSame(parts[0], [UInt8](hexadecimal: parts[1].dropFirst()), answer)
    }
  }

  @Test func whatGooglesLibraryWritesIsReadHere() async throws {
    let lines = try await Python.judge(
      "protobuf_judge.py", ["generate", "\(Self.seed)", "3000"], lines: [Self.knownFields()])
    #expect(lines.count == 3_000)
    for line in lines {
      let parts = line.split(separator: " ")
      let whole = [UInt8](hexadecimal: parts[1].dropFirst())
      try Self.expectSame(parts[0], try Self.again(parts[0], whole), parts[2])
    }
  }

  @Test func brokenMessagesGetGooglesVerdict() async throws {
    var random = SeededGenerator(seed: Self.seed &+ 1)
    var cases: [(name: String, bytes: [UInt8])] = []
    for count in 0..<6_000 {
      let name = count % 2 == 0 ? "WorkerMessage" : "ServerMessage"
      var bytes =
        count % 2 == 0
        ? try Wire.encode(WorkerMessage.random(&random)) : try Wire.encode(ServerMessage.random(&random))
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: bytes = Array(bytes.prefix(place))
        }
      }
      cases.append((name, bytes))
    }
    let lines = cases.map { "\($0.name) x\($0.bytes.hexadecimal)" }
    let answers = try await Python.judge("protobuf_judge.py", ["read"], lines: [Self.knownFields()] + lines)
    var verdicts: [String: Int] = [:]
    for ((name, bytes), answer) in zip(cases, answers) {
      var verdict = "refused"
      do {
        // Google drops map entries with an unknown field, and looks into fields that are skipped here: some in a thousand.
        verdict = try Self.areSame(name, Self.again(name, bytes), answer) ? "read" : "other"
      } catch WireFailure.wireType where answer != "reject" {
        // Google skips a known field of a wrong wire type as if it were unknown; here it is refused.
        verdict = "wire type"
      } catch WireFailure.overlong where answer != "reject" {
        // Google cuts what a tenth byte has too much.
        verdict = "overlong"
      } catch let failure as WireFailure {
        #expect(answer == "reject", "\(failure.why ?? "") \(name) \(bytes.hexadecimal), seed \(Self.seed)")
      }
      verdicts[verdict, default: 0] += 1
    }
    #expect(verdicts["refused", default: 0] > 1_500)
    #expect(verdicts["read", default: 0] > 500)
    #expect(verdicts["wire type", default: 0] < 300)
    #expect(verdicts["overlong", default: 0] < 10)
    #expect(verdicts["other", default: 0] < 10)
  }

  @Test func everyRecordedFrameIsReadAndWrittenTheSame() async throws {
    let recorded = try String(
      decoding: Files.read(Fixtures.folder + "/livekit-server/worker-frames.jsonl", limit: 1 << 20), as: UTF8.self)
    let frames = recorded.split(separator: "\n").map(String.init)
    let answers = try await Python.judge("protobuf_judge.py", ["encode"], lines: frames)
    #expect(answers.count == 77)
    var explicitlyAvailable = 0
    for (frame, answer) in zip(frames, answers) {
      let parts = answer.split(separator: " ")
      let bytes = [UInt8](hexadecimal: parts[1].dropFirst())
      try Self.expectSame(parts[0], Self.again(parts[0], bytes), parts[1])
      // The recorder left out codecs of rooms and tokens.
      if !frame.contains("turn_password") {
        #expect(try JSON.parse(Array(frame.utf8), file: "")["bytes"]?.integer == Int64(bytes.count), "\(frame)")
      }
      if parts[0] == "WorkerMessage",
        case .updateWorker(let update) = try Wire.decode(WorkerMessage.self, from: bytes).content,
        update.status == .available
      {
        explicitlyAvailable += 1
      }
    }
    #expect(explicitlyAvailable == 27)
  }

  @Test(.enabled(if: Program.find("protoc") != nil, "needs protoc"))
  func protocDecodesAndEncodesTheSameBytes() async throws {
    let folder = try TemporaryFolder()
    let file = try #require(
      try await Python.judge("protobuf_judge.py", ["descriptors", folder.file("descriptors.pb")]).first)
    var random = SeededGenerator(seed: Self.seed)
    for count in 0..<24 {
      let name = count % 2 == 0 ? "WorkerMessage" : "ServerMessage"
      let bytes =
        count % 2 == 0
        ? try Wire.encode(WorkerMessage.random(&random)) : try Wire.encode(ServerMessage.random(&random))
      let command = ["protoc", "--descriptor_set_in=" + folder.file("descriptors.pb")]
      let text = try await Invocation(command + ["--decode", "livekit.\(name)", file])
        .run(input: .bytes(bytes), within: .seconds(60))
      #expect(text.succeeded, "\(text.errorText)")
      let back = try await Invocation(command + ["--deterministic_output", "--encode", "livekit.\(name)", file])
        .run(input: .bytes(text.output), within: .seconds(60))
      #expect(back.succeeded, "\(back.errorText)")
      #expect(back.output.count == bytes.count)
      #expect(try Self.again(name, back.output) == bytes)
    }
  }
}
