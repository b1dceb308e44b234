package import Machine
package import Vocabulary

/// What knows programs: given how one is started, what it starts itself and what it does with signals.
package protocol ProgramCatalogue: Sendable {
  /// The model of a program; nil when it is not known. Shells and scripts with `#!` are not asked for.
  func model(for launch: Launch) -> ProgramModel?
}

/// What one started program does.
package struct ProgramModel: Sendable {
  /// What the chain calls it: `npm`, `tini -g`.
  package var name: String
  /// What it does.
  package var reaction: Reaction
  /// One sentence for the chain: what it does with the signal, and why.
  package var explanation: String
  /// The lines of the user's own files that the model rests on, when they are not the launch's own place.
  package var place: Place?
  /// Findings that hold whatever the verdict is (a mode that never drains, a handler in the agent's code).
  package var findings: [Finding]

  /// A model; see the properties.
  package init(
    name: String, reaction: Reaction, explanation: String, place: Place? = nil, findings: [Finding] = []
  ) {
    self.name = name
    self.reaction = reaction
    self.explanation = explanation
    self.place = place
    self.findings = findings
  }
}

/// What a program does once it is started.
package enum Reaction: Sendable {
  /// It is the agent.
  case agent(AgentBehaviour)
  /// It is a program of the user's that may be the agent: it is, when nothing surer is started.
  case candidate(AgentBehaviour)
  /// It ends by itself soon, with this status: a migration, `echo`. Nil: success is supposed, failure thought of.
  case ends(status: Int32?)
  /// It copies its input and ends with it: `tee`, `cat`, `ts`.
  case filter
  /// It waits this long and ends; nil for ever: `sleep`, `tail -f`, another server. `handled` are the signals it ends at with
  /// status 0 by a handler of its own.
  case runs(Duration?, handled: Set<Signal>)
  /// It is replaced by another program: `gosu`, `env`, `tini` never.
  case execs(Launch)
  /// It stays and keeps children.
  case supervises(Supervision)
  /// It starts others that nobody tells of a signal, and leaves with status 0: `daemonize`, `pm2 start`.
  case daemonizes([Launch])
  /// It does not get so far as to start anything.
  case neverStarts(why: String)
  /// It is not known what it does.
  case unknown(why: String)
}

/// What the agent does with signals.
package struct AgentBehaviour: Sendable {
  /// What the first of the signals does; one that is not listed has no handler. TERM and INT: drain, by default.
  package var first: [Signal: Response]
  /// What a further TERM or INT does while it drains.
  package var second: Response

  /// livekit-agents' behaviour by default: the first TERM or INT drains, the next ends the process at once.
  package init(first: [Signal: Response] = [.terminate: .drains, .interrupt: .drains], second: Response = .ends) {
    self.first = first
    self.second = second
  }

  /// What a signal does.
  package enum Response: Sendable {
    /// It lets its sessions end, and leaves.
    case drains
    /// It leaves at once, and its sessions are cut.
    case ends
    /// It goes on.
    case goesOn
  }
}

/// How a program keeps its children and what it does with signals.
package struct Supervision: Sendable {
  /// What it starts.
  package var children: [Child]
  /// Whether the children run beside each other or one after the other, each when the one before ended with 0.
  package var order: Order
  /// What it does when its children have ended.
  package var afterwards: Afterwards
  /// What it does with a signal, step by step; a signal that is not listed has no handler.
  package var handlers: [Signal: [Step]]
  /// Signals that it ignores, itself only.
  package var ignored: Set<Signal>

  /// A program that starts children and does nothing about signals, by default.
  package init(
    children: [Child], order: Order = .together, afterwards: Afterwards = .leaves, handlers: [Signal: [Step]] = [:],
    ignored: Set<Signal> = []
  ) {
    self.children = children
    self.order = order
    self.afterwards = afterwards
    self.handlers = handlers
    self.ignored = ignored
  }

  /// One child.
  package struct Child: Sendable {
    /// How it is started.
    package var launch: Launch
    /// Whether it gets a process group of its own.
    package var ownGroup: Bool

    /// A child in its parent's group, by default.
    package init(_ launch: Launch, ownGroup: Bool = false) {
      self.launch = launch
      self.ownGroup = ownGroup
    }
  }

  /// How children are started.
  package enum Order: Sendable { case together, oneAfterAnother }

  /// What follows the children's end.
  package enum Afterwards: Sendable, Equatable {
    /// It leaves with the first child's status when that child ends, whatever the others do: tini.
    case leaves
    /// It leaves when all have ended.
    case leavesAfterAll
    /// It leaves only when nothing holds its output any more: every descendant has ended.
    case leavesAfterDescendants
    /// It stays until it is killed.
    case stays
    /// It starts the child again, unless it is stopping.
    case restarts
    /// It ends itself by the signal that ended the child, where one did (harmless as process 1), and leaves after a pause.
    case raisesChildsSignal(pause: Duration)
  }

  /// One step of what a program does with a signal. After the last step it goes on waiting for its children.
  package enum Step: Sendable {
    /// Sends a signal; nil sends on the one that came.
    case send(Signal?, to: Target)
    /// Does nothing for a while; ends early when all its children have ended.
    case pause(Duration)
    /// Waits until its children have ended, then goes on with the next step.
    case awaitChildren
    /// Leaves, with a status.
    case leave(Int32)
    /// Takes its handler away and sends itself the signal: harmless as process 1.
    case raise
    /// Starts no child again from here on.
    case stopRestarting
  }

  /// Whom a step's signal goes to.
  package enum Target: Sendable {
    case children
    /// Children, their children, and so on.
    case descendants
    /// The process groups of the children.
    case childGroups
    /// Its own process group, itself included.
    case ownGroup
    /// Everything but process 1 and itself.
    case everything
  }
}
