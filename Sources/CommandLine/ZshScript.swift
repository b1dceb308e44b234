/// Completions for zsh 5, with descriptions.
enum ZshScript {
  static func text(_ table: CompletionTable) -> String {
    let id = table.identifier
    return header(table) + PosixCases.functions(table, names: names) + engine(table, id)
  }

  private static func header(_ table: CompletionTable) -> String {
    """
    #compdef \(table.program)
    # Completions of \(table.program) for zsh, made from its declarations: do not edit.
    # Put it as `_\(table.program)` into a folder of $fpath, or read it by `source` after `compinit`.

    """
  }

  private static func names(_ place: CompletionTable.Place) -> (commands: [String], options: [String]) {
    (
      place.commands.map { described($0.name, $0.help) },
      place.options.flatMap { option in option.names.map { described($0, option.help) } }
    )
  }

  /// `name:description`, the colons of the name and all backslashes escaped, as `_describe` reads it.
  private static func described(_ name: String, _ help: String) -> String {
    let name = name.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
    return PosixCases.quote("\(name):\(help.replacing("\\", with: "\\\\"))")
  }

  private static func engine(_ table: CompletionTable, _ id: String) -> String {
    #"""

    # ACTION: offers what completes a value.
    \#(id)_offer() {
      local -a parts found
      local name
      parts=("${(@s: :)1}")
      case $parts[1] in
        words)
          found=("${(@)parts[2,-1]}")
          _describe value found
          ;;
        dynamic)
          for name in "${(@f)$(command \#(table.program) __complete $parts[2] "${(Q)PREFIX}" "${before[@]}" 2>/dev/null </dev/null)}"; do
            [[ -z $name ]] && continue
            name=${name//\\/\\\\}
            if [[ $name == *$'\t'* ]]; then
              found+=("${${name%%$'\t'*}//:/\\:}:${name#*$'\t'}")
            else
              found+=("${name//:/\\:}")
            fi
          done
          _describe $parts[2] found
          ;;
        file)
          if (($#parts == 1)); then _files; else _files -g "*.(${(j:|:)parts[2,-1]})(-.)"; fi
          ;;
        directory) _files -/ ;;
        command) _command_names -e ;;
      esac
    }

    \#(id)() {
      local place='' takes=none action='' open='' pending='' ended='' helping='' number=0
      local word current i
      local -a before found
      before=("${(@Q)words[2,CURRENT-1]}")
      ((CURRENT > 2)) || before=()
      current=${(Q)PREFIX}

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
          for ((i = 2; i <= $#word; i++)); do
            \#(id)_option "$place" "-${word[i]}" || break
            [[ $takes == none ]] && continue
            ((i == $#word)) && open=$takes pending=$action
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

      if [[ $open == one ]]; then
        \#(id)_offer "$pending"
      elif [[ $ended == rest ]]; then
        if ((number == 0)); then \#(id)_offer command; else \#(id)_offer file; fi
      elif [[ -z $ended && $current == --*=* ]]; then
        \#(id)_option "$place" "${current%%=*}" && [[ $takes != none ]] && compset -P 1 '*=' && \#(id)_offer "$action"
      elif [[ -z $ended && $current == -* && ! ($open == several && $current == -) ]]; then
        \#(id)_options "$place"
        _describe -o option found
      elif [[ $open == several ]]; then
        \#(id)_offer "$pending"
      elif ((number == 0)) && [[ -z $ended ]] && \#(id)_commands "$place"; then
        _describe command found
      elif [[ -z $helping ]] && \#(id)_argument "$place" "$((number + 1))"; then
        \#(id)_offer "$action"
      elif [[ -z $helping && -z $ended && -z $current ]]; then
        \#(id)_options "$place"
        _describe -o option found
      fi
    }

    if [[ $funcstack[1] == _\#(table.program) ]]; then
      \#(id) "$@"
    else
      compdef \#(id) \#(table.program)
    fi

    """#
  }
}
