import Vocabulary

/// Clocks of different machines.
extension WorkerStory {
  /// The same story with every time moved, as another machine's clock would have shown it.
  package func moved(by offset: Duration) -> WorkerStory {
    var story = self
    story.events = events.mapValues { $0.moved(by: offset) }
    story.registrations = registrations.map { registration in
      Registration(
        worker: registration.worker, agentName: registration.agentName, deployment: registration.deployment,
        mention: registration.mention.moved(by: offset))
    }
    for place in jobs.indices {
      story.jobs[place].offered = jobs[place].offered?.moved(by: offset)
      story.jobs[place].ended = jobs[place].ended?.moved(by: offset)
      story.jobs[place].events = jobs[place].events.mapValues { $0.moved(by: offset) }
    }
    story.drain.begun = drain.begun?.moved(by: offset)
    story.drain.withoutSignal = drain.withoutSignal?.moved(by: offset)
    story.longestBlock = longestBlock.map { Block(seconds: $0.seconds, mention: $0.mention.moved(by: offset)) }
    return story
  }
}

extension Mention {
  /// The same line at another clock's time.
  fileprivate func moved(by offset: Duration) -> Mention {
    Mention(log: log, line: line, at: at.map { $0 + offset }, localTime: localTime, excerpt: excerpt)
  }
}

extension Mentions {
  fileprivate func moved(by offset: Duration) -> Mentions {
    var copy = self
    (copy.first, copy.last) = (first.moved(by: offset), last.moved(by: offset))
    return copy
  }
}
