/// Forms of entry scripts, each a way that people write them. `agent` is the agent.
enum ShellForms {
  /// What every shell reads.
  static let common: [String] = [
    "agent", "exec agent", "true && agent", "true; agent", "cd / && exec agent", "agent; true", "X=1 agent",
    "X=1 exec agent", "agent >/dev/null 2>&1", "exec agent >/dev/null", "agent || exit 1", "exec agent || echo no",
    "{ agent; }", "(agent)", "(exec agent)", "(cd /; exec agent); true", "if true; then agent; fi",
    "if true; then exec agent; fi", "if false; then :; else exec agent; fi", "true\nagent",
    "true\nexec agent\necho never",
    "exec agent | cat", "agent | cat", "agent 2>&1 | tee /dev/null", "trap 'true' EXIT; agent",
    "trap 'true' EXIT; exec agent",
    "f() { agent; }; f", "f() { exec agent; }; f", "f() { \"$@\"; }; f exec agent", "set -e; agent",
    "set -e\nexec agent",
    "true & agent", "true &\nexec agent", "agent & wait", "agent & wait $!", "agent &\nwait", "agent & sleep 100",
    "agent & exec sleep 100", "agent &\necho started", "(agent &)\nsleep 100", "while true; do agent; done",
    "while true; do exec agent; done", "for x in a b; do exec agent; done", "case x in y) ;; *) exec agent;; esac",
    "case start in start|run) agent;; esac", "echo go | while read -r x; do exec agent; done",
    "x=$(exec agent); echo $x",
    "x=$(agent)", "echo \"exec agent\"; agent", "# exec agent\nagent", "CMD=agent; exec $CMD",
    "CMD='env X=1 agent'; exec $CMD",
    "${CMD:-agent}", "exec ${CMD:-agent}", "set -- agent start; exec \"$@\"", "set -- agent start; \"$@\"",
    "exec 3>&1; agent", "exec >/dev/null; exec agent", "eval agent", "eval exec agent", "eval 'exec agent'",
    "command exec agent",
    "! agent", "agent && true", "false || exec agent", "exec env X=1 agent", "exec sh -c 'exec agent'",
    "exec sh -c 'true; agent; true'", "sh -c 'exec agent'", "exec nice agent",
    // Traps.
    "trap : TERM; agent", "trap '' TERM; agent", "trap '' TERM; exec agent",
    "trap 'kill -TERM $P' TERM; agent & P=$!; wait $P",
    "trap 'kill -TERM $P' TERM\nagent & P=$!\nwait $P\nwait $P",
    "trap 'kill $P' TERM INT\nagent & P=$!\nwait $P; trap - TERM INT; wait $P",
    "trap 'kill -TERM $P; wait $P' TERM\nagent & P=$!\nwait $P",
    "trap \"kill -TERM $P\" TERM\nagent & P=$!\nwait $P; wait $P",
    "agent & P=$!\ntrap \"kill -TERM $P\" TERM\nwait $P; wait $P",
    "set -e\nagent & P=$!\ntrap 'kill $P' TERM\nwait $P\nwait $P",
    "agent & P=$!\ntrap 'kill $P' TERM\nwhile kill -0 $P 2>/dev/null; do wait $P; done",
    "agent & P=$!\ntrap 'kill $P' TERM\nwhile kill -0 $P; do sleep 0.2; done", "trap 'exit 0' TERM; agent & wait",
    "trap 'kill 0' TERM; agent & wait", "trap 'trap - TERM; kill 0' TERM; agent & wait; wait",
    "trap 'kill -9 $P; wait $P' TERM; agent & P=$!; wait $P",
    "stop() { kill $P; sleep 0.5; kill -9 $P; exit; }\ntrap stop TERM\nagent & P=$!\nwait $P",
    "stop() { kill -TERM \"$P\"; wait \"$P\"; exit $?; }\ntrap stop TERM INT\nagent & P=$!\nwait \"$P\"",
    "agent & P=$!\ntrap 'kill -TERM $P' TERM\nsleep 100 & wait $!",
    "agent & P=$!\ntrap 'kill -TERM $P' TERM\nwait $P\nS=$?\nwait $P\nexit $S",
    "trap 'kill $(jobs -p)' TERM\nagent &\nwait\nwait", "trap 'kill $P' EXIT\nagent & P=$!\nwait $P",
    "trap 'kill $P; wait $P' EXIT\nagent & P=$!\nwait $P", "trap 'kill $P; wait $P' EXIT TERM\nagent & P=$!\nwait $P",
    "trap 'kill -s TERM $P' TERM; agent & P=$!; wait; wait", "agent & P=$!; trap 'kill -15 $P' 15; wait $P; wait $P",
    "run=1\ntrap 'run=0; kill $P' TERM\nwhile [ $run = 1 ]; do agent & P=$!; wait $P; done\nwait $P",
    "(agent) & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P", "{ agent; } & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "(cd / && agent) & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "(cd /; exec agent) & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "f() { agent; }; f & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "f() { exec agent; }; f & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "agent | cat & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "X=1 agent & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "true && agent & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "agent >/dev/null & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
    "trap 'kill -TERM -$$' TERM; agent & wait; wait",
    "set -m\nagent & P=$!\ntrap 'kill -TERM -$P; wait $P' TERM\nwait $P",
    "sleep 100 & agent & wait", "agent & sleep 100 & wait", "trap 'echo' TERM; agent & P=$!; wait $P; wait $P",
    "trap 'true' TERM\nagent &\nP=$!\nwait $P\nkill $P\nwait $P", "agent & P=$!\nwait $P || kill $P\nwait $P",
    "trap 'kill -TERM $P' TERM; trap - TERM; agent & P=$!; wait $P; wait $P",
    "trap 'kill $P' HUP; agent & P=$!; wait $P; wait $P",
    "trap 'kill -TERM \"$child\" 2>/dev/null' TERM\nagent &\nchild=$!\nwait \"$child\" || wait \"$child\"",
    "agent & P=$!\ntrap 'kill $P; exit' TERM\nwait", "trap 'kill $P; wait' TERM\nagent & P=$!\nwait",
    "until [ -d /proc ]; do sleep 1; done; exec agent", "[ -n \"$NOPE\" ] && exec agent; agent",
    "[ -z \"$NOPE\" ] && exec agent; agent",
    "i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; exec agent", "while getopts ab: o; do :; done; exec agent",
    "cat <<END >/dev/null\nexec agent\nEND\nagent",
    "exec sh <<'END'\nexec agent\nEND",
    ". ./inc.sh", ". ./incexec.sh", "./sub.sh", "exec ./sub.sh", "exec sh ./sub.sh", "sh sub.sh", "exec ./subexec.sh",
    "./noshebang.sh",
    "exec ./noshebang.sh", "exec ./crlf.sh", "if agent; then exit 0; fi", "agent; exit $?", "time agent",
  ]

