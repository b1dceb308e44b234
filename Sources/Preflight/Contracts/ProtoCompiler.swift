import Documents
import Machine
import Vocabulary

/// Compiles `.proto` files with `protoc`, where it is installed.
struct ProtoCompiler {
  /// The environment that `protoc` is searched in.
  let environment: [String: String]

  /// What a side's `.proto` files describe; they are written to a new folder, compiled there, and removed.
  ///
  /// Throws `DocumentFailure` with what `protoc` said of the files, `MachineFailure` where the folder cannot be written.
  func compile(_ files: [ContractFile]) async throws -> ContractComparison.Compiled {
    let protos = files.filter { $0.ending == "proto" }
    guard !protos.isEmpty else { return .none }
    let folder = "\(environment["TMPDIR"] ?? "/tmp")/sluice-protoc-\(UInt64.random(in: 0 ... .max))"
    try Files.makeDirectory(folder)
    let result: Result<ContractComparison.Compiled, any Error>
    do {
      result = .success(try await compile(protos, all: protos, in: folder))
    } catch {
      result = .failure(error)
    }
    try Files.removeTree(folder)
    return try result.get()
  }

  /// Compiles some of the files that all lie in the folder.
  private func compile(
    _ protos: [ContractFile], all: [ContractFile], in folder: String
  ) async throws -> ContractComparison.Compiled {
    let sources = folder + "/in"
    for file in all {
      for (name, bytes) in file.companions.merging([file.name: file.bytes], uniquingKeysWith: { $1 }) {
        let path = "\(sources)/\(name)"
        try Files.makeDirectory(Files.folder(of: path))
        try Files.write(bytes, to: path, durably: false)
      }
    }
    let output = folder + "/out.binpb"
    let invocation = Invocation(
      ["protoc", "-I", sources, "--include_imports", "--include_source_info", "--descriptor_set_out=\(output)"]
        + protos.map { "\(sources)/\($0.name)" },
      environment: environment)
    let run: CompletedRun
    do {
      run = try await invocation.run(within: .seconds(60), keeping: 1 << 16)
    } catch MachineFailure.programMissing {
      return .failed("protoc is not installed")
    }
    guard run.succeeded else {
      guard run.cause == .finished else { return .failed("protoc did not end within 60s") }
      let older = protos.filter { !$0.namesEdition }
      if !older.isEmpty, older.count < protos.count {
        guard case .schema(var schema) = try await compile(older, all: all, in: folder) else { return .none }
        schema.refused = protos.filter(\.namesEdition).map(\.name)
        return .schema(schema)
      }
      if older.isEmpty { return .failed("protoc refused it, and may be too old for its edition") }
      throw problems(run, protos, in: sources)
    }
    let bytes = try Files.read(output, limit: 64 << 20)
    let set = try Wire.decode(FileDescriptorSet.self, from: bytes, limits: WireLimits(bytes: 64 << 20, depth: 64))
    let shown = Self.shown(protos)
    return .schema(ProtobufSchema(set) { shown[$0.name] ?? $0.name })
  }

  private static func shown(_ protos: [ContractFile]) -> [String: String] {
    Dictionary(protos.map { ($0.name, $0.shown) }, uniquingKeysWith: { first, _ in first })
  }

  /// What `protoc` said, each line `FILE:LINE:COLUMN: WORDS`, of the files as they were named.
  private func problems(_ run: CompletedRun, _ protos: [ContractFile], in sources: String) -> DocumentFailure {
    let shown = Self.shown(protos)
    let problems = run.errorText.split(separator: "\n").prefix(20).map { line in
      let text = line.hasPrefix("\(sources)/") ? line.dropFirst(sources.count + 1) : line
      let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4, let line = Int(parts[1]), let column = Int(parts[2]) else {
        let name = String(text.prefix { $0 != ":" })
        return DocumentProblem(
          file: shown[name] ?? name, at: nil, String(text.dropFirst(name.count).drop { $0 == ":" || $0 == " " }))
      }
      return DocumentProblem(
        file: shown[String(parts[0])] ?? String(parts[0]), at: Mark(line: line, column: column),
        String(parts[3].drop { $0 == " " }))
    }
    return DocumentFailure(
      problems.isEmpty
        ? [DocumentProblem(file: protos[0].shown, at: nil, "protoc refused it: \(run.end)")] : problems)
  }
}

extension ContractFile {
  /// Whether a `.proto` file names an edition instead of a syntax, which protoc before version 27 does not know.
  fileprivate var namesEdition: Bool {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
      line.drop { $0 == " " || $0 == "\t" }.hasPrefix("edition")
    }
  }
}
