cmd=(python agent.py "${1:-start}")
if [[ -n $X && $(id -u) == 0 ]]; then exec gosu app "${cmd[@]}"; fi
exec "${cmd[@]}" > >(tee log) 2>&1 <<E
$((1+2))
E
