# Completions of sluice for bash, made from its declarations: do not edit.
# Read by `source`, or put it into ~/.local/share/bash-completion/completions/sluice.

# PLACE WORD: goes to the command that a word names.
_sluice_step() {
  case "$1|$2" in
    '|deploy') place='deploy' ;;
    '|rollback') place='rollback' ;;
    '|verify-cutover') place='verify-cutover' ;;
    '|rehearse') place='rehearse' ;;
    '|check') place='check' ;;
    '|triage') place='triage' ;;
    '|init') place='init' ;;
    '|collect') place='collect' ;;
    '|runs') place='runs' ;;
    'check|contracts') place='check contracts' ;;
    'check|signals') place='check signals' ;;
    'check|drain-window') place='check drain-window' ;;
    'check|startup') place='check startup' ;;
    'check|observability') place='check observability' ;;
    'runs|list'|'runs|ls') place='runs list' ;;
    'runs|show') place='runs show' ;;
    'runs|report') place='runs report' ;;
    'runs|diff') place='runs diff' ;;
    'runs|wait') place='runs wait' ;;
    'runs|verify') place='runs verify' ;;
    'runs|export') place='runs export' ;;
    'runs|prune') place='runs prune' ;;
    *) return 1 ;;
  esac
}

# PLACE OPTION: what an option takes.
_sluice_option() {
  case "$1|$2" in
    '|-h'|'|--help') takes=none action='' ;;
    '|--version') takes=none action='' ;;
    'deploy|--version') takes=one action='dynamic version' ;;
    'deploy|--resume') takes=one action='dynamic run' ;;
    'deploy|-y'|'deploy|--yes') takes=none action='' ;;
    'deploy|-t'|'deploy|--target') takes=one action='dynamic target' ;;
    'deploy|--config') takes=one action='file yaml yml' ;;
    'deploy|--url') takes=one action='none' ;;
    'deploy|--api-key') takes=one action='none' ;;
    'deploy|--project') takes=one action='none' ;;
    'deploy|--probe') takes=none action='' ;;
    'deploy|--probe-deployment') takes=one action='none' ;;
    'deploy|--no-collect') takes=none action='' ;;
    'deploy|--interval') takes=one action='none' ;;
    'deploy|--warm-up') takes=one action='none' ;;
    'deploy|--grace') takes=one action='none' ;;
    'deploy|--quiet-period') takes=one action='none' ;;
    'deploy|--hold') takes=one action='none' ;;
    'deploy|--minimum-new-sessions') takes=one action='none' ;;
    'deploy|--join-timeout') takes=one action='none' ;;
    'deploy|--settle') takes=one action='none' ;;
    'deploy|--timeout') takes=one action='none' ;;
    'deploy|--junit') takes=one action='file xml' ;;
    'deploy|--format') takes=one action='words text json jsonl github' ;;
    'deploy|--color') takes=one action='words auto always never' ;;
    'deploy|--progress') takes=one action='words auto live plain none' ;;
    'deploy|-q'|'deploy|--quiet') takes=none action='' ;;
    'deploy|--ok-on') takes=one action='words inconclusive' ;;
    'deploy|-h'|'deploy|--help') takes=none action='' ;;
    'rollback|--to') takes=one action='dynamic version' ;;
    'rollback|--resume') takes=one action='dynamic run' ;;
    'rollback|-y'|'rollback|--yes') takes=none action='' ;;
    'rollback|-t'|'rollback|--target') takes=one action='dynamic target' ;;
    'rollback|--config') takes=one action='file yaml yml' ;;
    'rollback|--url') takes=one action='none' ;;
    'rollback|--api-key') takes=one action='none' ;;
    'rollback|--project') takes=one action='none' ;;
    'rollback|--no-collect') takes=none action='' ;;
    'rollback|--interval') takes=one action='none' ;;
    'rollback|--warm-up') takes=one action='none' ;;
    'rollback|--grace') takes=one action='none' ;;
    'rollback|--quiet-period') takes=one action='none' ;;
    'rollback|--hold') takes=one action='none' ;;
    'rollback|--minimum-new-sessions') takes=one action='none' ;;
    'rollback|--join-timeout') takes=one action='none' ;;
    'rollback|--settle') takes=one action='none' ;;
    'rollback|--timeout') takes=one action='none' ;;
    'rollback|--junit') takes=one action='file xml' ;;
    'rollback|--format') takes=one action='words text json jsonl github' ;;
    'rollback|--color') takes=one action='words auto always never' ;;
    'rollback|--progress') takes=one action='words auto live plain none' ;;
    'rollback|-q'|'rollback|--quiet') takes=none action='' ;;
    'rollback|--ok-on') takes=one action='words inconclusive' ;;
    'rollback|-h'|'rollback|--help') takes=none action='' ;;
    'verify-cutover|--to') takes=one action='dynamic version' ;;
    'verify-cutover|--from') takes=one action='dynamic version' ;;
    'verify-cutover|--since') takes=one action='none' ;;
    'verify-cutover|--once') takes=none action='' ;;
    'verify-cutover|--follow') takes=none action='' ;;
    'verify-cutover|--listen') takes=one action='none' ;;
    'verify-cutover|--resume') takes=one action='dynamic run' ;;
    'verify-cutover|--replay') takes=one action='file ndjson gz tgz' ;;
    'verify-cutover|-t'|'verify-cutover|--target') takes=one action='dynamic target' ;;
    'verify-cutover|--config') takes=one action='file yaml yml' ;;
    'verify-cutover|--url') takes=one action='none' ;;
    'verify-cutover|--api-key') takes=one action='none' ;;
    'verify-cutover|--project') takes=one action='none' ;;
    'verify-cutover|--agent-name') takes=one action='none' ;;
    'verify-cutover|--release-attribute') takes=one action='none' ;;
    'verify-cutover|--requests-per-minute') takes=one action='none' ;;
    'verify-cutover|--drain-window') takes=one action='none' ;;
    'verify-cutover|--probe') takes=none action='' ;;
    'verify-cutover|--probe-deployment') takes=one action='none' ;;
    'verify-cutover|--no-collect') takes=none action='' ;;
    'verify-cutover|--interval') takes=one action='none' ;;
    'verify-cutover|--warm-up') takes=one action='none' ;;
    'verify-cutover|--grace') takes=one action='none' ;;
    'verify-cutover|--quiet-period') takes=one action='none' ;;
    'verify-cutover|--hold') takes=one action='none' ;;
    'verify-cutover|--minimum-new-sessions') takes=one action='none' ;;
    'verify-cutover|--join-timeout') takes=one action='none' ;;
    'verify-cutover|--settle') takes=one action='none' ;;
    'verify-cutover|--timeout') takes=one action='none' ;;
    'verify-cutover|--junit') takes=one action='file xml' ;;
    'verify-cutover|--format') takes=one action='words text json jsonl github' ;;
    'verify-cutover|--color') takes=one action='words auto always never' ;;
    'verify-cutover|--progress') takes=one action='words auto live plain none' ;;
    'verify-cutover|-q'|'verify-cutover|--quiet') takes=none action='' ;;
    'verify-cutover|--ok-on') takes=one action='words inconclusive' ;;
    'verify-cutover|-h'|'verify-cutover|--help') takes=none action='' ;;
    'rehearse|--agent') takes=one action='none' ;;
    'rehearse|--new-agent') takes=one action='none' ;;
    'rehearse|--workers') takes=one action='none' ;;
    'rehearse|--calls-every') takes=one action='none' ;;
    'rehearse|--call-length') takes=one action='none' ;;
    'rehearse|--no-calls') takes=none action='' ;;
    'rehearse|--offer-to-full') takes=none action='' ;;
    'rehearse|--server') takes=one action='none' ;;
    'rehearse|--embedded') takes=none action='' ;;
    'rehearse|--interval') takes=one action='none' ;;
    'rehearse|--warm-up') takes=one action='none' ;;
    'rehearse|--grace') takes=one action='none' ;;
    'rehearse|--quiet-period') takes=one action='none' ;;
    'rehearse|--hold') takes=one action='none' ;;
    'rehearse|--minimum-new-sessions') takes=one action='none' ;;
    'rehearse|--join-timeout') takes=one action='none' ;;
    'rehearse|--settle') takes=one action='none' ;;
    'rehearse|--timeout') takes=one action='none' ;;
    'rehearse|-t'|'rehearse|--target') takes=one action='dynamic target' ;;
    'rehearse|--config') takes=one action='file yaml yml' ;;
    'rehearse|--format') takes=one action='words text json jsonl github' ;;
    'rehearse|--color') takes=one action='words auto always never' ;;
    'rehearse|--progress') takes=one action='words auto live plain none' ;;
    'rehearse|-q'|'rehearse|--quiet') takes=none action='' ;;
    'rehearse|--ok-on') takes=one action='words inconclusive' ;;
    'rehearse|-h'|'rehearse|--help') takes=none action='' ;;
    'check|--context') takes=one action='directory' ;;
    'check|-t'|'check|--target') takes=one action='dynamic target' ;;
    'check|--config') takes=one action='file yaml yml' ;;
    'check|--format') takes=one action='words text json github' ;;
    'check|--color') takes=one action='words auto always never' ;;
    'check|--fail-on') takes=one action='words critical warning never' ;;
    'check|--ok-on') takes=one action='words inconclusive' ;;
    'check|--sarif') takes=one action='file sarif json' ;;
    'check|--junit') takes=one action='file xml' ;;
    'check|-h'|'check|--help') takes=none action='' ;;
    'check contracts|--from') takes=one action='file' ;;
    'check contracts|--to') takes=one action='file' ;;
    'check contracts|--protobuf') takes=one action='words wire wire-json' ;;
    'check contracts|-t'|'check contracts|--target') takes=one action='dynamic target' ;;
    'check contracts|--config') takes=one action='file yaml yml' ;;
    'check contracts|--format') takes=one action='words text json github' ;;
    'check contracts|--color') takes=one action='words auto always never' ;;
    'check contracts|--fail-on') takes=one action='words critical warning never' ;;
    'check contracts|--ok-on') takes=one action='words inconclusive' ;;
    'check contracts|--sarif') takes=one action='file sarif json' ;;
    'check contracts|--junit') takes=one action='file xml' ;;
    'check contracts|-h'|'check contracts|--help') takes=none action='' ;;
    'check signals|--dockerfile') takes=one action='file' ;;
    'check signals|--context') takes=one action='directory' ;;
    'check signals|--compose') takes=one action='file yaml yml' ;;
    'check signals|--manifest') takes=one action='file yaml yml json toml hcl nomad' ;;
    'check signals|--unit') takes=one action='file service' ;;
    'check signals|--procfile') takes=one action='file' ;;
    'check signals|--runner') takes=one action='words heroku foreman honcho' ;;
    'check signals|--supervisord') takes=one action='file conf ini' ;;
    'check signals|--stage') takes=one action='none' ;;
    'check signals|--service') takes=one action='none' ;;
    'check signals|--build-arg') takes=one action='none' ;;
    'check signals|-t'|'check signals|--target') takes=one action='dynamic target' ;;
    'check signals|--config') takes=one action='file yaml yml' ;;
    'check signals|--format') takes=one action='words text json github' ;;
    'check signals|--color') takes=one action='words auto always never' ;;
    'check signals|--fail-on') takes=one action='words critical warning never' ;;
    'check signals|--ok-on') takes=one action='words inconclusive' ;;
    'check signals|--sarif') takes=one action='file sarif json' ;;
    'check signals|--junit') takes=one action='file xml' ;;
    'check signals|-h'|'check signals|--help') takes=none action='' ;;
    'check drain-window|--context') takes=one action='directory' ;;
    'check drain-window|-t'|'check drain-window|--target') takes=one action='dynamic target' ;;
    'check drain-window|--config') takes=one action='file yaml yml' ;;
    'check drain-window|--format') takes=one action='words text json github' ;;
    'check drain-window|--color') takes=one action='words auto always never' ;;
    'check drain-window|--fail-on') takes=one action='words critical warning never' ;;
    'check drain-window|--ok-on') takes=one action='words inconclusive' ;;
    'check drain-window|--sarif') takes=one action='file sarif json' ;;
    'check drain-window|--junit') takes=one action='file xml' ;;
    'check drain-window|-h'|'check drain-window|--help') takes=none action='' ;;
    'check startup|--explain') takes=none action='' ;;
    'check startup|--agent') takes=one action='none' ;;
    'check startup|--source') takes=one action='file py' ;;
    'check startup|--context') takes=one action='directory' ;;
    'check startup|--starts') takes=one action='none' ;;
    'check startup|--start-limit') takes=one action='none' ;;
    'check startup|--cpus') takes=one action='none' ;;
    'check startup|--memory') takes=one action='none' ;;
    'check startup|--target-rate') takes=one action='none' ;;
    'check startup|--limit') takes=one action='none' ;;
    'check startup|--database-limit') takes=one action='none' ;;
    'check startup|-t'|'check startup|--target') takes=one action='dynamic target' ;;
    'check startup|--config') takes=one action='file yaml yml' ;;
    'check startup|--format') takes=one action='words text json github' ;;
    'check startup|--color') takes=one action='words auto always never' ;;
    'check startup|--fail-on') takes=one action='words critical warning never' ;;
    'check startup|--ok-on') takes=one action='words inconclusive' ;;
    'check startup|--sarif') takes=one action='file sarif json' ;;
    'check startup|--junit') takes=one action='file xml' ;;
    'check startup|-h'|'check startup|--help') takes=none action='' ;;
    'check observability|--polls') takes=one action='none' ;;
    'check observability|--interval') takes=one action='none' ;;
    'check observability|--print') takes=one action='words probes alerts' ;;
    'check observability|-t'|'check observability|--target') takes=one action='dynamic target' ;;
    'check observability|--config') takes=one action='file yaml yml' ;;
    'check observability|--format') takes=one action='words text json github' ;;
    'check observability|--color') takes=one action='words auto always never' ;;
    'check observability|--fail-on') takes=one action='words critical warning never' ;;
    'check observability|--ok-on') takes=one action='words inconclusive' ;;
    'check observability|--sarif') takes=one action='file sarif json' ;;
    'check observability|--junit') takes=one action='file xml' ;;
    'check observability|-h'|'check observability|--help') takes=none action='' ;;
    'triage|--logs') takes=several action='file' ;;
    'triage|--pid') takes=one action='none' ;;
    'triage|--container') takes=one action='none' ;;
    'triage|--run') takes=one action='dynamic run' ;;
    'triage|--bundle') takes=one action='file gz tgz' ;;
    'triage|--since') takes=one action='none' ;;
    'triage|-t'|'triage|--target') takes=one action='dynamic target' ;;
    'triage|--config') takes=one action='file yaml yml' ;;
    'triage|--term-test') takes=none action='' ;;
    'triage|--agent') takes=one action='none' ;;
    'triage|--dockerfile') takes=one action='file' ;;
    'triage|--context') takes=one action='directory' ;;
    'triage|--to') takes=one action='words pid1 group' ;;
    'triage|--twice') takes=none action='' ;;
    'triage|--sessions') takes=one action='none' ;;
    'triage|--session-length') takes=one action='none' ;;
    'triage|--drain-timeout') takes=one action='none' ;;
    'triage|--one-ending') takes=none action='' ;;
    'triage|--url') takes=one action='none' ;;
    'triage|--request') takes=one action='none' ;;
    'triage|--start-limit') takes=one action='none' ;;
    'triage|--patience') takes=one action='none' ;;
    'triage|--instance') takes=one action='dynamic instance' ;;
    'triage|-y'|'triage|--yes') takes=none action='' ;;
    'triage|--format') takes=one action='words text json github' ;;
    'triage|--color') takes=one action='words auto always never' ;;
    'triage|--fail-on') takes=one action='words critical warning never' ;;
    'triage|-h'|'triage|--help') takes=none action='' ;;
    'init|--stamp') takes=one action='words python node openrtc' ;;
    'init|--contracts') takes=one action='words python mcp' ;;
    'init|--rbac') takes=none action='' ;;
    'init|--attribute') takes=one action='none' ;;
    'init|-h'|'init|--help') takes=none action='' ;;
    'collect|--run') takes=one action='dynamic run' ;;
    'collect|--logs') takes=several action='file' ;;
    'collect|--check') takes=one action='file gz tgz' ;;
    'collect|--since') takes=one action='none' ;;
    'collect|--until') takes=one action='none' ;;
    'collect|-t'|'collect|--target') takes=one action='dynamic target' ;;
    'collect|--config') takes=one action='file yaml yml' ;;
    'collect|-o'|'collect|--out') takes=one action='file' ;;
    'collect|--max-size') takes=one action='none' ;;
    'collect|--dry-run') takes=none action='' ;;
    'collect|--redact-ip') takes=none action='' ;;
    'collect|--relax') takes=one action='dynamic rule' ;;
    'collect|--format') takes=one action='words text json' ;;
    'collect|--color') takes=one action='words auto always never' ;;
    'collect|-h'|'collect|--help') takes=none action='' ;;
    'runs|-t'|'runs|--target') takes=one action='dynamic target' ;;
    'runs|--config') takes=one action='file yaml yml' ;;
    'runs|--format') takes=one action='words text json jsonl github' ;;
    'runs|--color') takes=one action='words auto always never' ;;
    'runs|--progress') takes=one action='words auto live plain none' ;;
    'runs|-q'|'runs|--quiet') takes=none action='' ;;
    'runs|--ok-on') takes=one action='words inconclusive' ;;
    'runs|-h'|'runs|--help') takes=none action='' ;;
    'runs list|-t'|'runs list|--target') takes=one action='dynamic target' ;;
    'runs list|--config') takes=one action='file yaml yml' ;;
    'runs list|--format') takes=one action='words text json jsonl github' ;;
    'runs list|--color') takes=one action='words auto always never' ;;
    'runs list|--progress') takes=one action='words auto live plain none' ;;
    'runs list|-q'|'runs list|--quiet') takes=none action='' ;;
    'runs list|--ok-on') takes=one action='words inconclusive' ;;
    'runs list|-h'|'runs list|--help') takes=none action='' ;;
    'runs show|-t'|'runs show|--target') takes=one action='dynamic target' ;;
    'runs show|--config') takes=one action='file yaml yml' ;;
    'runs show|--format') takes=one action='words text json jsonl github' ;;
    'runs show|--color') takes=one action='words auto always never' ;;
    'runs show|--progress') takes=one action='words auto live plain none' ;;
    'runs show|-q'|'runs show|--quiet') takes=none action='' ;;
    'runs show|--ok-on') takes=one action='words inconclusive' ;;
    'runs show|-h'|'runs show|--help') takes=none action='' ;;
    'runs report|--out') takes=one action='file html' ;;
    'runs report|-t'|'runs report|--target') takes=one action='dynamic target' ;;
    'runs report|--config') takes=one action='file yaml yml' ;;
    'runs report|--format') takes=one action='words text json jsonl github' ;;
    'runs report|--color') takes=one action='words auto always never' ;;
    'runs report|--progress') takes=one action='words auto live plain none' ;;
    'runs report|-q'|'runs report|--quiet') takes=none action='' ;;
    'runs report|--ok-on') takes=one action='words inconclusive' ;;
    'runs report|-h'|'runs report|--help') takes=none action='' ;;
    'runs diff|-t'|'runs diff|--target') takes=one action='dynamic target' ;;
    'runs diff|--config') takes=one action='file yaml yml' ;;
    'runs diff|--format') takes=one action='words text json jsonl github' ;;
    'runs diff|--color') takes=one action='words auto always never' ;;
    'runs diff|--progress') takes=one action='words auto live plain none' ;;
    'runs diff|-q'|'runs diff|--quiet') takes=none action='' ;;
    'runs diff|--ok-on') takes=one action='words inconclusive' ;;
    'runs diff|-h'|'runs diff|--help') takes=none action='' ;;
    'runs wait|--timeout') takes=one action='none' ;;
    'runs wait|-t'|'runs wait|--target') takes=one action='dynamic target' ;;
    'runs wait|--config') takes=one action='file yaml yml' ;;
    'runs wait|--format') takes=one action='words text json jsonl github' ;;
    'runs wait|--color') takes=one action='words auto always never' ;;
    'runs wait|--progress') takes=one action='words auto live plain none' ;;
    'runs wait|-q'|'runs wait|--quiet') takes=none action='' ;;
    'runs wait|--ok-on') takes=one action='words inconclusive' ;;
    'runs wait|-h'|'runs wait|--help') takes=none action='' ;;
    'runs verify|-t'|'runs verify|--target') takes=one action='dynamic target' ;;
    'runs verify|--config') takes=one action='file yaml yml' ;;
    'runs verify|--format') takes=one action='words text json jsonl github' ;;
    'runs verify|--color') takes=one action='words auto always never' ;;
    'runs verify|--progress') takes=one action='words auto live plain none' ;;
    'runs verify|-q'|'runs verify|--quiet') takes=none action='' ;;
    'runs verify|--ok-on') takes=one action='words inconclusive' ;;
    'runs verify|-h'|'runs verify|--help') takes=none action='' ;;
    'runs export|--since') takes=one action='none' ;;
    'runs export|--out') takes=one action='file jsonl ndjson' ;;
    'runs export|-t'|'runs export|--target') takes=one action='dynamic target' ;;
    'runs export|--config') takes=one action='file yaml yml' ;;
    'runs export|-h'|'runs export|--help') takes=none action='' ;;
    'runs prune|--keep') takes=one action='none' ;;
    'runs prune|--older-than') takes=one action='none' ;;
    'runs prune|--dry-run') takes=none action='' ;;
    'runs prune|-y'|'runs prune|--yes') takes=none action='' ;;
    'runs prune|-t'|'runs prune|--target') takes=one action='dynamic target' ;;
    'runs prune|--config') takes=one action='file yaml yml' ;;
    'runs prune|--format') takes=one action='words text json jsonl github' ;;
    'runs prune|--color') takes=one action='words auto always never' ;;
    'runs prune|--progress') takes=one action='words auto live plain none' ;;
    'runs prune|-q'|'runs prune|--quiet') takes=none action='' ;;
    'runs prune|--ok-on') takes=one action='words inconclusive' ;;
    'runs prune|-h'|'runs prune|--help') takes=none action='' ;;
    *) return 1 ;;
  esac
}

