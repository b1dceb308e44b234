/// Completions for bash 4.4 and later; nothing else needs to be installed.
enum BashScript {
  static func text(_ table: CompletionTable) -> String {
    let id = table.identifier
    return header(table) + PosixCases.functions(table, names: names) + engine(table, id)
      + "complete -F \(id) \(table.program)\n"
  }

  private static func header(_ table: CompletionTable) -> String {
    """
    # Completions of \(table.program) for bash, made from its declarations: do not edit.
    # Read by `source`, or put it into ~/.local/share/bash-completion/completions/\(table.program).

    """
  }

  /// Names to offer: bash shows no descriptions, and short options beside their long ones are noise then.
  private static func names(_ place: CompletionTable.Place) -> (commands: [String], options: [String]) {
    (place.commands.map { PosixCases.quote($0.name) }, place.options.map { PosixCases.quote($0.name) })
  }

  private static func engine(_ table: CompletionTable, _ id: String) -> String {
    #"""

    # ACTION VALUE: offers what completes a value.
    \#(id)_offer() {
      local -a parts found=()
      local candidate extension
      read -ra parts <<<"$1"
      case ${parts[0]} in
        words) found=("${parts[@]:1}") ;;
        dynamic)
          mapfile -t found < <(command \#(table.program) __complete "${parts[1]}" "$2" "${before[@]}" 2>/dev/null </dev/null)
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
      \#(id)_match "$2" "${found[@]}"
    }

    # PREFIX WORD…: adds the words that begin with it.
    \#(id)_match() {
      local prefix=$1 candidate
      shift
      for candidate; do
        if [[ $candidate == "$prefix"* && -n $candidate ]]; then
          printf -v candidate %q "$candidate"
          COMPREPLY+=("$candidate")
        fi
      done
    }

    \#(id)() {
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
          \#(id)_captures "$place" && ended=rest number=0
        elif [[ $word == --*=* ]]; then
          open=''
        elif [[ $word == --* ]]; then
          open=''
          \#(id)_option "$place" "$word" && [[ $takes != none ]] && open=$takes pending=$action
        elif [[ $word == -?* ]]; then
          open=''
          for ((i = 1; i < ${#word}; i++)); do
            \#(id)_option "$place" "-${word:i:1}" || break
            [[ $takes == none ]] && continue
            ((i == ${#word} - 1)) && open=$takes pending=$action
            break
          done
        elif [[ $open == several ]]; then
          continue
        elif ((number == 0)) && \#(id)_step "$place" "$word"; then
          continue
        elif [[ -z $place && $word == help ]]; then
          helping=1
        else
          number=$((number + 1))
        fi
      done

      value=$current
      if [[ $open == one ]]; then
        \#(id)_offer "$pending" "$value"
      elif [[ $ended == rest ]]; then
        if ((number == 0)); then \#(id)_offer command "$value"; else \#(id)_offer file "$value"; fi
      elif [[ -z $ended && $current == --*=* ]]; then
        value=${current#*=}
        \#(id)_option "$place" "${current%%=*}" && [[ $takes != none ]] && \#(id)_offer "$action" "$value"
      elif [[ -z $ended && $current == -* && ! ($open == several && $current == -) ]]; then
        \#(id)_options "$place"
        \#(id)_match "$current" "${found[@]}"
      elif [[ $open == several ]]; then
        \#(id)_offer "$pending" "$value"
      else
        if ((number == 0)) && [[ -z $ended ]] && \#(id)_commands "$place"; then
          \#(id)_match "$current" "${found[@]}"
        elif [[ -z $helping ]] && \#(id)_argument "$place" "$((number + 1))"; then
          \#(id)_offer "$action" "$value"
        elif [[ -z $helping && -z $ended && -z $current ]]; then
          \#(id)_options "$place"
          \#(id)_match '' "${found[@]}"
        fi
      fi

      # What stands before the last `=` or `:` of a value is not replaced by bash.
      if [[ $value == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]]; then
        cut=${value%"${value##*[=:]}"}
        COMPREPLY=("${COMPREPLY[@]#"$cut"}")
      fi
    }


    """#
  }
}
