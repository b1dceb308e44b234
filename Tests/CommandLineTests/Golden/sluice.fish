# Completions of sluice for fish, made from its declarations: do not edit.
# Put it into ~/.config/fish/completions/sluice.fish.

# PLACE WORD: the place of the command that a word names.
function __sluice_step
    switch "$argv[1]|$argv[2]"
        case '|deploy'
            echo 'deploy'
        case '|rollback' '|revert'
            echo 'rollback'
        case '|verify-cutover'
            echo 'verify-cutover'
        case '|triage'
            echo 'triage'
        case '|check'
            echo 'check'
        case '|runs'
            echo 'runs'
        case '|guard'
            echo 'guard'
        case 'check|contracts'
            echo 'check contracts'
        case 'check|signals'
            echo 'check signals'
        case 'runs|list' 'runs|ls'
            echo 'runs list'
        case 'runs|show'
            echo 'runs show'
        case '*'
            return 1
    end
end

# PLACE OPTION: what an option takes.
function __sluice_option
    switch "$argv[1]|$argv[2]"
        case '|-h' '|--help'
            printf '%s\n' none
        case '|--version'
            printf '%s\n' none
        case 'deploy|-t' 'deploy|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'deploy|--version'
            printf '%s\n' one 'dynamic' 'version'
        case 'deploy|--timeout'
            printf '%s\n' one 'none'
        case 'deploy|--leak-bound'
            printf '%s\n' one 'none'
        case 'deploy|--plan'
            printf '%s\n' none
        case 'deploy|--apply'
            printf '%s\n' one 'file' 'json'
        case 'deploy|-y' 'deploy|--yes'
            printf '%s\n' none
        case 'deploy|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl' 'github'
        case 'deploy|-q' 'deploy|--quiet'
            printf '%s\n' none
        case 'deploy|-v' 'deploy|--verbose'
            printf '%s\n' none
        case 'deploy|-h' 'deploy|--help'
            printf '%s\n' none
        case 'rollback|-t' 'rollback|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'rollback|--to'
            printf '%s\n' one 'dynamic' 'version'
        case 'rollback|-h' 'rollback|--help'
            printf '%s\n' none
        case 'verify-cutover|--since'
            printf '%s\n' one 'none'
        case 'verify-cutover|-n' 'verify-cutover|--hold'
            printf '%s\n' one 'none'
        case 'verify-cutover|--once'
            printf '%s\n' none
        case 'verify-cutover|--replay'
            printf '%s\n' one 'file' 'ndjson'
        case 'verify-cutover|--from'
            printf '%s\n' one 'none'
        case 'verify-cutover|--strict'
            printf '%s\n' none
        case 'verify-cutover|-h' 'verify-cutover|--help'
            printf '%s\n' none
        case 'triage|--logs'
            printf '%s\n' several 'file' 'log'
        case 'triage|-o' 'triage|--out'
            printf '%s\n' one 'directory'
        case 'triage|-h' 'triage|--help'
            printf '%s\n' none
        case 'check|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check|-h' 'check|--help'
            printf '%s\n' none
        case 'check contracts|-h' 'check contracts|--help'
            printf '%s\n' none
        case 'check signals|-h' 'check signals|--help'
            printf '%s\n' none
        case 'runs|-h' 'runs|--help'
            printf '%s\n' none
        case 'runs list|--limit'
            printf '%s\n' one 'none'
        case 'runs list|-h' 'runs list|--help'
            printf '%s\n' none
        case 'runs show|-h' 'runs show|--help'
            printf '%s\n' none
        case 'guard|--timeout'
            printf '%s\n' one 'none'
        case 'guard|-h' 'guard|--help'
            printf '%s\n' none
        case '*'
            return 1
    end
end

# PLACE NUMBER: what an argument is.
function __sluice_argument
    switch "$argv[1]|$argv[2]"
        case 'triage|*'
            printf '%s\n' 'file'
        case 'runs show|1'
            printf '%s\n' 'dynamic' 'run'
        case 'runs show|2'
            printf '%s\n' 'words' 'text' 'json' 'jsonl' 'github'
        case '*'
            return 1
    end
end

# PLACE: whether a command line follows after --.
function __sluice_captures
    switch "$argv[1]"
        case 'guard'
            true
        case '*'
            return 1
    end
end

# PLACE: the commands there.
function __sluice_commands
    switch "$argv[1]"
        case ''
            printf '%s\t%s\n' 'deploy' 'Take a target from its version to the next and prove the cutover.'
            printf '%s\t%s\n' 'rollback' 'Go back to a version that has served before.'
            printf '%s\t%s\n' 'verify-cutover' 'Watch the last rollout until its verdict.'
            printf '%s\t%s\n' 'triage' 'Say what is wrong with a fleet, a process, a bundle or log files.'
            printf '%s\t%s\n' 'check' 'Run the checks before a deploy, alone or all.'
            printf '%s\t%s\n' 'runs' 'What has run on this machine.'
            printf '%s\t%s\n' 'guard' 'Hold SIGTERM back until the sessions of a server have ended.'
            printf '%s\t%s\n' 'help' 'Show the help of a command.'
        case 'check'
            printf '%s\t%s\n' 'contracts' 'Compare the contracts of both versions.'
            printf '%s\t%s\n' 'signals' 'Follow a signal from the container\'s start to the worker.'
        case 'runs'
            printf '%s\t%s\n' 'list' 'List runs, the latest first.'
            printf '%s\t%s\n' 'show' 'Show one run.'
        case '*'
            return 1
    end
