/// A question that is asked once, when its answer is first needed: collectors are asked twice, and must say the same.
package actor Once<Answer: Sendable> {
  private let ask: @Sendable () async throws -> Answer
  private var task: Task<Answer, any Error>?

  /// Asks nothing yet; the question sees to its own end.
  package init(_ ask: @escaping @Sendable () async throws -> Answer) { self.ask = ask }

  /// The answer, or the error that the question ended with. The question ends with whoever waits for it.
  package var answer: Answer {
    get async throws {
      let task = self.task ?? Task { [ask] in try await ask() }
      self.task = task
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    }
  }
}
