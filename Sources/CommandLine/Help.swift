/// What `--help` prints.
enum Help {
  static func text(of node: CommandNode, width: Int) -> String { node.entry.summary + "\n" }
}
