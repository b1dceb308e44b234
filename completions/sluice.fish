# Completions of sluice for fish, made from its declarations: do not edit.
# Put it into ~/.config/fish/completions/sluice.fish.

# PLACE WORD: the place of the command that a word names.
function __sluice_step
    switch "$argv[1]|$argv[2]"
        case '|deploy'
            echo 'deploy'
        case '|rollback'
            echo 'rollback'
        case '|verify-cutover'
            echo 'verify-cutover'
        case '|rehearse'
            echo 'rehearse'
        case '|check'
            echo 'check'
        case '|init'
            echo 'init'
        case '|runs'
            echo 'runs'
        case 'check|contracts'
            echo 'check contracts'
        case 'check|signals'
            echo 'check signals'
        case 'check|drain-window'
            echo 'check drain-window'
        case 'check|startup'
            echo 'check startup'
        case 'check|observability'
            echo 'check observability'
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
        case 'deploy|--version'
            printf '%s\n' one 'dynamic' 'version'
        case 'deploy|--resume'
            printf '%s\n' one 'dynamic' 'run'
        case 'deploy|-y' 'deploy|--yes'
            printf '%s\n' none
        case 'deploy|-t' 'deploy|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'deploy|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'deploy|--probe'
            printf '%s\n' none
        case 'deploy|--probe-deployment'
            printf '%s\n' one 'none'
        case 'deploy|--interval'
            printf '%s\n' one 'none'
        case 'deploy|--warm-up'
            printf '%s\n' one 'none'
        case 'deploy|--grace'
            printf '%s\n' one 'none'
        case 'deploy|--quiet-period'
            printf '%s\n' one 'none'
        case 'deploy|--hold'
            printf '%s\n' one 'none'
        case 'deploy|--minimum-new-sessions'
            printf '%s\n' one 'none'
        case 'deploy|--join-timeout'
            printf '%s\n' one 'none'
        case 'deploy|--settle'
            printf '%s\n' one 'none'
        case 'deploy|--timeout'
            printf '%s\n' one 'none'
        case 'deploy|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'deploy|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'deploy|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'deploy|-q' 'deploy|--quiet'
            printf '%s\n' none
        case 'deploy|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'deploy|-h' 'deploy|--help'
            printf '%s\n' none
        case 'rollback|--to'
            printf '%s\n' one 'dynamic' 'version'
        case 'rollback|--resume'
            printf '%s\n' one 'dynamic' 'run'
        case 'rollback|-y' 'rollback|--yes'
            printf '%s\n' none
        case 'rollback|-t' 'rollback|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'rollback|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'rollback|--interval'
            printf '%s\n' one 'none'
        case 'rollback|--warm-up'
            printf '%s\n' one 'none'
        case 'rollback|--grace'
            printf '%s\n' one 'none'
        case 'rollback|--quiet-period'
            printf '%s\n' one 'none'
        case 'rollback|--hold'
            printf '%s\n' one 'none'
        case 'rollback|--minimum-new-sessions'
            printf '%s\n' one 'none'
        case 'rollback|--join-timeout'
            printf '%s\n' one 'none'
        case 'rollback|--settle'
            printf '%s\n' one 'none'
        case 'rollback|--timeout'
            printf '%s\n' one 'none'
        case 'rollback|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'rollback|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'rollback|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'rollback|-q' 'rollback|--quiet'
            printf '%s\n' none
        case 'rollback|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'rollback|-h' 'rollback|--help'
            printf '%s\n' none
        case 'verify-cutover|--to'
            printf '%s\n' one 'dynamic' 'version'
        case 'verify-cutover|--from'
            printf '%s\n' one 'dynamic' 'version'
        case 'verify-cutover|--since'
            printf '%s\n' one 'none'
        case 'verify-cutover|--once'
            printf '%s\n' none
        case 'verify-cutover|--follow'
            printf '%s\n' none
        case 'verify-cutover|--listen'
            printf '%s\n' one 'none'
        case 'verify-cutover|--resume'
            printf '%s\n' one 'dynamic' 'run'
        case 'verify-cutover|--replay'
            printf '%s\n' one 'file' 'ndjson'
        case 'verify-cutover|-t' 'verify-cutover|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'verify-cutover|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'verify-cutover|--url'
            printf '%s\n' one 'none'
        case 'verify-cutover|--api-key'
            printf '%s\n' one 'none'
        case 'verify-cutover|--project'
            printf '%s\n' one 'none'
        case 'verify-cutover|--agent-name'
            printf '%s\n' one 'none'
        case 'verify-cutover|--release-attribute'
            printf '%s\n' one 'none'
        case 'verify-cutover|--requests-per-minute'
            printf '%s\n' one 'none'
        case 'verify-cutover|--drain-window'
            printf '%s\n' one 'none'
        case 'verify-cutover|--probe'
            printf '%s\n' none
        case 'verify-cutover|--probe-deployment'
            printf '%s\n' one 'none'
        case 'verify-cutover|--interval'
            printf '%s\n' one 'none'
        case 'verify-cutover|--warm-up'
            printf '%s\n' one 'none'
        case 'verify-cutover|--grace'
            printf '%s\n' one 'none'
        case 'verify-cutover|--quiet-period'
            printf '%s\n' one 'none'
        case 'verify-cutover|--hold'
            printf '%s\n' one 'none'
        case 'verify-cutover|--minimum-new-sessions'
            printf '%s\n' one 'none'
        case 'verify-cutover|--join-timeout'
            printf '%s\n' one 'none'
        case 'verify-cutover|--settle'
            printf '%s\n' one 'none'
        case 'verify-cutover|--timeout'
            printf '%s\n' one 'none'
        case 'verify-cutover|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'verify-cutover|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'verify-cutover|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'verify-cutover|-q' 'verify-cutover|--quiet'
            printf '%s\n' none
        case 'verify-cutover|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'verify-cutover|-h' 'verify-cutover|--help'
            printf '%s\n' none
        case 'rehearse|--agent'
            printf '%s\n' one 'none'
        case 'rehearse|--new-agent'
            printf '%s\n' one 'none'
        case 'rehearse|--workers'
            printf '%s\n' one 'none'
        case 'rehearse|--calls-every'
            printf '%s\n' one 'none'
        case 'rehearse|--call-length'
            printf '%s\n' one 'none'
        case 'rehearse|--no-calls'
            printf '%s\n' none
        case 'rehearse|--offer-to-full'
            printf '%s\n' none
        case 'rehearse|--server'
            printf '%s\n' one 'none'
        case 'rehearse|--embedded'
            printf '%s\n' none
        case 'rehearse|--interval'
            printf '%s\n' one 'none'
        case 'rehearse|--warm-up'
            printf '%s\n' one 'none'
        case 'rehearse|--grace'
            printf '%s\n' one 'none'
        case 'rehearse|--quiet-period'
            printf '%s\n' one 'none'
        case 'rehearse|--hold'
            printf '%s\n' one 'none'
        case 'rehearse|--minimum-new-sessions'
            printf '%s\n' one 'none'
        case 'rehearse|--join-timeout'
            printf '%s\n' one 'none'
        case 'rehearse|--settle'
            printf '%s\n' one 'none'
        case 'rehearse|--timeout'
            printf '%s\n' one 'none'
        case 'rehearse|-t' 'rehearse|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'rehearse|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'rehearse|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'rehearse|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'rehearse|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'rehearse|-q' 'rehearse|--quiet'
            printf '%s\n' none
        case 'rehearse|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'rehearse|-h' 'rehearse|--help'
            printf '%s\n' none
        case 'check|--context'
            printf '%s\n' one 'directory'
        case 'check|-t' 'check|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'check|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check|--format'
            printf '%s\n' one 'words' 'text' 'json' 'github'
        case 'check|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'check|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'check|--sarif'
            printf '%s\n' one 'file' 'sarif' 'json'
        case 'check|--junit'
            printf '%s\n' one 'file' 'xml'
        case 'check|-h' 'check|--help'
            printf '%s\n' none
        case 'check contracts|--from'
            printf '%s\n' one 'file'
        case 'check contracts|--to'
            printf '%s\n' one 'file'
        case 'check contracts|--protobuf'
            printf '%s\n' one 'words' 'wire' 'wire-json'
        case 'check contracts|-t' 'check contracts|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'check contracts|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check contracts|--format'
            printf '%s\n' one 'words' 'text' 'json' 'github'
        case 'check contracts|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'check contracts|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check contracts|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'check contracts|--sarif'
            printf '%s\n' one 'file' 'sarif' 'json'
        case 'check contracts|--junit'
            printf '%s\n' one 'file' 'xml'
        case 'check contracts|-h' 'check contracts|--help'
            printf '%s\n' none
        case 'check signals|--dockerfile'
            printf '%s\n' one 'file'
        case 'check signals|--context'
            printf '%s\n' one 'directory'
        case 'check signals|--compose'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check signals|--manifest'
            printf '%s\n' one 'file' 'yaml' 'yml' 'json' 'toml' 'hcl' 'nomad'
        case 'check signals|--unit'
            printf '%s\n' one 'file' 'service'
        case 'check signals|--procfile'
            printf '%s\n' one 'file'
        case 'check signals|--runner'
            printf '%s\n' one 'words' 'heroku' 'foreman' 'honcho'
        case 'check signals|--stage'
            printf '%s\n' one 'none'
        case 'check signals|--service'
            printf '%s\n' one 'none'
        case 'check signals|--build-arg'
            printf '%s\n' one 'none'
        case 'check signals|-t' 'check signals|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'check signals|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check signals|--format'
            printf '%s\n' one 'words' 'text' 'json' 'github'
        case 'check signals|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'check signals|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check signals|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'check signals|--sarif'
            printf '%s\n' one 'file' 'sarif' 'json'
        case 'check signals|--junit'
            printf '%s\n' one 'file' 'xml'
        case 'check signals|-h' 'check signals|--help'
            printf '%s\n' none
        case 'check drain-window|--context'
            printf '%s\n' one 'directory'
        case 'check drain-window|-t' 'check drain-window|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'check drain-window|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check drain-window|--format'
            printf '%s\n' one 'words' 'text' 'json' 'github'
        case 'check drain-window|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'check drain-window|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check drain-window|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'check drain-window|--sarif'
            printf '%s\n' one 'file' 'sarif' 'json'
        case 'check drain-window|--junit'
            printf '%s\n' one 'file' 'xml'
        case 'check drain-window|-h' 'check drain-window|--help'
            printf '%s\n' none
        case 'check startup|--explain'
            printf '%s\n' none
        case 'check startup|--agent'
            printf '%s\n' one 'none'
        case 'check startup|--source'
            printf '%s\n' one 'file' 'py'
        case 'check startup|--context'
            printf '%s\n' one 'directory'
        case 'check startup|--starts'
            printf '%s\n' one 'none'
        case 'check startup|--start-limit'
            printf '%s\n' one 'none'
        case 'check startup|--cpus'
            printf '%s\n' one 'none'
        case 'check startup|--memory'
            printf '%s\n' one 'none'
        case 'check startup|--target-rate'
            printf '%s\n' one 'none'
        case 'check startup|--limit'
            printf '%s\n' one 'none'
        case 'check startup|--database-limit'
            printf '%s\n' one 'none'
        case 'check startup|-t' 'check startup|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'check startup|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check startup|--format'
            printf '%s\n' one 'words' 'text' 'json' 'github'
        case 'check startup|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'check startup|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check startup|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'check startup|--sarif'
            printf '%s\n' one 'file' 'sarif' 'json'
        case 'check startup|--junit'
            printf '%s\n' one 'file' 'xml'
        case 'check startup|-h' 'check startup|--help'
            printf '%s\n' none
        case 'check observability|--polls'
            printf '%s\n' one 'none'
        case 'check observability|--interval'
            printf '%s\n' one 'none'
        case 'check observability|--print'
            printf '%s\n' one 'words' 'probes' 'alerts'
        case 'check observability|-t' 'check observability|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'check observability|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'check observability|--format'
            printf '%s\n' one 'words' 'text' 'json' 'github'
        case 'check observability|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'check observability|--fail-on'
            printf '%s\n' one 'words' 'critical' 'warning' 'never'
        case 'check observability|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'check observability|--sarif'
            printf '%s\n' one 'file' 'sarif' 'json'
        case 'check observability|--junit'
            printf '%s\n' one 'file' 'xml'
        case 'check observability|-h' 'check observability|--help'
            printf '%s\n' none
        case 'init|--stamp'
            printf '%s\n' one 'words' 'python' 'node' 'openrtc'
        case 'init|--contracts'
            printf '%s\n' one 'words' 'python' 'mcp'
        case 'init|--attribute'
            printf '%s\n' one 'none'
        case 'init|-h' 'init|--help'
            printf '%s\n' none
        case 'runs|-t' 'runs|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'runs|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'runs|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'runs|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'runs|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'runs|-q' 'runs|--quiet'
            printf '%s\n' none
        case 'runs|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'runs|-h' 'runs|--help'
            printf '%s\n' none
        case 'runs list|-t' 'runs list|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'runs list|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'runs list|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'runs list|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'runs list|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'runs list|-q' 'runs list|--quiet'
            printf '%s\n' none
        case 'runs list|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'runs list|-h' 'runs list|--help'
            printf '%s\n' none
        case 'runs show|-t' 'runs show|--target'
            printf '%s\n' one 'dynamic' 'target'
        case 'runs show|--config'
            printf '%s\n' one 'file' 'yaml' 'yml'
        case 'runs show|--format'
            printf '%s\n' one 'words' 'text' 'json' 'jsonl'
        case 'runs show|--color'
            printf '%s\n' one 'words' 'auto' 'always' 'never'
        case 'runs show|--progress'
            printf '%s\n' one 'words' 'auto' 'live' 'plain' 'none'
        case 'runs show|-q' 'runs show|--quiet'
            printf '%s\n' none
        case 'runs show|--ok-on'
            printf '%s\n' one 'words' 'inconclusive'
        case 'runs show|-h' 'runs show|--help'
            printf '%s\n' none
        case '*'
            return 1
    end