# PLACE NUMBER: what an argument is.
_sluice_argument() {
  case "$1|$2" in
    'check startup|1') action='none' ;;
    'runs show|1') action='dynamic run' ;;
    'runs report|1') action='dynamic run' ;;
    'runs diff|1') action='dynamic run' ;;
    'runs diff|2') action='dynamic run' ;;
    'runs wait|1') action='dynamic run' ;;
    'runs verify|'*) action='dynamic run' ;;
    'runs export|'*) action='dynamic run' ;;
    *) return 1 ;;
  esac
}

# PLACE: whether a command line follows after --.
_sluice_captures() {
  case "$1" in
    *) return 1 ;;
  esac
}

# PLACE: the commands there.
_sluice_commands() {
  case "$1" in
    '') found=(
      'deploy'
      'rollback'
      'verify-cutover'
      'rehearse'
      'check'
      'triage'
      'init'
      'collect'
      'runs'
      'help'
    ) ;;
    'check') found=(
      'contracts'
      'signals'
      'drain-window'
      'startup'
      'observability'
    ) ;;
    'runs') found=(
      'list'
      'show'
      'report'
      'diff'
      'wait'
      'verify'
      'export'
      'prune'
    ) ;;
    *) return 1 ;;
  esac
}

# PLACE: the options there.
_sluice_options() {
  case "$1" in
    '') found=(
      '--help'
      '--version'
    ) ;;
    'deploy') found=(
      '--version'
      '--resume'
      '--yes'
      '--target'
      '--config'
      '--url'
      '--api-key'
      '--project'
      '--probe'
      '--probe-deployment'
      '--no-collect'
      '--interval'
      '--warm-up'
      '--grace'
      '--quiet-period'
      '--hold'
      '--minimum-new-sessions'
      '--join-timeout'
      '--settle'
      '--timeout'
      '--junit'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'rollback') found=(
      '--to'
      '--resume'
      '--yes'
      '--target'
      '--config'
      '--url'
      '--api-key'
      '--project'
      '--no-collect'
      '--interval'
      '--warm-up'
      '--grace'
      '--quiet-period'
      '--hold'
      '--minimum-new-sessions'
      '--join-timeout'
      '--settle'
      '--timeout'
      '--junit'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'verify-cutover') found=(
      '--to'
      '--from'
      '--since'
      '--once'
      '--follow'
      '--listen'
      '--resume'
      '--replay'
      '--target'
      '--config'
      '--url'
      '--api-key'
      '--project'
      '--agent-name'
      '--release-attribute'
      '--requests-per-minute'
      '--drain-window'
      '--probe'
      '--probe-deployment'
      '--no-collect'
      '--interval'
      '--warm-up'
      '--grace'
      '--quiet-period'
      '--hold'
      '--minimum-new-sessions'
      '--join-timeout'
      '--settle'
      '--timeout'
      '--junit'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'rehearse') found=(
      '--agent'
      '--new-agent'
      '--workers'
      '--calls-every'
      '--call-length'
      '--no-calls'
      '--offer-to-full'
      '--server'
      '--embedded'
      '--interval'
      '--warm-up'
      '--grace'
      '--quiet-period'
      '--hold'
      '--minimum-new-sessions'
      '--join-timeout'
      '--settle'
      '--timeout'
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'check') found=(
      '--context'
      '--target'
      '--config'
      '--format'
      '--color'
      '--fail-on'
      '--ok-on'
      '--sarif'
      '--junit'
      '--help'
    ) ;;
    'check contracts') found=(
      '--from'
      '--to'
      '--protobuf'
      '--target'
      '--config'
      '--format'
      '--color'
      '--fail-on'
      '--ok-on'
      '--sarif'
      '--junit'
      '--help'
    ) ;;
    'check signals') found=(
      '--dockerfile'
      '--context'
      '--compose'
      '--manifest'
      '--unit'
      '--procfile'
      '--runner'
      '--supervisord'
      '--stage'
      '--service'
      '--build-arg'
      '--target'
      '--config'
      '--format'
      '--color'
      '--fail-on'
      '--ok-on'
      '--sarif'
      '--junit'
      '--help'
    ) ;;
    'check drain-window') found=(
      '--context'
      '--target'
      '--config'
      '--format'
      '--color'
      '--fail-on'
      '--ok-on'
      '--sarif'
      '--junit'
      '--help'
    ) ;;
    'check startup') found=(
      '--explain'
      '--agent'
      '--source'
      '--context'
      '--starts'
      '--start-limit'
      '--cpus'
      '--memory'
      '--target-rate'
      '--limit'
      '--database-limit'
      '--target'
      '--config'
      '--format'
      '--color'
      '--fail-on'
      '--ok-on'
      '--sarif'
      '--junit'
      '--help'
    ) ;;
    'check observability') found=(
      '--polls'
      '--interval'
      '--print'
      '--target'
      '--config'
      '--format'
      '--color'
      '--fail-on'
      '--ok-on'
      '--sarif'
      '--junit'
      '--help'
    ) ;;
    'triage') found=(
      '--logs'
      '--pid'
      '--container'
      '--run'
      '--bundle'
      '--since'
      '--target'
      '--config'
      '--term-test'
      '--agent'
      '--dockerfile'
      '--context'
      '--to'
      '--twice'
      '--sessions'
      '--session-length'
      '--drain-timeout'
      '--one-ending'
      '--url'
      '--request'
      '--start-limit'
      '--patience'
      '--instance'
      '--yes'
      '--format'
      '--color'
      '--fail-on'
      '--help'
    ) ;;
    'init') found=(
      '--stamp'
      '--contracts'
      '--rbac'
      '--attribute'
      '--help'
    ) ;;
    'collect') found=(
      '--run'
      '--logs'
      '--check'
      '--since'
      '--until'
      '--target'
      '--config'
      '--out'
      '--max-size'
      '--dry-run'
      '--redact-ip'
      '--relax'
      '--format'
      '--color'
      '--help'
    ) ;;
    'runs') found=(
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs list') found=(
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs show') found=(
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs report') found=(
      '--out'
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs diff') found=(
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs wait') found=(
      '--timeout'
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs verify') found=(
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    'runs export') found=(
      '--since'
      '--out'
      '--target'
      '--config'
      '--help'
    ) ;;
    'runs prune') found=(
      '--keep'
      '--older-than'
      '--dry-run'
      '--yes'
      '--target'
      '--config'
      '--format'
      '--color'
      '--progress'
      '--quiet'
      '--ok-on'
      '--help'
    ) ;;
    *) return 1 ;;
  esac
}

