#!/bin/sh
# Every night: what is new or changed in LIBRARY is made anew, the rest is kept. Where books fail,
# their names and reasons are on standard error, which cron sends by mail.
#   0 3 * * *  sh nightly.sh /srv/library /srv/books
set -eu
library=$1 out=$2
shift 2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
"${INKBIND:-inkbind}" batch "$library" -o "$out" --resume --timeout 600 --report "$out/report.html" "$@" \
    2>"$log" || code=$?
if [ $code -ne 0 ]; then
    grep -E '^(failed|error|help):' "$log" >&2 || cat "$log" >&2
    echo "see $out/report.html" >&2
fi
exit $code