end

# PLACE: the options there.
function __sluice_options
    switch "$argv[1]"
        case ''
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
            printf '%s\t%s\n' '--version' 'Show the program\'s version.'
        case 'deploy'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--version' 'The version to deploy.'
            printf '%s\t%s\n' '--timeout' 'Give up after this long.'
            printf '%s\t%s\n' '--leak-bound' 'It\'s "odd" text: a [bracket], $HOME, `tick`, 100% & a back\\slash; (paren) <angle> *star* #hash ~tilde.'
            printf '%s\t%s\n' '--plan' 'Print what would be done and change nothing.'
            printf '%s\t%s\n' '--apply' 'Do what a plan says.'
            printf '%s\t%s\n' '-y' 'Do not ask.'
            printf '%s\t%s\n' '--yes' 'Do not ask.'
            printf '%s\t%s\n' '--format' 'How results are written.'
            printf '%s\t%s\n' '-q' 'Say nothing but the result.'
            printf '%s\t%s\n' '--quiet' 'Say nothing but the result.'
            printf '%s\t%s\n' '-v' 'Say more; twice: say all.'
            printf '%s\t%s\n' '--verbose' 'Say more; twice: say all.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'rollback'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--to' 'The version to go back to.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'verify-cutover'
            printf '%s\t%s\n' '--since' 'When the rollout began.'
            printf '%s\t%s\n' '-n' 'Samples that must agree.'
            printf '%s\t%s\n' '--hold' 'Samples that must agree.'
            printf '%s\t%s\n' '--once' 'Assess once.'
            printf '%s\t%s\n' '--replay' 'Decide again from a journal.'
            printf '%s\t%s\n' '--from' 'A version that is replaced.'
            printf '%s\t%s\n' '--strict' 'Enforce the leak bound.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'triage'
            printf '%s\t%s\n' '--logs' 'Log files; \'-\' is standard input.'
            printf '%s\t%s\n' '-o' 'Where to write.'
            printf '%s\t%s\n' '--out' 'Where to write.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check'
            printf '%s\t%s\n' '--fail-on' 'What ends with status 1.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check contracts'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check signals'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'runs'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'runs list'
            printf '%s\t%s\n' '--limit' 'How many.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'runs show'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'guard'
            printf '%s\t%s\n' '--timeout' 'How long at most.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case '*'
            return 1
    end
end

# BEFORE VALUE ACTION…: offers what completes a value; BEFORE stands before it in the same word.
function __sluice_offer
    set -l before $argv[1]
    set -l value $argv[2]
    set -l offered
    switch $argv[3]
        case words
            set offered $argv[4..-1]
        case dynamic
            set offered (command sluice __complete $argv[4] $value $__sluice_before 2>/dev/null </dev/null)
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

function __sluice
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    # What stands before the program, such as variables or sudo, is not its line.
    while set -q tokens[1]; and not string match -qr '(^|/)sluice$' -- $tokens[1]
        set -e tokens[1]
    end
    set -e tokens[1]
    set -g __sluice_before $tokens

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
            if __sluice_captures "$place"
                set ended rest
                set number 0
            end
        else if string match -q -- '--*=*' "$word"
            set open ''
        else if string match -q -- '--*' "$word"
            set open ''
            set found (__sluice_option "$place" "$word")
            if test -n "$found[1]"; and test "$found[1]" != none
                set open $found[1]
                set pending $found[2..-1]
            end
        else if string match -qr -- '^-.' "$word"
            set open ''
            set -l letters (string split '' -- (string sub -s 2 -- "$word"))
            for index in (seq (count $letters))
                set found (__sluice_option "$place" "-$letters[$index]")
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
        else if test $number -eq 0; and set found (__sluice_step "$place" "$word")
            set place $found
        else if test -z "$place"; and test "$word" = help
            set helping 1
        else
            set number (math $number + 1)
        end
    end

    if test "$open" = one
        __sluice_offer '' "$current" $pending
    else if test "$ended" = rest
        if test $number -eq 0
            __sluice_offer '' "$current" command
        else
            __sluice_offer '' "$current" file
        end
    else if test -z "$ended"; and string match -q -- '--*=*' "$current"
        set -l parts (string split -m 1 = -- "$current")
        set found (__sluice_option "$place" "$parts[1]")
        if test -n "$found[1]"; and test "$found[1]" != none
            __sluice_offer "$parts[1]=" "$parts[2]" $found[2..-1]
        end
    else if test -z "$ended"; and string match -q -- '-*' "$current"
        __sluice_options "$place"
    else if test "$open" = several
        __sluice_offer '' "$current" $pending
    else if test $number -eq 0; and test -z "$ended"; and __sluice_commands "$place"
        return
    else if test -z "$helping"; and set found (__sluice_argument "$place" (math $number + 1))
        __sluice_offer '' "$current" $found
    else if test -z "$helping"; and test -z "$ended"; and test -z "$current"
        __sluice_options "$place"
    end
end

complete -c sluice -f -k -a '(__sluice)'
