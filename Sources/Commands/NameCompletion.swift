import Cutover
import CommandLine
import Configuration
import Journal
import Vocabulary

/// The names that a shell completes: targets, runs and versions, from files alone.
enum NameCompletion {
  /// The names of the kind that is asked for, or none: a shell must never see an error.
  static func names(for request: CompletionRequest, in context: Context) -> [String] {
    let names: [String]?
    switch request.kind {
    case "target":
      names = try? ConfigurationFile.find(named: request.value(of: "--config"), from: context.directory)?.targets
        .map(\.name.rawValue)
    case "run": names = try? store(request, context).list().map(\.folder.id.rawValue)
    case "version":
      names = try? store(request, context).list().prefix(20)
        .compactMap { try? RecordedRun($0.folder).plan?.rollout }.flatMap { [$0.incoming] + $0.outgoing }
        .map(\.version.rawValue)
    default: names = nil
    }
    var seen: Set<String> = []
    return (names ?? []).filter { $0.hasPrefix(request.prefix) && seen.insert($0).inserted }
  }

  private static func store(_ request: CompletionRequest, _ context: Context) throws -> RunStore {
    let file = try ConfigurationFile.find(named: request.value(of: "--config"), from: context.directory)
    return RunStore(home: Home.path(beside: file?.folder, in: context))
  }
}