  /// What bash, ksh and zsh read as well.
  static let extended: [String] = [
    "cmd=(agent start); exec \"${cmd[@]}\"", "cmd=(agent); \"${cmd[@]}\"", "exec > >(cat) 2>&1; exec agent",
    "exec > >(cat); agent", "[[ -n x ]] && exec agent", "[[ a == b ]] || exec agent", "(( 1 )) && exec agent",
    "function f { exec agent; }; f", "exec -a name agent", "agent & disown; sleep 100", "read x <<< hello; exec agent",
    "while read -r l; do exec agent; done < <(echo x)", "for ((i=0;i<2;i++)); do exec agent; done",
    "if [[ $0 =~ sh ]]; then exec agent; fi", "trap 'kill -TERM $P' SIGTERM\nagent & P=$!\nwait $P; wait $P",
    "coproc agent; wait", "exec {fd}>&1; agent", "agent |& cat", "[[ -f inc.sh && ! -f nope ]] && exec agent",
    "set -o pipefail; agent | tee /dev/null", "case $# in 0) ;& *) exec agent;; esac",
  ]

  /// What only bash has.
  static let bash: [String] = [
    "sleep 100 & agent & wait -n", "trap 'kill -TERM $P' TERM\nagent & P=$!\nwait -n; wait",
    "trap 'kill $(jobs -p); wait' TERM\nagent &\nwait", "builtin exec agent", "source ./incexec.sh",
    "trap 'kill $(jobs -pr)' SIGTERM SIGINT\nagent &\nwait\nwait",
    "agent &> >(cat) & P=$!\ntrap 'kill $P' TERM\nwait $P; wait $P",
  ]

  /// The files beside each script.
  static let files = [
    "inc.sh": "agent\n", "incexec.sh": "exec agent\n", "sub.sh": "#!/bin/sh\nagent\n",
    "subexec.sh": "#!/bin/sh\nexec agent\n",
    "noshebang.sh": "exec agent\n", "crlf.sh": "#!/bin/sh\r\nexec agent\r\n",
  ]
}
