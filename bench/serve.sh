#!/usr/bin/env bash
# Measures mmcr serve: requests per second, p50 and p99 at 1, 8 and 64 clients, damaged pictures, slow bodies and clients
# that vanish, and the memory before and after; beside it the limit: bare forward passes of the same encoder.
#
#   bench/serve.sh RUN PICTURES [SECONDS] [BAD]
#
# RUN       a run's folder
# PICTURES  a folder of JPEG or PNG files
# SECONDS   of each number of clients; 10 by default
# BAD       number of damaged pictures; 10000 by default
#
# Needs Python 3 for the clients, which run on the same machine and take part of its processor time. Prints JSON to
# stdout. MMCR names another command than ./mmcr.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -lt 2 ]; then
  sed -n '2,15s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
run=$1 pictures=$2 seconds=${3:-10} bad=${4:-10000}
mmcr=${MMCR:-./mmcr}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

# The resident memory of the server in MiB; 0 where /proc is missing.
memory() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$server/status" 2>/dev/null || echo 0; }

unset MMCR_TOKEN # a token that was given is not printed
limit=$($mmcr bench embed "$run" "$pictures" 2048 3 --json 2>"$work/err") || { cat "$work/err" >&2; exit 1; }

$mmcr serve "$run" --port 0 --json >"$work/out" 2>"$work/err" &
server=$!
until grep -q '}' "$work/out"; do
  kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; exit 1; }
  sleep 0.2
done
value() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$work/out"; }
before=$(memory)
python3 bench/serve_load.py "$(value address)" "$(value token)" "$pictures" "$seconds" "$bad" >"$work/load.json"
after=$(memory)
kill -TERM "$server" # a background process of a script ignores SIGINT
code=0
wait "$server" || code=$?
server=
printf '{"limit": %s, "memory_mib_before": %s, "memory_mib_after": %s, "exit_code": %s, "serve": %s}\n' \
  "$limit" "$before" "$after" "$code" "$(cat "$work/load.json")"
