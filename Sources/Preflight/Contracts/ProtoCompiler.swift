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
      result = .success(try await compile(protos, in: folder))
    } catch {
      result = .failure(error)
    }
    try Files.removeTree(folder)
    return try result.get()
  }

  private func compile(_ protos: [ContractFile], in folder: String) async throws -> ContractComparison.Compiled {
    let sources = folder + "/in"
    for file in protos {
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
      let lines = run.errorText.split(separator: "\n").prefix(20).map { line in
        String(line.hasPrefix("\(sources)/") ? line.dropFirst(sources.count + 1) : line[...])
      }
      let shown = Dictionary(protos.map { ($0.name, $0.shown) }, uniquingKeysWith: { first, _ in first })
      throw DocumentFailure(
        lines.isEmpty
          ? [DocumentProblem(file: protos[0].shown, at: nil, "protoc refused it: \(run.end)")]
          : lines.map { line in
            let name = String(line.prefix { $0 != ":" })
            return DocumentProblem(
              file: shown[name] ?? name, at: nil, String(line.dropFirst(name.count).drop { $0 == ":" || $0 == " " }))
          })
    }
    let bytes = try Files.read(output, limit: 64 << 20)
    let set = try Wire.decode(FileDescriptorSet.self, from: bytes, limits: WireLimits(bytes: 64 << 20, depth: 64))
    let shown = Dictionary(protos.map { ($0.name, $0.shown) }, uniquingKeysWith: { first, _ in first })
    return .schema(ProtobufSchema(set) { shown[$0.name] ?? $0.name })
  }
}
