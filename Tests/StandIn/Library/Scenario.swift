import Vocabulary

/// What a stand-in plays: who is there at the start, how fast things go, what goes wrong, and what happens when.
///
/// Everything has a default; the defaults are a hosted agent with one version, two replicas in one region, stamped sessions
/// and no traffic, at the pace that a real server was seen to have. `Scenario+Reading.swift` says how it is written as YAML.
package struct Scenario: Sendable {
  /// Which server it is.
  package var server = Server.cloud
  package var apiKey = "devkey"
  /// At least 32 bytes, as the SDKs ask for.
  package var apiSecret = "secretsecretsecretsecretsecretsecret"
  package var agentID = "CA_test123"
  package var agentName = "concierge"
  /// One row a region and deployment in ListAgents.
  package var regions = ["us-east"]
  /// Workers of a version in each region.
  package var replicas = 2
  /// The attribute under which agents carry their release; nil: sessions are not stamped.
  package var stamp: String? = "app.version"
  /// Where the stamp's value comes from: nil is the version's name, else the version's attribute of this key.
  package var stampSource: String?
  /// Oldest first; the last one serves, the others have been over for long.
  package var versions = [Version("v20260224201212", attributes: ["release": "r-1"])]
  package var pace = Pace()
  /// What the next rollouts do.
  package var rollout = Rollout()
  /// Calls that come by themselves from the start; nil is none.
  package var traffic: Traffic?
  /// What goes wrong from the start.
  package var faults: [Fault] = []
  /// What happens when, counted from the start.
  package var script: [(at: Duration, command: Command)] = []
  /// Whose lines `/logs` carries.
  package var logs = LogReach.newest
  /// The order of ListAgentVersions.
  package var order = VersionOrder.newestFirst
  /// Where webhooks are sent to, as rooms and participants come and go; nil: nowhere.
  package var webhook: String?
  /// The words with which DeployAgentV2 fails (`success: false` with HTTP 200); nil: it works.
  package var refusesDeploy: String?
  /// The words with which RollbackAgent is refused (`failed_precondition`); nil: it works.
  package var refusesRollback: String?
  /// Decides every choice that is left to chance: ids, orders, who is picked.
  package var seed: UInt64 = 1

  /// The defaults.
  package init() {}

  /// The two servers that can be stood in for.
  package enum Server: String, Sendable, CaseIterable {
    /// LiveKit Cloud: rooms, dispatches, hosted agents, logs.
    case cloud
    /// A server of one's own: no hosted agents.
    case selfHosted = "self-hosted"
  }

  /// Whose lines `/logs` carries.
  package enum LogReach: String, Sendable, CaseIterable {
    /// The newest version's only, as LiveKit Cloud is documented to do.
    case newest
    /// Those of draining versions as well.
    case all
  }

  /// The order of ListAgentVersions.
  package enum VersionOrder: String, Sendable, CaseIterable {
    case newestFirst = "newest-first"
    case oldestFirst = "oldest-first"
    case shuffled
  }

  /// A version that is there at the start.
  package struct Version: Sendable {
    package var name: String
    package var attributes: [String: String]
    /// How long before the start it was deployed.
    package var age: Duration
    /// The stamp of its sessions, instead of what `stampSource` says.
    package var stamp: String?
    /// Whether it still has replicas that drain and never end: six days old, and still there.
    package var isDraining: Bool

    /// A version, a day old unless said otherwise.
    package init(
      _ name: String, attributes: [String: String] = [:], age: Duration = .seconds(86_400), stamp: String? = nil,
      isDraining: Bool = false
    ) {
      self.name = name
      self.attributes = attributes
      self.age = age
      self.stamp = stamp
      self.isDraining = isDraining
    }
  }

  /// How long things take; the defaults are those of livekit-server 1.13.5.
  package struct Pace: Sendable {
    /// From a dispatch to the agent in its room.
    package var join: Duration = .milliseconds(300)
    /// From the person's end to the agent's.
    package var leave: Duration = .milliseconds(800)
    /// From the last person's end to the room's.
    package var departure: Duration = .seconds(20)
    /// Until an empty room ends that says nothing else.
    package var emptyTimeout: Duration = .seconds(300)
    /// How far `num_participants` is behind.
    package var countLag: Duration = .seconds(5)
    /// How far ListDispatch's jobs are behind.
    package var jobLag: Duration = .seconds(5)
    /// How long a killed agent stays listed.
    package var linger: Duration = .seconds(21)
    /// How long an agent that was cut by its drain timeout stays listed.
    package var drainLinger: Duration = .seconds(15)
    /// From a draining worker's last session to its exit.
    package var exit: Duration = .milliseconds(400)
    /// How long ListDispatch takes for a room that is not there.
    package var absence: Duration = .seconds(3)
    /// Between two looks of the platform at its replicas.
    package var scrape: Duration = .seconds(5)

    /// The real ones.
    package init() {}

    /// Everything some twenty times as fast, for tests.
    package static var brisk: Pace {
      var pace = Pace()
      pace.join = .milliseconds(20)
      pace.leave = .milliseconds(40)
      pace.departure = .milliseconds(300)
      pace.countLag = .milliseconds(250)
      pace.jobLag = .milliseconds(100)
      pace.linger = .seconds(1)
      pace.drainLinger = .milliseconds(700)
      pace.exit = .milliseconds(50)
      pace.absence = .milliseconds(100)
      pace.scrape = .milliseconds(100)
      return pace
    }
  }

  /// How a rollout goes: of `lk agent deploy`, RollbackAgent, RestartAgent, UpdateAgentSecrets and the command `deploy`.
  package struct Rollout: Sendable {
    /// How long the image is built; a rollback and a restart build nothing.
    package var build: Duration = .milliseconds(200)
    /// What the build fails with (`BUILD ERROR: …`); nil: it does not.
    package var buildError: String?
    /// The status with which `/build` answers; 200 is a build.
    package var buildStatus = 200
    /// Puts a line of 107 kB into the build's output, at which lk gives up although the build goes on.
    package var hasLongLine = false
    /// Whether a build that failed for its caller goes on and is rolled out all the same.
    package var goesOn = false
    /// From the build's end to a region's first healthy replica.
    package var start: Duration = .milliseconds(300)
    /// What single regions need longer.
    package var lags: [String: Duration] = [:]
    /// The status at which each region arrives; only `Running` serves. `Updating` is a version that never arrives.
    package var status = "Running"
    /// From a region's new replicas serving to its old ones being told to drain.
    package var handover: Duration = .zero
    /// What old replicas make of being told to drain.
    package var drain = Drain.withCalls
    /// When a draining worker cuts the calls that it still has.
    package var window: Duration = .seconds(3_600)
    /// The share of new sessions that land on draining workers, 0 to 1.
    package var strays = 0.0
    /// The share of new sessions whose agent never comes, 0 to 1: a version that crashes on calls.
    package var unserved = 0.0

    /// A rollout in which nothing goes wrong.
    package init() {}
  }

  /// What old replicas make of being told to drain.
  package enum Drain: String, Sendable, CaseIterable {
    /// They take nothing new and go when their last call has ended, or at their window.
    case withCalls = "with-calls"
    /// They take nothing new and never go: a wrapper that swallows the exit.
    case stays
    /// They do not hear of it: they go on taking calls and never go, though the version is listed as draining.
    case swallowed
    /// They are killed at once, calls and all.
    case killed
  }

  /// Calls that come at a rate.
  package struct Traffic: Sendable {
    /// From one call to the next.
    package var every: Duration
    /// How long a person stays.
    package var length: Duration
    /// How many come; nil: on and on.
    package var count: Int?

    /// Calls at a rate.
    package init(every: Duration, length: Duration, count: Int? = nil) {
      self.every = every
      self.length = length
      self.count = count
    }
  }
}

