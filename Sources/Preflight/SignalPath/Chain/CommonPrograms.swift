import Machine

/// The small programs of every image, as far as they matter to a script that starts an agent.
enum CommonPrograms {
  /// The model of a small program; nil when it is none of them.
  static func model(for launch: Launch) -> ProgramModel? {
    let name = launch.name == "busybox" ? launch.arguments.dropFirst().first?.known ?? "" : launch.name
    let arguments = launch.name == "busybox" ? launch.arguments.dropFirst(2) : launch.arguments.dropFirst()
    guard let reaction = reaction(of: name, arguments.map(\.text)) else { return nil }
    return ProgramModel(name: name, reaction: reaction, explanation: "")
  }

  private static func reaction(of name: String, _ arguments: [String]) -> Reaction? {
    switch name {
    case "sleep": return .runs(pause(arguments), handled: [])
    case "tail":
      return arguments.contains { $0.hasPrefix("-") && $0.contains(where: "fF".contains) }
        ? .runs(nil, handled: []) : .filter
    case "tee", "grep", "egrep", "sed", "awk", "gawk", "ts", "jq", "cut", "tr", "sort", "head", "less", "more",
      "logger",
      "multilog", "svlogd", "s6-log", "rotatelogs", "pino-pretty", "bunyan", "xargs":
      return .filter
    case "cat": return arguments.allSatisfy { $0 == "-" } ? .filter : .ends(status: 0)
    case "true", "echo", "printf": return .ends(status: 0)
    case "false": return .ends(status: 1)
    case "yes": return .runs(nil, handled: [])
    case "cron", "crond", "nginx", "redis-server", "rsyslogd", "sshd", "postgres", "caddy", "haproxy", "envoy",
      "prometheus", "otelcol", "fluent-bit", "vector", "filebeat", "telegraf", "datadog-agent", "cloud-sql-proxy":
      return .runs(nil, handled: [.terminate, .interrupt, .quit])
    case "dockerize", "wait-for-it.sh", "wait-for", "wait4x", "apt-get", "apt", "pip", "pip3", "curl", "wget", "nc",
      "ncat",
      "mkdir", "rm", "cp", "mv", "ln", "chmod", "chown", "touch", "ls", "find", "id", "whoami", "date", "hostname",
      "uname", "env", "printenv", "which", "basename", "dirname", "readlink", "realpath", "mktemp", "nproc", "expr",
      "seq",
      "test", "tar", "gzip", "unzip", "git", "openssl", "base64", "md5sum", "sha256sum", "alembic", "psql",
      "pg_isready",
      "mysql", "mysqladmin", "redis-cli", "aws", "gcloud", "kubectl", "ulimit", "sysctl", "mount", "ip", "iptables",
      "update-ca-certificates", "envsubst", "yq", "dos2unix", "stat", "df", "free", "ps", "pgrep", "pkill", "killall",
      "pidof", "kill", "locale-gen", "ldconfig", "install", "du", "wc", "file", "cmp", "diff", "getent", "groupadd",
      "useradd", "usermod", "groupmod", "adduser", "addgroup", "stty", "tput", "clear", "sync", "mkfifo", "aplay",
      "ffmpeg":
      // `env` and `xargs` with a command are the catalogue's; what is left prints and ends.
      return .ends(status: nil)
    default: return nil
    }
  }

  private static func pause(_ arguments: [String]) -> Duration? {
    var total = Duration.zero
    for argument in arguments {
      let unit = argument.last.map { "smhd".contains($0) ? $0 : "s" } ?? "s"
      let number = argument.last.map { "smhd".contains($0) } ?? false ? argument.dropLast() : argument[...]
      // A time that is not known passes; `infinity` does not.
      guard argument.unicodeScalars.allSatisfy({ $0 != Word.hole }) else { continue }
      guard let value = Double(number), value.isFinite, value >= 0 else { return nil }
      let seconds = value * (unit == "m" ? 60 : unit == "h" ? 3_600 : unit == "d" ? 86_400 : 1)
      total += .milliseconds(min(seconds, 1e9) * 1_000)
    }
    return total
  }
}
