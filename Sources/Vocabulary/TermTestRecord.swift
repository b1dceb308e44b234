/// What was seen of an agent that was told to stop on purpose: facts alone, which triage judges.
package struct TermTestRecord: Hashable, Codable, Sendable {
  /// The command or instance that was tested, harmless: `python agent.py start`.
  package var subject: String
  /// How it was started, or that it ran already.
  package var means: String
  /// What was asked for and could not be done, a sentence each.
  package var omissions: [String]
  /// What the command's own files say of the signal's way to the agent, before anything was started.
  package var foretold: [Finding] = []
  /// The ways in which it was made to end, one after the other.
  package var endings: [Ending]

  /// A test of which nothing is known yet.
  package init(subject: String, means: String, omissions: [String] = [], endings: [Ending] = []) {
    self.subject = subject
    self.means = means
    self.omissions = omissions
    self.endings = endings
  }

  /// One life of the agent, from its start until nothing of it was left.
  package struct Ending: Hashable, Codable, Sendable {
    /// What was to end it.
    package var kind: Kind
    /// What it is.
    package var agent: Agent
    /// When it was started.
    package var startedAt: Timestamp
    /// When it could take sessions: registered and with a process ready, or listening; nil: never, while one looked.
    package var servingAt: Timestamp?
    /// Its SDK's version in its own words; nil where it did not say.
    package var sdk: String?
    /// Its processes just before the signal, parents before children.
    package var processes: [Process] = []
    /// The signals that were sent, in their order.
    package var signals: [Sent] = []
    /// When the log said that it drains; nil: it did not.
    package var confirmedAt: Timestamp?
    /// How long it said that it would wait for its sessions; zero is without limit, nil was not said.
    package var drainLimitSeconds: Double?
    /// When the log said that the wait was over with sessions left.
    package var timedOutAt: Timestamp?
    /// When the server was told that it takes no more sessions, or when its port was closed.
    package var closedAt: Timestamp?
    /// The sessions that were live when the signal came, and how each went on.
    package var sessions: [Session] = []
    /// How often it declined a session before the signal.
    package var declinedBefore = 0
    /// Whether it had reported itself full before the signal.
    package var wasFull = false
    /// New sessions that were offered after the signal.
    package var offers: [Offer] = []
    /// What the worker's own HTTP said of its sessions after the signal, only where it changed.
    package var counts: [Count] = []
    /// How it ended by itself; nil: it did not, while one looked.
    package var exit: Exit?
    /// How what was started ended, where the process that serves may live on; nil: it did not, while one looked.
    package var entryEnd: Exit?
    /// How long one looked for its end after the last signal, in seconds.
    package var watchedSeconds = 0.0
    /// Processes that it had left behind when it was gone, as words.
    package var leftBehind: [String] = []
    /// How often it tried to join a room, which a server without rooms refuses.
    package var joinAttempts = 0

    /// An ending of which nothing is known yet.
    package init(kind: Kind, agent: Agent, startedAt: Timestamp) {
      self.kind = kind
      self.agent = agent
      self.startedAt = startedAt
    }
  }

  /// What is to end an agent.
  package enum Kind: String, Codable, Sendable {
    /// Its sessions end by themselves.
    case sessionsEnd = "sessions-end"
    /// Its drain_timeout passes while sessions are live.
    case drainTimeout = "drain-timeout"
  }

  /// What an agent is.
  package enum Agent: String, Codable, Sendable {
    /// It registers with a LiveKit server and is offered sessions.
    case worker
    /// It listens, and clients connect.
    case server
  }

  /// One process of the agent.
  package struct Process: Hashable, Codable, Sendable {
    /// Its id and its parent's, as this machine counts them.
    package var pid, parent: Int32
    /// Its arguments, harmless and at most 200 characters.
    package var command: String
    /// Whether it is the first of its pid namespace, whose signals have no default action.
    package var isFirst: Bool
    /// Whether the stop signal was sent to it.
    package var isSignalled: Bool
    /// Whether it is the process that serves, as far as that can be told from its children and sockets.
    package var isAgent: Bool
    /// What it does with SIGTERM.
    package var disposition: Disposition

    /// A process.
    package init(
      pid: Int32, parent: Int32, command: String, isFirst: Bool, isSignalled: Bool, isAgent: Bool,
      disposition: Disposition
    ) {
      self.pid = pid
      self.parent = parent
      self.command = command
      self.isFirst = isFirst
      self.isSignalled = isSignalled
      self.isAgent = isAgent
      self.disposition = disposition
    }
  }

  /// What a process does with a signal, as the kernel has it.
  package enum Disposition: String, Codable, Sendable {
    /// It has a handler.
    case caught
    /// It is ended, or nothing happens where it is the first of its namespace.
    case byDefault = "default"
    /// It ignores the signal.
    case ignored
    /// It has put the signal off.
    case blocked
    /// The kernel does not say, to us.
    case unknown
  }

  /// A signal that was sent.
  package struct Sent: Hashable, Codable, Sendable {
    /// Its name.
    package var name: String
    /// To whom, in words.
    package var to: String
    /// When.
    package var at: Timestamp

    /// A signal that was sent.
    package init(name: String, to: String, at: Timestamp) {
      self.name = name
      self.to = to
      self.at = at
    }
  }

  /// One session that was live at the signal.
  package struct Session: Hashable, Codable, Sendable {
    /// What it is called.
    package var id: String
    /// What it is.
    package var kind: Kind
    /// When its person was to leave, or left; nil: not while one looked, or nobody knows.
    package var personLeftAt: Timestamp?
    /// When it ended; nil: it had not, while one looked.
    package var endedAt: Timestamp?
    /// How it ended.
    package var end: End?
    /// The end in figures and words: `close 1012 (service restart)`.
    package var detail: String?

    /// A session that runs.
    package init(id: String, kind: Kind) {
      self.id = id
      self.kind = kind
    }

    /// What a session is.
    package enum Kind: String, Codable, Sendable {
      /// A job of a worker.
      case job
      /// A WebSocket connection.
      case webSocket = "web-socket"
      /// A request whose answer takes its time.
      case request
    }

    /// How a session ended.
    package enum End: String, Codable, Sendable {
      /// It went on until its person left, or its answer was whole.
      case completed
      /// It ended under its person.
      case cut
      /// It ended under its person before the signal came: the signal has no part in it.
      case endedBefore = "ended-before"
    }
  }

  /// A new session that was offered after the signal.
  package struct Offer: Hashable, Codable, Sendable {
    /// When.
    package var at: Timestamp
    /// What became of it.
    package var answer: Answer
    /// The answer in words.
    package var detail: String

    /// An offer.
    package init(at: Timestamp, answer: Answer, detail: String) {
      self.at = at
      self.answer = answer
      self.detail = detail
    }

    /// What became of an offer.
    package enum Answer: String, Codable, Sendable { case accepted, declined, unanswered }
  }

  /// A number of sessions in the worker's own words.
  package struct Count: Hashable, Codable, Sendable {
    /// When it was read.
    package var at: Timestamp
    /// How many.
    package var sessions: Int

    /// A number.
    package init(at: Timestamp, sessions: Int) {
      self.at = at
      self.sessions = sessions
    }
  }

  /// The end of the process that was started.
  package struct Exit: Hashable, Codable, Sendable {
    /// When.
    package var at: Timestamp
    /// How, in words: `exit 0`, `killed by SIGTERM`.
    package var how: String
    /// Its exit code, or 128 and the signal's number as shells have it; nil where nobody knows.
    package var status: Int32?

    /// An end.
    package init(at: Timestamp, how: String, status: Int32?) {
      self.at = at
      self.how = how
      self.status = status
    }
  }
}
