import Documents
import Machine
import Vocabulary

/// The tasks of a Nomad job.
enum NomadJob {
  /// The tasks of a job file, in order.
  static func starts(_ bytes: [UInt8], file: String) throws -> [PlatformStart] {
    let root = try HCL(bytes, file: file).root
    return root.blocks("job").flatMap { job in
      // A task may stand in the job itself; it is then a group of its own.
      (job.blocks("group") + [job]).flatMap { group in
        group.blocks("task").map { start($0, group: group.labels.first ?? "", file: file) }
      }
    }
  }

  private static func start(_ task: HCL.Block, group: String, file: String) -> PlatformStart {
    func place(_ line: Int) -> Place { Place(file: file, line: line) }
    var start = PlatformStart(
      name: task.labels.first ?? "task", kind: "task of \(group)", place: place(task.line))
    let driver = task.attribute("driver")?.value.text ?? ""
    let isContainer = ["docker", "podman", "containerd-driver"].contains(driver)
    start.isOnHost = !isContainer
    for block in task.blocks("env") {
      for attribute in block.attributes {
        start.environment[attribute.name] = attribute.value.text.map(word) ?? .unknown
      }
    }
    if case .object(let pairs)? = task.attribute("env")?.value {
      for (name, value) in pairs { start.environment[name] = value.text.map(word) ?? .unknown }
    }
    if let configuration = task.blocks("config").first {
      read(configuration, isContainer: isContainer, into: &start, file: file)
    }
    if let signal = task.attribute("kill_signal"), let text = signal.value.text {
      start.stopSignal = (text, place(signal.line))
    } else if !isContainer {
      // Nomad's executors interrupt; its docker driver leaves the signal to the image.
      start.stopSignal = ("SIGINT", place(task.line))
    }
    let timeout = task.attribute("kill_timeout")
    start.deadline =
      timeout.map { timeout in
        let written = timeout.value.text ?? ""
        return Duration(text: written).map {
          .known(DrainClock(name: "nomad kill_timeout", limit: $0, origin: place(timeout.line).description))
        } ?? .unknown("nomad kill_timeout", written: written, place: place(timeout.line))
      } ?? .known(DrainClock(name: "nomad kill_timeout", limit: .seconds(5), origin: "default"))
    if timeout != nil { start.notes.append("the Nomad client's max_kill_timeout can make kill_timeout shorter") }
    return start
  }

  private static func read(_ block: HCL.Block, isContainer: Bool, into start: inout PlatformStart, file: String) {
    func words(_ name: String) -> (words: [Word], line: Int)? {
      guard let found = block.attribute(name) else { return nil }
      switch found.value {
      case .list(let values): return (values.map { $0.text.map(word) ?? .unknown }, found.line)
      case .text(let text): return ([word(text)], found.line)
      case .expression, .object: return ([.unknown], found.line)
      }
    }
    start.image = block.attribute("image")?.value.text
    start.workingDirectory = block.attribute("work_dir")?.value.text
    start.hasInit = !isContainer || block.attribute("init")?.value.text == "true"
    let command = words("command")
    let arguments = words("args")
    let whole = (command?.words ?? []) + (arguments?.words ?? [])
    let line = command?.line ?? arguments?.line ?? block.line
    let written = whole.isEmpty ? nil : PlatformStart.Command(words: whole, place: Place(file: file, line: line))
    if isContainer {
      start.entrypoint = words("entrypoint").map {
        PlatformStart.Command(words: $0.words, place: Place(file: file, line: $0.line))
      }
      start.command = written
    } else {
      start.entrypoint = written
    }
  }

  /// A text whose `${…}` are holes.
  private static func word(_ text: String) -> Word {
    var result = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${") {
      result += rest[..<start.lowerBound] + String(Character(Word.hole))
      rest = rest[start.upperBound...].drop { $0 != "}" }.dropFirst()
    }
    return Word(holed: result + rest)
  }
}
