import Documents
import Logs
import TestSupport
import Testing
import Vocabulary

struct WorkerStoriesTests {
  /// The stories of some logs, each a stream of its own, or all of them one.
  private static func stories(_ logs: [[String]], mixed: Bool = false) -> [WorkerStory] {
    var stories = WorkerStories()
    for (log, lines) in logs.enumerated() {
      for (index, text) in lines.enumerated() {
        let line = LogLine(Array(text.utf8))
        let mention = Mention(
          log: log, line: index + 1, at: line.at, localTime: line.localTime, excerpt: line.summary)
        stories.take(line, in: mixed ? "all" : "log \(log)", mention)
      }
    }
    return stories.stories
  }

  private static func capture(_ name: String) throws -> [String] { try Corpus.lines("livekit-logs/\(name).jsonl") }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aDrainWithTwoCallsIsToldFromItsStartToItsEnd() throws {
    let story = try #require(Self.stories([try Self.capture("normal-drain")]).first)
    #expect(story.sdkVersion == "1.8.9")
    #expect(story.pid == 13323)
    #expect(story.registrations.count == 1)
    #expect(story.jobs.map(\.id) == ["AJ_0001", "AJ_0002"])
    #expect(story.jobs.allSatisfy { $0.ended != nil && !$0.isLate })
    #expect(story.drain.begun != nil && story.drain.jobsAtBegin == 2 && story.drain.limitSeconds == 3_600)
    #expect(story.events[.shuttingDown] != nil && story.events[.drainTimedOut] == nil)
    #expect(story.failure == nil && story.errors.isEmpty && story.processFailures.isEmpty)
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: [false, true])
  func twoWorkersInOneStreamAreTwo(mixed: Bool) throws {
    let (old, new) = (try Self.capture("cutover-two-workers.old"), try Self.capture("cutover-two-workers.new"))
    // One stream as a collector would write it: by time.
    let merged = (old + new).sorted { Self.time(of: $0) < Self.time(of: $1) }
    let stories = Self.stories(mixed ? [merged] : [old, new], mixed: mixed)
    #expect(stories.map(\.pid) == [32540, 32611])
    #expect(stories[0].jobs.map(\.id) == ["AJ_0001"])
    #expect(stories[1].jobs.map(\.id) == ["AJ_0003"])
    #expect(stories.allSatisfy { $0.drain.begun != nil && $0.events[.shuttingDown] != nil })
  }

  private static func time(of line: String) -> Timestamp { LogLine(Array(line.utf8)).at ?? Timestamp(nanoseconds: 0) }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func processesThatNeverStartAreCountedByCause() throws {
    let story = try #require(Self.stories([try Self.capture("init-raise")]).first)
    let failure = try #require(story.processFailures.first { $0.event == .initializationFailed })
    #expect(failure.cause.contains("model file not found"))
    #expect(failure.mentions.count > 5)
    #expect(story.events[.initialized] == nil)
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aDrainThatNobodyAskedForIsKeptApart() throws {
    let story = try #require(Self.stories([try Self.capture("connect-401")]).first)
    #expect(story.failure?.cause.contains("failed to connect to livekit after 2 attempts") == true)
    #expect(story.drain.begun == nil && story.drain.withoutSignal != nil)
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func reconnectsAreRegistrationsOfOneWorker() throws {
    let stories = Self.stories([try Self.capture("reconnect-while-job-running")])
    #expect(stories.count == 1)
    #expect(try #require(stories.first).registrations.count == 3)
  }

  @Test func aLogThatBeginsInTheMiddleIsAWorkerToo() throws {
    let story = try #require(
      Self.stories([
        [
          #"{"message": "received job request", "level": "INFO", "name": "livekit.agents", "job_id": "AJ_1", "room": "r"}"#
        ]
      ]).first)
    #expect(story.jobs.first?.room == "r")
    #expect(story.sdkVersion == nil && story.pid == nil)
  }

  @Test func errorsOfOtherProgramsMakeNoWorker() {
    #expect(Self.stories([[#"{"message": "boom", "level": "ERROR", "name": "app"}"#, "Traceback"]]).isEmpty)
  }

  @Test func memoryStaysBoundedHoweverManyJobsThereAre() throws {
    var lines: [String] = []
    for number in 0..<5_000 {
      lines.append(#"{"message": "received job request", "name": "livekit.agents", "job_id": "AJ_\#(number)"}"#)
      lines.append(
        #"{"message": "process exiting", "name": "livekit.agents", "job_id": "AJ_\#(number)", "reason": "x"}"#)
    }
    let story = try #require(Self.stories([lines]).first)
    #expect((JobList.limit...(2 * JobList.limit)).contains(story.jobs.count))
    #expect(story.jobs.omitted == 5_000 - story.jobs.count)
    #expect(story.jobs.last?.id == "AJ_4999")
    #expect(try CanonicalJSON.decode(WorkerStory.self, from: CanonicalJSON.encode(story)) == story)
  }

  @Test func ofManyJobsThoseWithTroublesAreKeptAndTheLatest() throws {
    var lines: [String] = []
    for number in 0..<5_000 {
      lines.append(#"{"message": "received job request", "name": "livekit.agents", "job_id": "AJ_\#(number)"}"#)
      guard number == 17 else { continue }
      lines.append(
        #"{"message": "unhandled exception while running the job task", "level": "ERROR", "job_id": "AJ_17", "exc_info": "E"}"#
      )
    }
    let story = try #require(Self.stories([lines]).first)
    #expect(story.jobs.first?.id == "AJ_17" && story.jobs.first?.exception == "E")
    #expect(story.jobs.last?.id == "AJ_4999")
    #expect(story.jobs.omitted == 5_000 - story.jobs.count)
  }
}
