#!/bin/sh
# A batch over several hosts with GNU parallel; all see LIBRARY and OUT on a shared file system.
#   sh parallel.sh LIBRARY OUT HOSTS-FILE [SHARDS [OPTIONS OF inkbind batch]]
# HOSTS-FILE has a line for each host, as ssh knows it, with how many shards at a time: 8/host
set -eu
library=$1 out=$2 hosts=$3 shards=${4:-64}
if [ $# -lt 4 ]; then shift 3; else shift 4; fi
INKBIND=${INKBIND:-inkbind}
# Hosts may see other file times: outputs carry this one.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)}
export library out shards INKBIND SOURCE_DATE_EPOCH
# Exit code 1: some books of the shard failed, which the merge tells; trying again would not help.
# Every other code, and a lost host, gives the shard to another host.
# shellcheck disable=SC2016 # the other host puts the values in
seq "$shards" | parallel --sshloginfile "$hosts" --retries 5 \
    --env library --env out --env shards --env INKBIND --env SOURCE_DATE_EPOCH \
    '"$INKBIND" batch "$library" -o "$out" --shard {}/"$shards" --resume -q --jobs 1' "$@" '|| [ $? -eq 1 ]'
"$INKBIND" batch --merge -o "$out" --report "$out/report.html"
