trap 'kill -TERM "$P"' TERM
agent & P=$!
wait "$P"; wait "$P"
