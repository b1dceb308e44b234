import Preflight

/// Any text is a file that a launcher or a package manager reads: whatever it holds, the program that reads it has a model.
func fuzzPrograms(_ bytes: [UInt8]) {
  let files = OneText(String(decoding: bytes, as: UTF8.self))
  let commands: [[Word]] = [
    ["node", "a.mjs", "start"], ["python", "a.py", "start"], ["make", "run"], ["just", "run"], ["task", "run"],
    ["npm", "start"], ["pnpm", "start"], ["yarn", "start"], ["bun", "run", "start"], ["deno", "task", "start"],
    ["pm2-runtime", "ecosystem.config.js"], ["supervisord", "-n", "-c", "s.conf"], ["circusd", "c.ini"],
    ["honcho", "start"], ["pdm", "run", "start"], ["hatch", "run", "start"], ["pipenv", "run", "start"],
    ["turbo", "run", "start"], ["nx", "start"], ["wireit"], ["zx", "a.mjs"],
  ]
  for command in commands {
    _ = Programs().model(
      for: Launch(arguments: command, workingDirectory: "/app", files: files, place: Place(file: "Dockerfile")))
  }
  _ = Programs().model(
    for: Launch(arguments: files.text.split(separator: " ").map { Word($0) }, place: Place(file: "")))
}

/// One text as every file.
private struct OneText: ImageFiles {
  let text: String
  init(_ text: String) { self.text = text }
  func lookUp(_ path: String) -> ImageLookup { .file(ImageFile(text: text, origin: Place(file: path, line: 1))) }
  func names(in path: String) -> [String]? { ["a", "b"] }
}
