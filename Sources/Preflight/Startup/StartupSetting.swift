import Vocabulary

/// One setting that decides how a worker starts: what the source says, what holds without it, and what is advised.
package struct StartupSetting: Hashable, Encodable, Sendable {
  /// Its name as livekit-agents has it.
  package let name: String
  /// What the source sets; nil when nothing does.
  package let found: String?
  /// Whether what it sets is to be known from the source; an expression that is made when the program runs is not.
  package let isKnown: Bool
  /// Where it is set, `FILE:LINE`.
  package let place: String?
  /// What holds when nothing is set, in livekit-agents 1.8.9.
  package let usual: String
  /// What is advised, with its reason.
  package let recommended: String

  private enum CodingKeys: String, CodingKey {
    case name, found, isKnown, place, usual = "default", recommended
  }
}

extension StartupSetting {
  /// A setting without what an agent says of it.
  struct Template: Sendable {
    let name: String
    let usual: String
    let recommended: String
  }

  /// The settings that decide how a worker starts, in the order in which they matter.
  static let templates: [Template] = [
    Template(
      name: "initialize_process_timeout", usual: "10 s",
      recommended: "3 × measured p99, at least 10 s"),
    Template(
      name: "num_idle_processes", usual: "one a CPU; 0 in dev",
      recommended: "calls within one initialization, at least 1"),
    Template(
      name: "setup_fnc", usual: "none", recommended: "loads VAD and models into userdata"),
    Template(
      name: "preload_modules", usual: "none",
      recommended: "heavy modules that open no connection"),
    Template(
      name: "multiprocessing_context", usual: "forkserver on Linux",
      recommended: "forkserver, for preload_modules"),
    Template(
      name: "job_executor_type", usual: "PROCESS",
      recommended: "PROCESS: a crash ends one call only"),
    Template(
      name: "port", usual: "8081; free in dev mode",
      recommended: "8081 in a container, 0 for several on a host"),
    Template(
      name: "load_threshold", usual: "0.7", recommended: "0.7, lower where calls are heavy"),
    Template(
      name: "job_memory_warn_mb", usual: "1000 MB", recommended: "above what a process has after prewarm"),
    Template(
      name: "job_memory_limit_mb", usual: "0, no limit",
      recommended: "container's memory ÷ (calls + idle)"),
    Template(
      name: "shutdown_process_timeout", usual: "10 s", recommended: "above the slowest shutdown callback"),
    Template(
      name: "drain_timeout", usual: "3600 s; 1800 s before 1.6.5",
      recommended: "above the longest call: check drain-window"),
  ]
}

/// What the source says of a setting.
struct FoundSetting: Sendable {
  let value: PythonExpression
  let file: Int
  let line: Int
}

extension AgentSource {
  /// The names of what takes the settings.
  private static let takers: Set<String> = [
    "AgentServer", "WorkerOptions", "ServerOptions", "Worker", "update_options",
  ]
  /// What a setting is called elsewhere.
  private static let otherNames = ["prewarm_fnc": "setup_fnc"]

  /// What the files that were read say of each setting: the last word of each.
  var foundSettings: [String: FoundSetting] {
    var found: [String: FoundSetting] = [:]
    for (number, file) in files.enumerated() {
      for call in file.module.allCalls {
        let last = file.module.qualifiedName(of: call)?.split(separator: ".").last.map(String.init)
        guard AgentSource.takers.contains(last ?? call.function.memberName ?? "") else { continue }
        for argument in call.arguments {
          guard let name = argument.name else { continue }
          found[AgentSource.otherNames[name] ?? name] = FoundSetting(
            value: argument.value, file: number, line: argument.value.line)
        }
      }
      for statement in file.module.allStatements {
        guard case .assignment(let targets, _, let value?) = statement.kind else { continue }
        for target in targets where target.memberName == "setup_fnc" || target.memberName == "prewarm_fnc" {
          found["setup_fnc"] = FoundSetting(value: value, file: number, line: statement.line)
        }
      }
    }
    return found
  }

  /// The table of settings.
  var settings: [StartupSetting] {
    let found = foundSettings
    return StartupSetting.templates.map { template in
      let setting = found[template.name]
      let value = setting.map { self.text(of: $0) }
      return StartupSetting(
        name: template.name, found: value?.text, isKnown: value?.isKnown ?? true,
        place: setting.map { "\(files[$0.file].path):\($0.line)".harmless }, usual: template.usual,
        recommended: template.recommended)
    }
  }

  /// The number that a setting has; nil when it is not set, or not to be known from the source.
  func number(_ name: String) -> Double? {
    foundSettings[name].flatMap { files[$0.file].module.number(of: $0.inProduction) }
  }

  private func text(of setting: FoundSetting) -> (text: String, isKnown: Bool) {
    let module = files[setting.file].module
    let value = setting.inProduction
    if let number = module.number(of: value) {
      return (number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)", true)
    }
    if let text = module.text(of: value) { return (text.harmless, true) }
    if let texts = module.texts(of: value) { return (texts.joined(separator: ", ").harmless, true) }
    if case .constant(let word) = value.kind { return (word, true) }
    if let name = value.dottedName { return (name.harmless, module.definition(of: name) != nil || name.contains(".")) }
    return ("unknown: \(module.excerpt(setting.line).prefix(60))", false)
  }
}

extension FoundSetting {
  /// What counts in production of a value that is given for both modes.
  fileprivate var inProduction: PythonExpression {
    guard let call = value.call, (call.function.dottedName ?? "").hasSuffix("ServerEnvOption") else { return value }
    return call.argument("prod_default") ?? value
  }
}
