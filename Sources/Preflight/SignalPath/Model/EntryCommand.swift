package import Machine
package import Vocabulary

/// The command that a platform starts, and all that decides what becomes of the signal that stops it.
package struct EntryCommand: Sendable {
  /// The whole argument vector: ENTRYPOINT and CMD, or what the platform puts in their place.
  package var arguments: [Word]
  /// Where it is written.
  package var origin: Place
  /// What is known of the image.
  package var image: ImageFacts
  /// The environment that the image and the platform set, in text; other variables are unset.
  package var environment: [String: Word]
  /// The folder it starts in, absolute.
  package var workingDirectory: String
  /// The files of the image.
  package var files: any ImageFiles
  /// The signal that the platform sends to stop it.
  package var stopSignal: Signal
  /// Where the stop signal is written; nil for the default.
  package var stopSignalOrigin: Place?
  /// Whom the platform sends it to.
  package var delivery: Delivery
  /// Whether the platform puts an init of its own (tini) in front: `docker run --init`, compose `init: true`.
  package var hasInit: Bool
  /// How long after the signal everything is killed; nil where nothing limits it or it is not known.
  package var stopDeadline: DrainClock?
  /// A command that the platform runs to its end before it sends the signal; nil where there is none.
  package var preStop: PreStop?

  /// A command with the defaults of `docker run`: TERM to the main process, no init.
  package init(
    arguments: [Word], origin: Place, image: ImageFacts = ImageFacts(), environment: [String: Word] = [:],
    workingDirectory: String = "/", files: any ImageFiles = NoImageFiles(), stopSignal: Signal = .terminate,
    stopSignalOrigin: Place? = nil, delivery: Delivery = .mainProcess, hasInit: Bool = false,
    stopDeadline: DrainClock? = nil, preStop: PreStop? = nil
  ) {
    self.arguments = arguments
    self.origin = origin
    self.image = image
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.files = files
    self.stopSignal = stopSignal
    self.stopSignalOrigin = stopSignalOrigin
    self.delivery = delivery
    self.hasInit = hasInit
    self.stopDeadline = stopDeadline
    self.preStop = preStop
  }

  /// Whom a platform sends the stop signal to.
  package enum Delivery: String, Sendable {
    /// The main process only: docker, Kubernetes, ECS.
    case mainProcess = "main-process"
    /// Every process: systemd's KillMode=control-group, Heroku.
    case everyProcess = "every-process"
    /// The main process's group: supervisord's stopasgroup.
    case group
  }

  /// What runs before the signal.
  package struct PreStop: Sendable {
    /// Its words; empty for an HTTP call.
    package let arguments: [Word]
    /// Where it is written.
    package let origin: Place

    /// A command before the signal.
    package init(arguments: [Word], origin: Place) {
      self.arguments = arguments
      self.origin = origin
    }
  }
}

extension EntryCommand {
  /// The start of the command that runs before the signal; nil without one, and for an HTTP call.
  var hook: Launch? {
    guard let preStop, let first = preStop.arguments.first?.known else { return nil }
    var launch = Launch(self)
    launch.isFirst = false
    // What looks at processes is known as a command of the shell's.
    let isBare = ["kill", "pkill", "killall"].contains(ImagePath.name(first))
    return isBare
      ? launch.with(["/bin/sh", "-c", Word(holed: preStop.arguments.commandLine)], at: preStop.origin)
      : launch.with(preStop.arguments, at: preStop.origin)
  }
}

/// What is known of an image beyond its files.
package struct ImageFacts: Hashable, Sendable {
  /// The shell behind `/bin/sh`.
  package var shell: ShellKind
  /// Whether `ps` is there; nil when that is not known.
  package var hasPs: Bool?
  /// Whether bash is there; nil when that is not known.
  package var hasBash: Bool?
  /// The image's name as the Dockerfile has it, `python:3.12-slim`; nil when there is none.
  package var name: String?
  /// Why `shell` is what it is: `python:3.12-slim is Debian`.
  package var why: String?
  /// What a RUN installs for every program, by package name, with the version or range that it names, else an empty text:
  /// `pnpm` and `10` of `npm install -g pnpm@10`, `procps`, `supervisor`.
  package var installed: [String: String]
  /// Whether the first word of the arguments is the base image's own entrypoint, which execs what follows it.
  package var hasBaseEntrypoint: Bool

  /// Facts; by default nothing is known.
  package init(
    shell: ShellKind = .unknown, hasPs: Bool? = nil, hasBash: Bool? = nil, name: String? = nil, why: String? = nil,
    installed: [String: String] = [:], hasBaseEntrypoint: Bool = false
  ) {
    self.shell = shell
    self.hasPs = hasPs
    self.hasBash = hasBash
    self.name = name
    self.why = why
    self.installed = installed
    self.hasBaseEntrypoint = hasBaseEntrypoint
  }
}

/// The shells that differ in what they do with a signal and with their last command.
package enum ShellKind: String, Hashable, Sendable, CaseIterable {
  /// Debian's and Ubuntu's `/bin/sh`; never replaces itself unasked.
  case dash
  /// Alpine's, and busybox images'.
  case busybox
  case bash, zsh
  /// ksh93u+m, as Debian's `ksh` is.
  case ksh
  case mksh
  /// It is not known which.
  case unknown
}
