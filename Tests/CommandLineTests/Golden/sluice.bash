# Completions of sluice for bash, made from its declarations: do not edit.
# Read by `source`, or put it into ~/.local/share/bash-completion/completions/sluice.

# PLACE WORD: goes to the command that a word names.
_sluice_step() {
  case "$1|$2" in
    '|deploy') place='deploy' ;;
    '|rollback'|'|revert') place='rollback' ;;
    '|verify-cutover') place='verify-cutover' ;;
    '|triage') place='triage' ;;
    '|check') place='check' ;;
    '|runs') place='runs' ;;
    '|guard') place='guard' ;;
    'check|contracts') place='check contracts' ;;
    'check|signals') place='check signals' ;;
    'runs|list'|'runs|ls') place='runs list' ;;
    'runs|show') place='runs show' ;;
    *) return 1 ;;
  esac
}

# PLACE OPTION: what an option takes.
_sluice_option() {
  case "$1|$2" in
    '|-h'|'|--help') takes=none action='' ;;
    '|--version') takes=none action='' ;;
    'deploy|-t'|'deploy|--target') takes=one action='dynamic target' ;;
    'deploy|--version') takes=one action='dynamic version' ;;
    'deploy|--timeout') takes=one action='none' ;;
    'deploy|--leak-bound') takes=one action='none' ;;
    'deploy|--plan') takes=none action='' ;;
    'deploy|--apply') takes=one action='file json' ;;
    'deploy|-y'|'deploy|--yes') takes=none action='' ;;
    'deploy|--format') takes=one action='words text json jsonl github' ;;
    'deploy|-q'|'deploy|--quiet') takes=none action='' ;;
    'deploy|-v'|'deploy|--verbose') takes=none action='' ;;
    'deploy|-h'|'deploy|--help') takes=none action='' ;;
    'rollback|-t'|'rollback|--target') takes=one action='dynamic target' ;;
    'rollback|--to') takes=one action='dynamic version' ;;
    'rollback|-h'|'rollback|--help') takes=none action='' ;;
    'verify-cutover|--since') takes=one action='none' ;;
    'verify-cutover|-n'|'verify-cutover|--hold') takes=one action='none' ;;
    'verify-cutover|--once') takes=none action='' ;;
    'verify-cutover|--replay') takes=one action='file ndjson' ;;
    'verify-cutover|--from') takes=one action='none' ;;
    'verify-cutover|--strict') takes=none action='' ;;
    'verify-cutover|-h'|'verify-cutover|--help') takes=none action='' ;;
    'triage|--logs') takes=several action='file log' ;;
    'triage|-o'|'triage|--out') takes=one action='directory' ;;
    'triage|-h'|'triage|--help') takes=none action='' ;;
    'check|--fail-on') takes=one action='words critical warning never' ;;
    'check|-h'|'check|--help') takes=none action='' ;;
    'check contracts|-h'|'check contracts|--help') takes=none action='' ;;
    'check signals|-h'|'check signals|--help') takes=none action='' ;;
    'runs|-h'|'runs|--help') takes=none action='' ;;
    'runs list|--limit') takes=one action='none' ;;
    'runs list|-h'|'runs list|--help') takes=none action='' ;;
    'runs show|-h'|'runs show|--help') takes=none action='' ;;
    'guard|--timeout') takes=one action='none' ;;
    'guard|-h'|'guard|--help') takes=none action='' ;;
    *) return 1 ;;
  esac
}

# PLACE NUMBER: what an argument is.
_sluice_argument() {
  case "$1|$2" in
    'triage|'*) action='file' ;;
    'runs show|1') action='dynamic run' ;;
    'runs show|2') action='words text json jsonl github' ;;
    *) return 1 ;;
  esac
}

# PLACE: whether a command line follows after --.
_sluice_captures() {
  case "$1" in
    'guard') : ;;
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
      'triage'
      'check'
      'runs'
      'guard'
      'help'
    ) ;;
    'check') found=(
      'contracts'
      'signals'
    ) ;;
    'runs') found=(
      'list'
      'show'
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
      '--target'
      '--version'
      '--timeout'
      '--leak-bound'
      '--plan'
      '--apply'
      '--yes'
      '--format'
      '--quiet'
      '--verbose'
      '--help'
    ) ;;
    'rollback') found=(
      '--target'
      '--to'
      '--help'
    ) ;;
    'verify-cutover') found=(
      '--since'
      '--hold'
      '--once'
      '--replay'
      '--from'
      '--strict'
      '--help'
    ) ;;
    'triage') found=(
      '--logs'
      '--out'
      '--help'
    ) ;;
    'check') found=(
      '--fail-on'
      '--help'
    ) ;;
    'check contracts') found=(
      '--help'
    ) ;;
    'check signals') found=(
      '--help'
    ) ;;
    'runs') found=(
      '--help'
    ) ;;
    'runs list') found=(
      '--limit'
      '--help'
    ) ;;
    'runs show') found=(
      '--help'
    ) ;;
    'guard') found=(
      '--timeout'
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