# ACTION VALUE: offers what completes a value.
_sluice_offer() {
  local -a parts found=()
  local candidate extension
  read -ra parts <<<"$1"
  case ${parts[0]} in
    words) found=("${parts[@]:1}") ;;
    dynamic)
      mapfile -t found < <(command sluice __complete "${parts[1]}" "$2" "${before[@]}" 2>/dev/null </dev/null)
      found=("${found[@]%%$'\t'*}")
      ;;
    file)
      if ((${#parts[@]} == 1)); then
        compopt -o default
        return
      fi
      compopt -o filenames
      while IFS= read -r candidate; do
        for extension in "${parts[@]:1}"; do
          if [[ -d $candidate || $candidate == *."$extension" ]]; then
            COMPREPLY+=("$candidate")
            break
          fi
        done
      done < <(compgen -f -- "$2")
      ;;
    directory)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$2")
      ;;
    command) mapfile -t COMPREPLY < <(compgen -c -- "$2") ;;
  esac
  _sluice_match "$2" "${found[@]}"
}

# PREFIX WORD…: adds the words that begin with it.
_sluice_match() {
  local prefix=$1 candidate
  shift
  for candidate; do
    if [[ $candidate == "$prefix"* && -n $candidate ]]; then
      printf -v candidate %q "$candidate"
      COMPREPLY+=("$candidate")
    fi
  done
}

