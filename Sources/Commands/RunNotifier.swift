import Configuration
import Cutover
import Journal
import Machine
import Notifications
import Redaction
import Terminal
import Vocabulary
import Web

/// Tells whom a target's `notify` names how a run began and ended.
///
/// It changes nothing of the run: whom it cannot reach is journaled and said in one line.
struct RunNotifier: Sendable {
  let receivers: [NotificationConfiguration]
  let http: HTTPClient
  let context: Context
  /// How long an interrupted run may take to tell: a system that ends a pipeline waits for some seconds only.
  static let patienceWhenInterrupted = Duration.seconds(5)

  /// Tells that the run has begun.
  func tellStart(of title: RunTitle, in journal: JournalWriter, say: @Sendable (String) -> Void) async {
    await tell(.started, in: journal, say: say) { _ in
      var notification = Notification(
        event: "\(Self.family(of: title.kind)).started", at: context.wallClock.now, run: title.run,
        target: title.target,
        kind: title.kind)
      (notification.incoming, notification.outgoing) = (title.incoming, title.outgoing)
      return notification
    }
  }

  /// Tells how the run ended.
  func tellEnd(
    of title: RunTitle, _ assessment: Assessment?, _ status: ExitStatus, in journal: JournalWriter,
    say: @Sendable (String) -> Void
  ) async {
    let occasion = assessment?.verdict == .passed ? NotificationOccasion.passed : .notPassed
    let isInterrupted = status == .interrupted || status == .terminated
    await tell(occasion, in: journal, within: isInterrupted ? Self.patienceWhenInterrupted : nil, say: say) {
      redactor in
      let last = title.kind == "rollback" ? "rolled_back" : "completed"
      var notification = Notification(
        event: "\(Self.family(of: title.kind)).\(isInterrupted ? "interrupted" : last)", at: context.wallClock.now,
        run: title.run, target: title.target, kind: title.kind)
      notification.incoming = assessment?.incoming ?? title.incoming
      notification.outgoing = assessment?.outgoing ?? title.outgoing
      notification.verdict = assessment?.verdict
      notification.reason = try assessment.map { try redactor.redact($0.reason) }
      notification.conditions =
        try assessment?.shownConditions.map {
          Notification.Condition(
            letter: $0.id.letter, title: $0.title, state: $0.state, reason: try redactor.redact($0.reason))
        } ?? []
      notification.activeSessions = assessment?.sessions.byVersion.mapValues(\.active) ?? [:]
      notification.action = try assessment?.recommendedAction.map { try redactor.redact($0.summary) }
      notification.command = try assessment?.recommendedAction?.command.map { try redactor.redact($0) }
      notification.exitStatus = status.rawValue
      let bundle = "\(journal.run.path)/bundle.tar.gz"
      notification.bundle = Files.kind(of: bundle) == .file ? bundle : nil
      return notification
    }
  }

  private static func family(of kind: String) -> String { kind == "verify-cutover" ? "verification" : "deployment" }

  private func tell(
    _ occasion: NotificationOccasion, in journal: JournalWriter, within limit: Duration? = nil,
    say: @Sendable (String) -> Void, _ make: (Redactor) throws -> Notification
  ) async {
    let chosen = receivers.enumerated().filter { $0.element.occasions.contains(occasion) }
    guard !chosen.isEmpty else { return }
    var notification: Notification
    do {
      notification = try make(Redactor(of: journal.run, in: context))
    } catch {
      // What could not be hidden is not told.
      let failure = (error as? any Failure)?.what ?? "\(error)".harmless
      say("warning: nobody was told of the run: \(failure)")
      return
    }
    let performer = await context.performer()
    (notification.actor, notification.commit) = (performer.name, performer.commit)
    (notification.pipeline, notification.host) = (performer.pipeline, Host.name)
    let told = notification
    let sender = NotificationSender(http: http, clock: context.clock, wallClock: context.wallClock)
    let records = await withTaskGroup(of: NotificationRecord.self) { group in
      for (place, configuration) in chosen {
        let isOnly = receivers.count { $0.kind == configuration.kind } == 1
        let name = isOnly ? configuration.kind.rawValue : "\(configuration.kind.rawValue)-\(place + 1)"
        group.addTask { await send(told, to: configuration, called: name, by: sender, within: limit) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for record in records.sorted(by: { $0.receiver < $1.receiver }) {
      if let failure = record.failure {
        say(
          "warning: \(record.receiver) was not told of \(record.event): \(failure) "
            + "(\(count(record.attempts, "attempt"))); the verdict stands")
      }
      do {
        try await journal.append(.notification(record))
      } catch {
        context.report(error)
      }
    }
  }

  private func send(
    _ notification: Notification, to configuration: NotificationConfiguration, called name: String,
    by sender: NotificationSender, within limit: Duration?
  ) async -> NotificationRecord {
    var record = NotificationRecord(receiver: name, event: notification.event, attempts: 0, failure: nil)
    do {
      var receiver = NotificationReceiver(
        name: name, kind: configuration.kind, url: Secret(try configuration.url.resolved(in: context.environment)),
        secret: try configuration.secret.map { Secret(try $0.resolved(in: context.environment)) })
      receiver.timeout = min(configuration.timeout, limit ?? configuration.timeout)
      let outcome = await sender.send(notification, to: receiver)
      (record.attempts, record.failure) = (outcome.attempts, outcome.failure)
    } catch {
      record.failure = (error as? any Failure)?.what ?? "\(error)".harmless
    }
    return record
  }
}
