import CommandLine
import Evidence
import Journal
import Machine
import Platforms
import Redaction
import Vocabulary

/// What a run keeps beside its journal: its instances' logs while it goes on, and a bundle at its end if it did not pass.
struct RunEvidence: Sendable {
  /// Whose instances' logs are followed; nil: nobody's.
  var platform: (any Platform)?
  /// sluice.yaml; nil: none is used.
  var configuration: String?
  /// Whether a bundle is made by itself.
  var collects = true

  /// How long the bundle may take, and each of its collectors.
  private static let (limit, haste) = (Duration.seconds(30), Duration.seconds(8))

  /// Runs the body beside the following of logs.
  func follow<Result>(
    _ journal: JournalWriter, in context: Context, note: @escaping @Sendable (String) -> Void,
    _ body: () async -> Result
  ) async -> Result {
    guard let platform else { return await body() }
    do {
      let options = try RedactionOptions().onThisMachine(configuration, in: context)
      let keeping = try LogKeeping(platform, in: journal.run, options: options)
      return await keeping.follow({ text in
        // What cannot be journaled is shown all the same; the engine finds the full disk by itself.
        _ = try? await journal.append(.note(NoteRecord(source: "logs", text: text)))
        note(text)
      }) { await body() }
    } catch {
      note("the logs of the instances are not followed: \((error as? any Failure ?? UnexpectedFailure(error)).what)")
      return await body()
    }
  }

  /// Makes the bundle of a run that did not pass, says where it is or why there is none, and returns its path.
  ///
  /// Ends within half a minute, and never changes how the command ends. An interruption ends it alone.
  func collect(_ run: RunFolder, in context: Context) async -> String? {
    guard collects else { return nil }
    let again = "sluice collect --run \(run.id)"
    do {
      var bundler = try Bundler(
        BundleSubject(run: run, configuration: configuration),
        to: { BundlePlace("\(run.path)/bundle.tar.gz", bundle: $0.bundle) }, in: context)
      bundler.haste = Self.haste
      let work = bundler
      switch try await interruptible(
        in: context, { try await withDeadline(Self.limit, { try await work.run() }) }
      ).get() {
      case .failure:
        context.errors.line("no evidence was put together: interrupted; \(again)")
        return nil
      case .success(let bundle):
        let missing = bundle.manifest.items.filter { $0.state != "complete" }.count
        context.errors.line(
          "the evidence: \(bundle.path.harmless) (\(ByteText.of(bundle.size)), \(bundle.manifest.items.count - missing) of 5 items complete)"
        )
        return bundle.path
      }
    } catch let failure as DeadlineExceeded {
      context.errors.line("no evidence was put together within \(failure.limit.text): \(again)")
    } catch {
      let failure = error as? any Failure
      let words = [failure?.what ?? "\(error)".harmless, failure?.why].compactMap(\.self).joined(separator: ": ")
      context.errors.line("no evidence was put together: \(words); \(again)")
    }
    return nil
  }
}

/// `--no-collect`.
struct CollectionOptions {
  let collects: Bool

  init(_ arguments: inout Arguments) {
    collects = !arguments.flag(
      "--no-collect", help: "Put no evidence together when the run does not pass.")
  }
}
