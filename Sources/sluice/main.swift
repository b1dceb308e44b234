import CommandLine
import Commands
import Glibc
import Machine
import Vocabulary

ProgramStart.prepare()
let arguments = Array(Swift.CommandLine.arguments.dropFirst())

// A keeper outlives everything else of the program and knows nothing of it.
if arguments.first == "keep-process", let specification = KeeperSpecification(arguments: Array(arguments.dropFirst())) {
  exit(await keepProcess(specification))
}
let status = await SluiceProgram.main(arguments, in: .live)
await BackgroundTasks.end()
// Not `exit`: its handlers take the libraries away from threads that still use them. Every write has gone out by now.
_exit(status)