_sluice() {
  local place='' takes=none action='' open='' pending='' ended='' helping='' number=0
  local line=${COMP_LINE:0:COMP_POINT} piece word current value cut i
  local -a words=() before=() found=()
  COMPREPLY=()

  # bash divides words at `=` and `:` too: put them together again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=${COMP_WORDS[i]}
    if ((i == 0)) || [[ $line == [[:space:]]* ]]; then
      line=${line#"${line%%[![:space:]]*}"}
      words+=('')
    fi
    ((i == COMP_CWORD)) && piece=$line
    words[${#words[@]} - 1]+=$piece
    line=${line#"$piece"}
  done
  current=${words[${#words[@]} - 1]}
  before=("${words[@]:1:${#words[@]}-2}")

  for word in "${before[@]}"; do
    if [[ $open == one ]]; then
      open=''
    elif [[ -n $ended ]]; then
      number=$((number + 1))
    elif [[ $word == -- ]]; then
      ended=1 open=''
      _sluice_captures "$place" && ended=rest number=0
    elif [[ $word == --*=* ]]; then
      open=''
    elif [[ $word == --* ]]; then
      open=''
      _sluice_option "$place" "$word" && [[ $takes != none ]] && open=$takes pending=$action
    elif [[ $word == -?* ]]; then
      open=''
      for ((i = 1; i < ${#word}; i++)); do
        _sluice_option "$place" "-${word:i:1}" || break
        [[ $takes == none ]] && continue
        ((i == ${#word} - 1)) && open=$takes pending=$action
        break
      done
    elif [[ $open == several ]]; then
      continue
    elif ((number == 0)) && _sluice_step "$place" "$word"; then
      continue
    elif [[ -z $place && $word == help ]]; then
      helping=1
    else
      number=$((number + 1))
    fi
  done

  value=$current
  if [[ $open == one ]]; then
    _sluice_offer "$pending" "$value"
  elif [[ $ended == rest ]]; then
    if ((number == 0)); then _sluice_offer command "$value"; else _sluice_offer file "$value"; fi
  elif [[ -z $ended && $current == --*=* ]]; then
    value=${current#*=}
    _sluice_option "$place" "${current%%=*}" && [[ $takes != none ]] && _sluice_offer "$action" "$value"
  elif [[ -z $ended && $current == -* && ! ($open == several && $current == -) ]]; then
    _sluice_options "$place"
    _sluice_match "$current" "${found[@]}"
  elif [[ $open == several ]]; then
    _sluice_offer "$pending" "$value"
  else
    if ((number == 0)) && [[ -z $ended ]] && _sluice_commands "$place"; then
      _sluice_match "$current" "${found[@]}"
    elif [[ -z $helping ]] && _sluice_argument "$place" "$((number + 1))"; then
      _sluice_offer "$action" "$value"
    elif [[ -z $helping && -z $ended && -z $current ]]; then
      _sluice_options "$place"
      _sluice_match '' "${found[@]}"
    fi
  fi

  # What stands before the last `=` or `:` of a value is not replaced by bash.
  if [[ $value == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]]; then
    cut=${value%"${value##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$cut"}")
  fi
}

complete -F _sluice sluice
