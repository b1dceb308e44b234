/// The tasks that run a program beside everything else, and that nobody awaits.
///
/// Letting go of their owner cancels them, but the end of this program would come before theirs, and what they run would
/// outlive it. `end` is therefore the last thing that is done.
package enum BackgroundTasks {
  private static let running = Locked<[Task<Void, Never>]>([])

  /// Starts one; it must end soon after it is cancelled.
  package static func start(_ body: sending @escaping @isolated(any) () async -> Void) -> Task<Void, Never> {
    let task = Task(operation: body)
    running.withLock { $0.append(task) }
    return task
  }

  /// Cancels all and returns when the last has ended.
  package static func end() async {
    let tasks = running.withLock { tasks in
      defer { tasks = [] }
      return tasks
    }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }
}
