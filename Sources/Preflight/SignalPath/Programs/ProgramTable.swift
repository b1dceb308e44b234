/// What the programs between a platform and an agent do with signals; adding one is adding a line.
///
/// The columns: names | how its own arguments are told from the command it starts | what it does | how that is known
/// (verified: run with an agent below it; documented; source) | one sentence for the chain. Of a program's lines the first
/// one holds whose conditions hold.
///
/// Arguments: `-u=` an option with a value, a number of operands, `A=B` assignments, `is:run,exec` a subcommand, `line:-c` an
/// option with a line for the shell, `line` the words are one, `mixed` options may follow operands, `nothing` starts nothing;
/// conditions `if:-g,--group`, `unless:…`, and with the words `first` (as process 1), `ps`, `bash` (on the image).
///
/// Doings: `execs`, `daemonizes`, `never-starts`, `ends`, `filter`, `runs`, `serves`, `unknown`, `follows NAME` (code reads its
/// files), or `keeps` with clauses: `own-group`; `ignores INT`; `then leaves|all|descendants|stays|raises 500ms`;
/// `TERM INT: send to descendants, pause 5s, send KILL, await, leave 1, raise, stop` (`*` for all; nil target: the children).
enum ProgramTable {
  static let text = """
    # Inits
    tini tini-static docker-init | -p= -e= if:-g | keeps own-group; *: send to groups | verified | tini -g sends the signal to its child's whole group and leaves when the child leaves.
    tini tini-static docker-init | -p= -e= | keeps own-group; *: send | verified | tini sends the signal to its child and leaves when the child leaves.
    catatonit podman-init | | keeps own-group; *: send | verified | catatonit sends the signal to its child and leaves when the child leaves.
    dumb-init | -r= --rewrite= | follows dumb-init | verified | dumb-init sends the signal to its child's whole group and leaves when the child leaves.
    init | unless:first | keeps | source | The s6-overlay init refuses to run unless it is process 1.
    init | | keeps own-group; TERM INT HUP QUIT: send TERM to everything, pause 3s, send KILL to everything | documented | The init of s6-overlay stops everything on TERM and kills after S6_KILL_GRACETIME, 3 s by default.
    with-contenv | | execs | documented | with-contenv reads the environment and is replaced by its command.
    my_init | | keeps; TERM INT: send TERM, pause 30s, send KILL, leave 2 | documented | my_init stops its command on TERM and kills it after KILL_PROCESS_TIMEOUT, 30 s by default.
    secrets-init | --provider= | keeps own-group; *: send to groups | documented | secrets-init forwards signals to its child's group and leaves with it.
    pid1 | | keeps; TERM INT: send TERM, pause 5s, send KILL to everything | documented | pid1 sends TERM to its child and kills everything after 5 s.
    go-init | -pre= -post= | keeps own-group; *: send to groups | documented | go-init forwards signals to its command's group.

    # Process supervisors
    supervisord | -c= --configuration= -u= -d= -l= -y= -z= -e= -j= -i= -q= -a= -t= -x= -k= | follows supervisord | verified | supervisord stops its programs one group after the other, with the signal and the deadline of its configuration.
    runsvdir runsvdir-start | 1 | follows runsvdir | verified | runsvdir leaves on TERM without stopping its services.
    runsv | 1 | follows runsv | verified | runsv sends TERM to its service and leaves when the service has ended, without a deadline.
    svscan svscanboot | 1 | follows svscan | documented | svscan has no handler for TERM.
    s6-svscan | -c= -C= -t= -i= -d= -X= 1 | follows s6-svscan | verified | s6-svscan has every service stopped on TERM and waits for them.
    s6-supervise | 1 | follows s6-supervise | verified | s6-supervise sends TERM to its service and leaves when the service has ended.
    circusd | --log-level= --log-output= --pidfile= | follows circusd | verified | circusd sends TERM to its watchers and kills after graceful_timeout, 30 s by default.
    monit | -c= -d= | unknown | documented | monit starts programs that leave it; what stops them is in its configuration.

    # Process managers that read a Procfile
    honcho | is:run -e= --env= -f= --procfile= -d= --app-root= | keeps | verified | honcho run waits for its command and has no handler for signals.
    honcho | is:start | follows procfile honcho | verified | honcho sends the signal on to each process group and waits for all output to end.
    foreman | is:run -e= --env= -f= --procfile= -d= --root= | keeps; TERM: leave 1; INT: send | verified | foreman run leaves on TERM without telling its command.
    foreman | is:start | follows procfile foreman | verified | foreman sends TERM to each process group and kills after its timeout, 5 s by default.
    nf | is:run -e= --env= -j= --procfile= -d= --root= | keeps; INT: send | verified | nf has no handler for TERM.
    nf | is:start | follows procfile nf | verified | nf handles INT only, and has no handler for TERM.
    goreman | is:start,run | follows procfile goreman | documented | goreman sends TERM to its processes and kills after 10 s.
    hivemind | | follows procfile hivemind | documented | hivemind sends INT to each process group and kills after its timeout, 5 s by default.
    overmind | is:start,s | follows procfile overmind | documented | overmind sends INT to its processes and kills after its timeout, 5 s by default.
    forego | is:start | follows procfile forego | documented | forego sends TERM to its processes and kills after its shutdown grace, 3 s by default.

    # Other users, other roots
    gosu | 1 | execs | verified | gosu changes the user and is replaced by its command.
    su-exec | 1 | execs | documented | su-exec changes the user and is replaced by its command.
    setpriv | --ambient-caps= --inh-caps= --bounding-set= --ruid= --euid= --rgid= --egid= --reuid= --regid= --groups= --securebits= --pdeathsig= --selinux-label= --apparmor-profile= | execs | verified | setpriv changes its rights and is replaced by its command.
    chpst | -u= -U= -b= -e= -/= -n= -l= -L= -m= -d= -o= -p= -f= -c= -r= -t= -C= | execs | verified | chpst changes its state and is replaced by its command.
    s6-setuidgid setuidgid envdir | 1 | execs | verified | It changes its state and is replaced by its command.
    s6-envuidgid envuidgid s6-envdir | 1 | execs | documented | It changes its state and is replaced by its command.
    s6-softlimit softlimit | -a= -c= -d= -f= -l= -m= -o= -p= -r= -s= -t= | execs | verified | It sets limits and is replaced by its command.
    s6-applyuidgid | -u= -g= -G= | execs | documented | It changes the user and is replaced by its command.
    setlock | 1 | execs | verified | setlock takes a lock and is replaced by its command.
    s6-setlock | 1 | execs | documented | s6-setlock takes a lock and is replaced by its command.
    pgrphack | | execs | documented | pgrphack begins a process group and is replaced by its command.
    doas | -C= -u= -a= | execs | documented | doas changes the user and is replaced by its command.
    sudo | -u= --user= -g= --group= -h= --host= -p= --prompt= -C= -r= -t= -D= --chdir= -R= -U= -T= A=B if:-b,--background | daemonizes | documented | sudo -b leaves at once.
    sudo | -u= --user= -g= --group= -h= --host= -p= --prompt= -C= -r= -t= -D= --chdir= -R= -U= -T= A=B | keeps; TERM INT HUP QUIT USR1 USR2 ALRM CONT: send | verified | sudo sends the signal on to its command and waits for it without a deadline.
    su | | follows su | verified | su sends TERM to its child, waits 2 s and kills it.
    runuser | | follows su | verified | runuser sends TERM to its child, waits 2 s and kills it.
    chroot | --userspec= --groups= 1 | execs | verified | chroot changes the root and is replaced by its command.
    capsh | | follows capsh | documented | capsh is replaced by bash.
    unshare | --setuid= -S= --setgid= -G= -R= --root= -w= --wd= --propagation= --setgroups= --map-user= --map-group= --load-interp= -l= if:-f,--fork | keeps; ignores TERM INT | verified | unshare --fork waits for its child and sends no signal on.
    unshare | --setuid= -S= --setgid= -G= -R= --root= -w= --wd= --propagation= --setgroups= --map-user= --map-group= -l= | execs | verified | unshare enters its namespaces and is replaced by its command.
    nsenter | -t= --target= -S= -G= --wd= | keeps | documented | nsenter waits for its child and has no handler.
    bwrap | | unknown | documented | bubblewrap's options are not read.

    # Prefixes that are replaced by their command
    nice | -n= --adjustment= | execs | verified | nice is replaced by its command.
    ionice | -c= --class= -n= --classdata= | execs | verified | ionice is replaced by its command.
    chrt | -T= --sched-runtime= -P= --sched-period= -D= --sched-deadline= 1 | execs | verified | chrt is replaced by its command.
    taskset | 1 | execs | verified | taskset is replaced by its command.
    numactl | -i= -m= -N= -C= -p= --interleave= --membind= --cpunodebind= --physcpubind= --preferred= | execs | documented | numactl is replaced by its command.
    stdbuf | -i= --input= -o= --output= -e= --error= | execs | verified | stdbuf sets up buffering and is replaced by its command.
    nohup | | execs | verified | nohup ignores HUP and is replaced by its command.
    prlimit | | execs | verified | prlimit sets limits and is replaced by its command.
    choom | -n= -p= | execs | documented | choom is replaced by its command.
    setarch linux64 linux32 x86_64 i386 | | execs | documented | It changes the personality and is replaced by its command.
    cgexec | -g= | execs | documented | cgexec is replaced by its command.
    faketime | -f= 1 | execs | documented | faketime preloads its library and is replaced by its command.
    authbind | | execs | documented | authbind preloads its library and is replaced by its command.
    ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-musl-x86_64.so.1 | --preload= --library-path= --argv0= | execs | documented | The loader becomes its command.
    valgrind heaptrack_inject | | execs | documented | It runs its command within itself.
    env | -u= --unset= -C= --chdir= -S= --split-string= -a= --argv0= A=B | follows env | verified | env sets the environment and is replaced by its command.
    exec | -a= | execs | documented | It is replaced by its command.
    docker-entrypoint.sh docker-entrypoint | | follows docker-entrypoint | verified | The image's entry point is replaced by its command.

    # Prefixes that stay
    busybox | | follows busybox | verified | busybox becomes its applet.
    timeout | -k= --kill-after= -s= --signal= 1 | follows timeout | verified | timeout sends the signal on to its command and waits.
    time | -f= --format= -o= --output= | keeps; ignores INT QUIT | verified | time waits for its command and sends no signal on.
    flock | -w= --wait= --timeout= -E= --conflict-exit-code= 1 mixed line:-c,--command if:-F,--no-fork | execs | verified | flock -F takes the lock and is replaced by its command.
    flock | -w= --wait= --timeout= -E= --conflict-exit-code= 1 mixed line:-c,--command | keeps | verified | flock waits for its command and sends no signal on.
    setsid | if:-f,--fork | daemonizes | documented | setsid --fork starts its command and leaves.
    setsid | if:-w,--wait if:first | keeps own-group | verified | setsid -w waits for its command and sends no signal on.
    setsid | if:first | daemonizes | verified | setsid as process 1 leads a group, so it forks, leaves, and the container ends.
    setsid | | execs | verified | setsid begins a session and is replaced by its command.
    xargs | -a= --arg-file= -d= -E= -I= -L= -n= -P= -s= --max-args= --max-procs= --delimiter= --replace= | keeps | verified | xargs waits for its command and sends no signal on.
    strace ltrace | -o= -e= -s= -p= -E= -P= -a= -u= -I= -S= -O= -X= --output= --trace= -b= | follows strace | verified | strace keeps fatal signals from itself, and its command never gets them.
    script | -T= --log-timing= -I= --log-in= -O= --log-out= -B= --log-io= -m= -E= -o= --output-limit= line:-c,--command | keeps; TERM INT: send TERM, pause 2s, send KILL, leave 0 | verified | script kills its child within 2 s of a signal.
    unbuffer | | keeps | verified | unbuffer (expect) has no handler for signals and sends none on.
    xvfb-run | -e= --error-file= -f= --auth-file= -n= --server-num= -p= --xauth-protocol= -s= --server-args= -w= --wait= if:first | never-starts | verified | xvfb-run waits for a USR1 that process 1 never sees, so its command does not start.
    xvfb-run | -e= --error-file= -f= --auth-file= -n= --server-num= -p= --xauth-protocol= -s= --server-args= -w= --wait= | keeps | verified | xvfb-run is a shell script that waits for its command and sends no signal on.
    dbus-run-session | --config-file= --dbus-daemon= | keeps | documented | dbus-run-session waits for its command and sends no signal on.
    fakeroot catchsegv | -l= -i= -s= --lib= --faked= | keeps | documented | It is a shell script that waits for its command and sends no signal on.
    fghack | | keeps | verified | fghack waits for its command and sends no signal on.
    perf | is:record,stat,trace -e= -o= -F= -g= -c= --call-graph= | keeps; TERM INT: send TERM, leave 143 | source | perf stops its command and leaves.
    watch entr | | unknown | documented | It starts its command again and again.

    # What starts a program and leaves
    daemonize | -c= -e= -o= -E= -p= -l= -u= | daemonizes | verified | daemonize detaches its command and leaves, and the container ends.
    daemon | -n= -u= -D= -l= -O= -E= -o= unless:-f,--foreground | daemonizes | documented | daemon detaches its command and leaves.
    start-stop-daemon | | follows start-stop-daemon | verified | start-stop-daemon is replaced by what it starts.
    tmux | | follows tmux | documented | The command belongs to tmux's server, which is not told of signals.
    screen | -S= -c= -L= -p= -s= -t= -T= if:-D | keeps own-group; TERM: send HUP, leave 1 | documented | screen hangs up on its windows when it is told to end.
    screen | -S= -c= -L= -p= -s= -t= -T= | daemonizes | documented | screen detaches its command and leaves.
    systemd-run systemctl service sv svc rc-service | nothing | daemonizes | documented | It asks a service manager to start something and leaves.
    at batch | nothing | daemonizes | documented | It leaves the command to another program.

    # Secrets and environments around a command
    doppler | is:run line:--command -p= --project= -c= --config= --token= -t= --scope= --fallback= --mount= --mount-format= --mount-template= --name-transformer= --only-secrets= | keeps; TERM INT HUP QUIT: send | source | doppler run forwards signals where its output is no terminal.
    infisical | is:run line:--command,-c --env= -e= --token= --path= --projectId= --domain= --tags= | keeps; *: send | source | infisical run forwards every signal.
    chamber | is:exec | follows chamber | source | chamber exec is replaced by its command.
    aws-vault | is:exec -d= --duration= --region= --backend= --mfa-token= -t= 1 if:--server,--ecs-server,--ec2-server,-s | keeps; *: send | source | aws-vault with a server stays and forwards signals.
    aws-vault | is:exec -d= --duration= --region= --backend= --mfa-token= -t= 1 | execs | source | aws-vault exec is replaced by its command.
    envconsul | -consul-addr= -prefix= -secret= -config= -kill-signal= -kill-timeout= -exec= -env= -log-level= -vault-addr= | follows envconsul | documented | envconsul sends TERM to its command and kills after kill_timeout, 30 s by default.
    consul-template | line:-exec -config= -template= -exec-kill-timeout= -exec-kill-signal= -exec-reload-signal= -log-level= | keeps; TERM INT: send TERM, pause 30s, send KILL, leave 0 | documented | consul-template stops its command on a signal and kills it after 30 s by default.
    summon | -p= --provider= -f= -D= -e= --environment= | keeps; *: send | documented | summon forwards signals to its command.
    berglas | is:exec | keeps; *: send | documented | berglas exec forwards signals to its command.
    vault-env | | execs | documented | vault-env resolves secrets and is replaced by its command.
    sops | is:exec-env,exec-file -a= --filename= --user= 1 line if:--same-process | execs | source | sops --same-process is replaced by its command.
    sops | is:exec-env,exec-file -a= --filename= --user= 1 line | keeps | source | sops waits for its command and sends no signal on.
    op | is:run --env-file= --account= --session= --environment= | unknown | documented | What op run does with a signal is not documented, and its code is closed.
    direnv | is:exec 1 | execs | documented | direnv exec is replaced by its command.
    dotenvx | is:run -f= --env-file= -e= --env= -fk= --env-keys-file= --convention= | keeps; TERM INT: pause 1s, send, pause 5s, send KILL, leave 1 | verified | dotenvx waits a second before it forwards, and kills after another 5 s.
    dotenv | is:run,list -f= --file= -q= --quote= -e= --export= | execs | verified | dotenv run is replaced by its command.
    dotenv | -e= -p= -v= -c= | keeps; TERM INT HUP: send | verified | dotenv forwards the signal to its command and waits.
    env-cmd | -f= --file= -r= --rc-file= -e= --environments= | keeps; TERM INT HUP QUIT: send, raise | verified | env-cmd forwards the signal and then ends itself by it, which only process 1 outlives.
    ssh-agent | -t= -a= -E= -P= | execs | documented | ssh-agent starts its agent beside and is replaced by the command.
    cross-env | A=B | keeps; TERM INT HUP: send | verified | cross-env forwards the signal to its command and waits.
    cross-env-shell | A=B line | keeps; TERM INT HUP: send; then raises | verified | cross-env-shell forwards the signal to its shell only.

    # Python's runners
    uv | | follows uv | verified | uv run forwards TERM to its command and waits.
    uvx | --from= --with= -p= --python= --index-url= --with-requirements= --directory= | keeps; TERM INT HUP QUIT USR1 USR2: send | source | uvx forwards the signal to its command and waits.
    poetry pipenv | is:run -C= --directory= -P= --project= | follows python-runner exec | verified | It is replaced by its command.
    rye | is:run | follows python-runner exec | source | rye run is replaced by its command.
    pdm | is:run -p= --project= --venv= | follows python-runner pdm | verified | pdm run sends TERM on to its command and waits.
    hatch | is:run -e= --env= -p= --project= | follows python-runner waits | verified | hatch run waits for its command and has no handler for signals.
    pixi | is:run -e= --environment= --manifest-path= | keeps; TERM INT: send | documented | pixi run forwards signals to its command.
    conda mamba | is:run -n= --name= -p= --prefix= --cwd= | keeps | documented | conda run waits for a shell script with its command and sends no signal on.
    ddtrace-run | | execs | verified | ddtrace-run sets up tracing and is replaced by its command.
    newrelic-admin | is:run-program,run-python | follows newrelic-admin | verified | newrelic-admin is replaced by its command.
    opentelemetry-instrument | --traces_exporter= --metrics_exporter= --logs_exporter= --service_name= --exporter_otlp_endpoint= | execs | verified | opentelemetry-instrument sets up tracing and is replaced by its command.
    sentry-cli | nothing | ends | documented | It ends by itself.
    watchfiles | --ignore-paths= --target-type= --filter= --args= --sigint-timeout= --grace-period= --sigkill-timeout= | follows watchfiles | verified | watchfiles sends INT to its command and kills it after 5 s.
    watchmedo | | follows watchmedo | verified | watchmedo auto-restart stops its command with its own signal and kills it after --kill-after, 10 s by default.
    hupper | | follows hupper | verified | hupper stops its worker and kills it after its shutdown interval.
    coverage | is:run -m= --source= --rcfile= --data-file= --omit= --include= --context= --concurrency= | follows python-inside | documented | It runs the program within itself.
    python-inside | | unknown | source | It runs the program within itself.

    # Build tools
    make gmake | | follows make | verified | make forwards TERM to the command of its recipe and waits.
    just | | follows just | documented | just waits for its recipe and, from 1.41 on, sends it TERM.
    task go-task | | follows task | verified | task waits for its command and sends no signal on.

    # Servers that close their sessions when they are stopped
    uvicorn | nothing | serves | verified | uvicorn closes its open sessions when it is told to stop.
    hypercorn daphne granian gunicorn fastapi flask streamlit chainlit waitress-serve robyn litestar | nothing | serves | documented | The server closes its open sessions when it is told to stop.
    adk | is:api_server,web nothing | serves | verified | ADK runs uvicorn, which closes its open sessions when it is told to stop.
    openrtc | nothing | follows openrtc | source | openrtc runs LiveKit's worker, which drains on the first signal.
    lk livekit-cli | | unknown | documented | What the LiveKit CLI starts is on another machine, or a development server.

    # Node: package managers and tools; their files are followed
    npm npx pnpm pnpx yarn yarnpkg bun bunx deno corepack | | follows node-tool | verified | It runs a script of package.json.
    node nodejs | | follows node | verified | node runs the file itself.
    tsx ts-node ts-node-esm ts-node-dev tsnd swc-node nodemon zx fastify | | follows node-tool | verified | It runs a file of TypeScript or JavaScript.
    pm2 pm2-runtime pm2-docker pm2-dev forever | | follows node-tool | verified | It keeps processes of its own.
    concurrently conc run-p run-s npm-run-all npm-run-all2 wireit turbo nx | | follows node-tool | verified | It runs scripts beside each other or one after the other.
    execa | | keeps; TERM INT: send, raise, pause 5s, send KILL | verified | execa forwards the signal, ends itself by it unless it is process 1, and kills after 5 s.

    # What waits for others before a command
    dockerize | -wait= -timeout= -template= -stdout= -stderr= -wait-retry-interval= | keeps; TERM INT QUIT HUP: send | documented | dockerize forwards signals to its command.
    wait4x | | execs | documented | wait4x waits for something and is replaced by its command.
    """
}