end

# PLACE NUMBER: what an argument is.
function __sluice_argument
    switch "$argv[1]|$argv[2]"
        case 'check startup|1'
            printf '%s\n' 'none'
        case 'runs show|1'
            printf '%s\n' 'dynamic' 'run'
        case '*'
            return 1
    end
end

# PLACE: whether a command line follows after --.
function __sluice_captures
    switch "$argv[1]"
        case '*'
            return 1
    end
end

# PLACE: the commands there.
function __sluice_commands
    switch "$argv[1]"
        case ''
            printf '%s\t%s\n' 'deploy' 'Take a target from its version to the next, and verify the cutover.'
            printf '%s\t%s\n' 'rollback' 'Put an earlier version of a target back, and verify the cutover by the same rules.'
            printf '%s\t%s\n' 'verify-cutover' 'Watch a rollout until its verdict is final; change nothing but what --probe asks for.'
            printf '%s\t%s\n' 'rehearse' 'Roll a fleet on this machine from v1 to v2 with live sessions, as a deploy does.'
            printf '%s\t%s\n' 'check' 'Check before a rollout what would cut calls or keep it from being verified.'
            printf '%s\t%s\n' 'init' 'Print what a fleet needs so that its rollouts can be verified.'
            printf '%s\t%s\n' 'runs' 'List the journaled runs, or show one.'
            printf '%s\t%s\n' 'help' 'Show the help of a command.'
        case 'check'
            printf '%s\t%s\n' 'contracts' 'See whether the old and the new version understand each other while both run.'
            printf '%s\t%s\n' 'signals' 'See whether the stop signal reaches the agent, and whether it may drain.'
            printf '%s\t%s\n' 'drain-window' 'Find every clock that can cut a live call, and what deploying now would cost.'
            printf '%s\t%s\n' 'startup' 'See whether the agent\'s processes start reliably and in time.'
            printf '%s\t%s\n' 'observability' 'See whether live sessions say which version serves them.'
        case 'runs'
            printf '%s\t%s\n' 'list' 'List the runs, the newest first.'
            printf '%s\t%s\n' 'show' 'Show one run: its steps, its verdict and where its journal lies.'
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
            printf '%s\t%s\n' '--version' 'The release to roll out.'
            printf '%s\t%s\n' '--resume' 'Go on with an interrupted run.'
            printf '%s\t%s\n' '-y' 'Do not ask.'
            printf '%s\t%s\n' '--yes' 'Do not ask.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--probe' 'Make the new sessions that are missing to the minimum: rooms of sluice\'s own, removed at once.'
            printf '%s\t%s\n' '--probe-deployment' 'The deployment that probes are dispatched to, as your own dispatches name it.'
            printf '%s\t%s\n' '--interval' 'Time between two polls.'
            printf '%s\t%s\n' '--warm-up' 'How long the new version may take to serve.'
            printf '%s\t%s\n' '--grace' 'How long after the cutover a session may still start on the old version.'
            printf '%s\t%s\n' '--quiet-period' 'How long no session may have started on the old version.'
            printf '%s\t%s\n' '--hold' 'How many samples in a row must show zero.'
            printf '%s\t%s\n' '--minimum-new-sessions' 'How many sessions must have landed on the new version.'
            printf '%s\t%s\n' '--join-timeout' 'How long a session may wait for an agent.'
            printf '%s\t%s\n' '--settle' 'How long to watch on after the first failure.'
            printf '%s\t%s\n' '--timeout' 'Give up watching after this long.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'rollback'
            printf '%s\t%s\n' '--to' 'The release to put back.'
            printf '%s\t%s\n' '--resume' 'Go on with an interrupted run.'
            printf '%s\t%s\n' '-y' 'Do not ask.'
            printf '%s\t%s\n' '--yes' 'Do not ask.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--interval' 'Time between two polls.'
            printf '%s\t%s\n' '--warm-up' 'How long the new version may take to serve.'
            printf '%s\t%s\n' '--grace' 'How long after the cutover a session may still start on the old version.'
            printf '%s\t%s\n' '--quiet-period' 'How long no session may have started on the old version.'
            printf '%s\t%s\n' '--hold' 'How many samples in a row must show zero.'
            printf '%s\t%s\n' '--minimum-new-sessions' 'How many sessions must have landed on the new version.'
            printf '%s\t%s\n' '--join-timeout' 'How long a session may wait for an agent.'
            printf '%s\t%s\n' '--settle' 'How long to watch on after the first failure.'
            printf '%s\t%s\n' '--timeout' 'Give up watching after this long.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'verify-cutover'
            printf '%s\t%s\n' '--to' 'The version that should serve afterwards.'
            printf '%s\t%s\n' '--from' 'A version that should drain; every other one by default.'
            printf '%s\t%s\n' '--since' 'The moment from which new sessions belong on --to: a time, or an age like 10m.'
            printf '%s\t%s\n' '--once' 'Assess now and end; a verdict that is pending exits with 3.'
            printf '%s\t%s\n' '--follow' 'After a failure watch on until the old version is empty, or to the timeout.'
            printf '%s\t%s\n' '--listen' 'Take LiveKit\'s webhooks at this address: new sessions show without polling.'
            printf '%s\t%s\n' '--resume' 'Go on watching this run.'
            printf '%s\t%s\n' '--replay' 'Recompute the verdict of a journal, offline.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--url' 'The address of the LiveKit project whose rooms are watched.'
            printf '%s\t%s\n' '--api-key' 'Its key; the secret is taken from LIVEKIT_API_SECRET or lk\'s configuration, never from an option.'
            printf '%s\t%s\n' '--project' 'A project of lk\'s configuration, by its name.'
            printf '%s\t%s\n' '--agent-name' 'The name under which the fleet\'s agents are dispatched.'
            printf '%s\t%s\n' '--release-attribute' 'The participant attribute in which agents carry their version.'
            printf '%s\t%s\n' '--requests-per-minute' 'How often the project may be asked; LiveKit Cloud takes 1,000 from all tools together.'
            printf '%s\t%s\n' '--drain-window' 'How long an old instance may take to drain.'
            printf '%s\t%s\n' '--probe' 'Make the new sessions that are missing to the minimum: rooms of sluice\'s own, removed at once.'
            printf '%s\t%s\n' '--probe-deployment' 'The deployment that probes are dispatched to, as your own dispatches name it.'
            printf '%s\t%s\n' '--interval' 'Time between two polls.'
            printf '%s\t%s\n' '--warm-up' 'How long the new version may take to serve.'
            printf '%s\t%s\n' '--grace' 'How long after the cutover a session may still start on the old version.'
            printf '%s\t%s\n' '--quiet-period' 'How long no session may have started on the old version.'
            printf '%s\t%s\n' '--hold' 'How many samples in a row must show zero.'
            printf '%s\t%s\n' '--minimum-new-sessions' 'How many sessions must have landed on the new version.'
            printf '%s\t%s\n' '--join-timeout' 'How long a session may wait for an agent.'
            printf '%s\t%s\n' '--settle' 'How long to watch on after the first failure.'
            printf '%s\t%s\n' '--timeout' 'Give up watching after this long.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'rehearse'
            printf '%s\t%s\n' '--agent' 'The command that starts a worker; split into words as a shell does, run by none.'
            printf '%s\t%s\n' '--new-agent' 'The command of the new version, when it differs.'
            printf '%s\t%s\n' '--workers' 'Workers of each version.'
            printf '%s\t%s\n' '--calls-every' 'The time between two calls.'
            printf '%s\t%s\n' '--call-length' 'How long a call lasts.'
            printf '%s\t%s\n' '--no-calls' 'Nobody calls: see what a verdict says without traffic.'
            printf '%s\t%s\n' '--offer-to-full' 'Offer sessions to draining workers first, as a server with a late view of them does.'
            printf '%s\t%s\n' '--server' 'The LiveKit server to rehearse on, on which nobody else serves; needs --agent.'
            printf '%s\t%s\n' '--embedded' 'Use the embedded server, also where a livekit-server is found.'
            printf '%s\t%s\n' '--interval' 'Time between two polls.'
            printf '%s\t%s\n' '--warm-up' 'How long the new version may take to serve.'
            printf '%s\t%s\n' '--grace' 'How long after the cutover a session may still start on the old version.'
            printf '%s\t%s\n' '--quiet-period' 'How long no session may have started on the old version.'
            printf '%s\t%s\n' '--hold' 'How many samples in a row must show zero.'
            printf '%s\t%s\n' '--minimum-new-sessions' 'How many sessions must have landed on the new version.'
            printf '%s\t%s\n' '--join-timeout' 'How long a session may wait for an agent.'
            printf '%s\t%s\n' '--settle' 'How long to watch on after the first failure.'
            printf '%s\t%s\n' '--timeout' 'Give up watching after this long.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check'
            printf '%s\t%s\n' '--context' 'The folder of the agent\'s source.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--fail-on' 'The least severity that makes the exit status 1.'
            printf '%s\t%s\n' '--ok-on' 'Make this answer exit with 0 too.'
            printf '%s\t%s\n' '--sarif' 'Write SARIF 2.1.0 to a file too.'
            printf '%s\t%s\n' '--junit' 'Write JUnit\'s XML to a file too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check contracts'
            printf '%s\t%s\n' '--from' 'The old version\'s contracts.'
            printf '%s\t%s\n' '--to' 'The new version\'s contracts.'
            printf '%s\t%s\n' '--protobuf' 'What protobuf messages are written in: the binary format alone, or JSON somewhere too.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--fail-on' 'The least severity that makes the exit status 1.'
            printf '%s\t%s\n' '--ok-on' 'Make this answer exit with 0 too.'
            printf '%s\t%s\n' '--sarif' 'Write SARIF 2.1.0 to a file too.'
            printf '%s\t%s\n' '--junit' 'Write JUnit\'s XML to a file too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check signals'
            printf '%s\t%s\n' '--dockerfile' 'The Dockerfile of the image.'
            printf '%s\t%s\n' '--context' 'The folder that the image is built from.'
            printf '%s\t%s\n' '--compose' 'The compose file that starts it.'
            printf '%s\t%s\n' '--manifest' 'A Kubernetes manifest, Nomad job, fly.toml or ECS task definition.'
            printf '%s\t%s\n' '--unit' 'A systemd unit.'
            printf '%s\t%s\n' '--procfile' 'A Procfile.'
            printf '%s\t%s\n' '--runner' 'What runs the Procfile.'
            printf '%s\t%s\n' '--stage' 'The Dockerfile\'s stage.'
            printf '%s\t%s\n' '--service' 'The service, container, task or process.'
            printf '%s\t%s\n' '--build-arg' 'The value of an ARG; may be repeated.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--fail-on' 'The least severity that makes the exit status 1.'
            printf '%s\t%s\n' '--ok-on' 'Make this answer exit with 0 too.'
            printf '%s\t%s\n' '--sarif' 'Write SARIF 2.1.0 to a file too.'
            printf '%s\t%s\n' '--junit' 'Write JUnit\'s XML to a file too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check drain-window'
            printf '%s\t%s\n' '--context' 'The folder of the agent\'s source.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--fail-on' 'The least severity that makes the exit status 1.'
            printf '%s\t%s\n' '--ok-on' 'Make this answer exit with 0 too.'
            printf '%s\t%s\n' '--sarif' 'Write SARIF 2.1.0 to a file too.'
            printf '%s\t%s\n' '--junit' 'Write JUnit\'s XML to a file too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check startup'
            printf '%s\t%s\n' '--explain' 'Answer the question ID, or list all.'
            printf '%s\t%s\n' '--agent' 'The command that starts a worker; split into words as a shell does, run by none.'
            printf '%s\t%s\n' '--source' 'The file that is started.'
            printf '%s\t%s\n' '--context' 'The folder of the agent\'s source.'
            printf '%s\t%s\n' '--starts' 'How often it is started.'
            printf '%s\t%s\n' '--start-limit' 'End a start after this long, whatever is known by then.'
            printf '%s\t%s\n' '--cpus' 'CPUs that it may use.'
            printf '%s\t%s\n' '--memory' 'MiB of memory that it may use.'
            printf '%s\t%s\n' '--target-rate' 'The part of the starts that must succeed, in percent.'
            printf '%s\t%s\n' '--limit' 'Within which a process shall be initialized.'
            printf '%s\t%s\n' '--database-limit' 'How many connections the agent\'s database takes.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--fail-on' 'The least severity that makes the exit status 1.'
            printf '%s\t%s\n' '--ok-on' 'Make this answer exit with 0 too.'
            printf '%s\t%s\n' '--sarif' 'Write SARIF 2.1.0 to a file too.'
            printf '%s\t%s\n' '--junit' 'Write JUnit\'s XML to a file too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'check observability'
            printf '%s\t%s\n' '--polls' 'How often to look.'
            printf '%s\t%s\n' '--interval' 'Time between two looks.'
            printf '%s\t%s\n' '--print' 'Print settings to paste, and look at nothing.'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--fail-on' 'The least severity that makes the exit status 1.'
            printf '%s\t%s\n' '--ok-on' 'Make this answer exit with 0 too.'
            printf '%s\t%s\n' '--sarif' 'Write SARIF 2.1.0 to a file too.'
            printf '%s\t%s\n' '--junit' 'Write JUnit\'s XML to a file too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'init'
            printf '%s\t%s\n' '--stamp' 'Print the lines of a stamp for this SDK.'
            printf '%s\t%s\n' '--contracts' 'Print a program that exports the tools of an agent or of an MCP server.'
            printf '%s\t%s\n' '--attribute' 'The attribute\'s name; \'release-attribute\' in sluice.yaml must say the same.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'runs'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'runs list'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
            printf '%s\t%s\n' '-h' 'Show this help.'
            printf '%s\t%s\n' '--help' 'Show this help.'
        case 'runs show'
            printf '%s\t%s\n' '-t' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--target' 'The fleet, by its name in sluice.yaml.'
            printf '%s\t%s\n' '--config' 'The configuration to use.'
            printf '%s\t%s\n' '--format' 'How the result is printed.'
            printf '%s\t%s\n' '--color' 'When to use colour.'
            printf '%s\t%s\n' '--progress' 'How progress is shown.'
            printf '%s\t%s\n' '-q' 'Show no progress.'
            printf '%s\t%s\n' '--quiet' 'Show no progress.'
            printf '%s\t%s\n' '--ok-on' 'Make this verdict exit with 0 too.'
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
