/// Completions for fish 3, with descriptions.
enum FishScript {
  static func text(_ table: CompletionTable) -> String {
    let id = "_" + table.identifier
    return header(table) + functions(table, id) + engine(table, id)
      + "complete -c \(table.program) -f -k -a '(\(id))'\n"
  }

  /// A text in single quotes.
  static func quote(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }

  private static func header(_ table: CompletionTable) -> String {
    """
    # Completions of \(table.program) for fish, made from its declarations: do not edit.
    # Put it into ~/.config/fish/completions/\(table.program).fish.

    """
  }

  private static func functions(_ table: CompletionTable, _ id: String) -> String {
    let steps = table.places.flatMap { place in
      place.steps.map { (keys(place, $0.words), "echo \(quote($0.place))") }
    }
    let options = table.places.flatMap { place in
      place.options.map {
        let action = $0.arity == .none ? "" : " " + words(of: $0.completion)
        return (keys(place, $0.names), "printf '%s\\n' \(CompletionTable.takes($0.arity))\(action)")
      }
    }
    let arguments = table.places.flatMap { place in
      place.arguments.enumerated().map { index, completion in
        let isOpen = place.lastArgumentRepeats && index == place.arguments.count - 1
        return (
          quote("\(place.place)|\(isOpen ? "*" : "\(index + 1)")"), "printf '%s\\n' \(words(of: completion))"
        )
      }
    }
    let captures = table.places.filter(\.capturesRest).map { (quote($0.place), "true") }
    let commands = table.places.filter { !$0.commands.isEmpty }.map { place in
      (quote(place.place), list(place.commands.map { ($0.name, $0.help) }))
    }
    let listed = table.places.map { place in
      (quote(place.place), list(place.options.flatMap { option in option.names.map { ($0, option.help) } }))
    }
    return [
      function("\(id)_step", "PLACE WORD: the place of the command that a word names.", "$argv[1]|$argv[2]", steps),
      function("\(id)_option", "PLACE OPTION: what an option takes.", "$argv[1]|$argv[2]", options),
      function("\(id)_argument", "PLACE NUMBER: what an argument is.", "$argv[1]|$argv[2]", arguments),
      function("\(id)_captures", "PLACE: whether a command line follows after --.", "$argv[1]", captures),
      function("\(id)_commands", "PLACE: the commands there.", "$argv[1]", commands),
      function("\(id)_options", "PLACE: the options there.", "$argv[1]", listed),
    ].joined()
  }

  private static func keys(_ place: CompletionTable.Place, _ words: [String]) -> String {
    words.map { quote("\(place.place)|\($0)") }.joined(separator: " ")
  }

  private static func words(of completion: Completion) -> String {
    CompletionTable.action(completion).split(separator: " ").map { quote(String($0)) }.joined(separator: " ")
  }

  private static func list(_ entries: [(name: String, help: String)]) -> String {
    entries.map { "printf '%s\\t%s\\n' \(quote($0.name)) \(quote($0.help))" }.joined(separator: "\n            ")
  }

  private static func function(
    _ name: String, _ comment: String, _ subject: String, _ cases: [(pattern: String, body: String)]
  ) -> String {
    let lines = cases.map { "        case \($0.pattern)\n            \($0.body)\n" }.joined()
    return """

      # \(comment)
      function \(name)
          switch "\(subject)"
      \(lines)        case '*'
                  return 1
          end
      end

      """
  }

  private static func engine(_ table: CompletionTable, _ id: String) -> String {
    #"""

    # BEFORE VALUE ACTION…: offers what completes a value; BEFORE stands before it in the same word.
    function \#(id)_offer
        set -l before $argv[1]
        set -l value $argv[2]
        set -l offered
        switch $argv[3]
            case words
                set offered $argv[4..-1]
            case dynamic
                set offered (command \#(table.program) __complete $argv[4] $value $\#(id)_before 2>/dev/null </dev/null)
            case file
                set offered (__fish_complete_path $value)
                if test (count $argv) -gt 3
                    set -l extensions (string join '|' $argv[4..-1])
                    set offered (string match -r '^[^\t]*(?:/|\.(?:'$extensions'))(?:\t.*)?$' -- $offered)
                end
            case directory
                set offered (__fish_complete_directories $value)
            case command
                set offered (complete -C "$value")
        end
        test (count $offered) -gt 0; and printf '%s\n' $before$offered
    end

    function \#(id)
        set -l tokens (commandline -opc)
        set -l current (commandline -ct)
        # What stands before the program, such as variables or sudo, is not its line.
        while set -q tokens[1]; and not string match -qr '(^|/)\#(table.program)$' -- $tokens[1]
            set -e tokens[1]
        end
        set -e tokens[1]
        set -g \#(id)_before $tokens

        set -l place ''
        set -l open ''
        set -l pending
        set -l ended ''
        set -l helping ''
        set -l number 0
        set -l found
        for word in $tokens
            if test "$open" = one
                set open ''
            else if test -n "$ended"
                set number (math $number + 1)
            else if test "$word" = --
                set open ''
                set ended 1
                if \#(id)_captures "$place"
                    set ended rest
                    set number 0
                end
            else if string match -q -- '--*=*' "$word"
                set open ''
            else if string match -q -- '--*' "$word"
                set open ''
                set found (\#(id)_option "$place" "$word")
                if test -n "$found[1]"; and test "$found[1]" != none
                    set open $found[1]
                    set pending $found[2..-1]
                end
            else if string match -qr -- '^-.' "$word"
                set open ''
                set -l letters (string split '' -- (string sub -s 2 -- "$word"))
                for index in (seq (count $letters))
                    set found (\#(id)_option "$place" "-$letters[$index]")
                    test -n "$found[1]"; or break
                    test "$found[1]" = none; and continue
                    if test $index -eq (count $letters)
                        set open $found[1]
                        set pending $found[2..-1]
                    end
                    break
                end
            else if test "$open" = several
                continue
            else if test $number -eq 0; and set found (\#(id)_step "$place" "$word")
                set place $found
            else if test -z "$place"; and test "$word" = help
                set helping 1
            else
                set number (math $number + 1)
            end
        end

        if test "$open" = one
            \#(id)_offer '' "$current" $pending
        else if test "$ended" = rest
            if test $number -eq 0
                \#(id)_offer '' "$current" command
            else
                \#(id)_offer '' "$current" file
            end
        else if test -z "$ended"; and string match -q -- '--*=*' "$current"
            set -l parts (string split -m 1 = -- "$current")
            set found (\#(id)_option "$place" "$parts[1]")
            if test -n "$found[1]"; and test "$found[1]" != none
                \#(id)_offer "$parts[1]=" "$parts[2]" $found[2..-1]
            end
        else if test -z "$ended"; and string match -q -- '-*' "$current"
            \#(id)_options "$place"
        else if test "$open" = several
            \#(id)_offer '' "$current" $pending
        else if test $number -eq 0; and test -z "$ended"; and \#(id)_commands "$place"
            return
        else if test -z "$helping"; and set found (\#(id)_argument "$place" (math $number + 1))
            \#(id)_offer '' "$current" $found
        else if test -z "$helping"; and test -z "$ended"; and test -z "$current"
            \#(id)_options "$place"
        end
    end


    """#
  }
}
