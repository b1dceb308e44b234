package import Journal
package import Machine
package import Platforms

import Vocabulary

/// Journals and shows what a platform says while the body runs, in order.
package func hearing<Result>(
  _ platform: (any Platform)?, journal: JournalWriter, wallClock: WallClock, report: @escaping RunReport,
  _ body: () async -> Result
) async -> Result {
  guard let platform else { return await body() }
  let (notes, note) = AsyncStream.makeStream(of: PlatformNote.self)
  await platform.listen { note.yield($0) }
  // A task of its own is not cancelled with the run: what was said until its end is evidence.
  let keeping = Task {
    for await note in notes {
      do {
        try await journal.append(.note(NoteRecord(source: note.source, text: note.text)))
        report(.note("\(note.source): \(note.text)", at: wallClock.now))
      } catch {
        report(.note("a line of \(note.source) could not be journaled: \("\(error)".harmless)", at: wallClock.now))
      }
    }
  }
  let result = await body()
  await platform.listen { _ in }
  note.finish()
  await keeping.value
  return result
}