/// Something that is done to the fleet.
package enum Command: Sendable {
  /// Rolls out a new version without lk: the dashboard, or somebody else's `lk`. nil names it by its time.
  case deploy(name: String?, attributes: [String: String] = [:], deployment: String = "")
  /// Rolls back to a version.
  case rollback(to: String)
  /// Replaces the serving version's replicas by new ones.
  case restart
  /// Replaces the calls that come by themselves.
  case traffic(Scenario.Traffic?)
  /// One call; see `Call`.
  case call(Call)
  /// The person in a room leaves.
  case hangUp(room: String)
  /// The agent in a room leaves its person alone.
  case agentLeaves(room: String)
  /// The agent in a room is connected anew: the same identity with another sid and another time of joining.
  case reconnect(room: String)
  /// Kills the workers of a version, in one region or in all: their calls are cut, their agents stay listed for a while.
  case kill(version: String, region: String? = nil)
  /// Restarts the LiveKit server under its calls.
  case serverRestart
  /// Changes what the next rollouts do.
  case rollout(Scenario.Rollout)
  /// Makes calls go wrong.
  case fault(Fault)
  /// Takes every fault away.
  case calm
  /// Sets the status of a version's row in one region or in all.
  case status(version: String, region: String? = nil, status: String)
  /// Stops or starts the platform's looks at its replicas: `last_scraped_at` stands still.
  case scrape(isStale: Bool)
  /// Changes the order of ListAgentVersions.
  case order(Scenario.VersionOrder)
  /// Lists an event of the hosted agent, by its number in `AgentEventType`.
  case event(type: Int, region: String? = nil)
}

/// One call that a command places.
package struct Call: Sendable {
  /// The room; nil names it `call-N`. One of that name that is still there is ended first.
  package var room: String?
  /// How long the person stays; nil: until somebody hangs up.
  package var length: Duration?
  /// The version that takes it, whatever the routing rule says; nil is the rule.
  package var version: String?
  /// The deployment that it is dispatched to; empty is production.
  package var deployment = ""
  /// Whether an agent comes at all.
  package var isServed = true

  /// A call by the routing rule.
  package init(room: String? = nil, length: Duration? = nil, version: String? = nil) {
    self.room = room
    self.length = length
    self.version = version
  }
}

/// A way in which answers go wrong, and which ones.
package struct Fault: Sendable {
  /// The method (`ListRooms`), `logs`, `build`, or `*` for all of them.
  package var call: String
  /// How many answers go well first.
  package var after = 0
  /// How many go wrong then; nil: all.
  package var count: Int?
  package var kind: Kind

  /// A fault of some calls.
  package init(_ call: String, _ kind: Kind, after: Int = 0, count: Int? = nil) {
    self.call = call
    self.kind = kind
    self.after = after
    self.count = count
  }

  /// What goes wrong.
  package enum Kind: Sendable {
    /// A Twirp error of this status (429, 500, 503 …), with `Retry-After` in seconds when there is one.
    case status(Int, retryAfter: Int? = nil)
    /// The right answer, that much later.
    case slow(Duration)
    /// The first half of the right answer, under its full length.
    case truncated
    /// The connection is reset instead of an answer.
    case reset
    /// HTTP 200 with a page of HTML: a proxy that knows better.
    case page
  }
}
