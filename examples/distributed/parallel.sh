#!/bin/sh
# A batch over several hosts with GNU parallel; all see LIBRARY and OUT on a shared file system.
#   sh parallel.sh LIBRARY OUT HOSTS-FILE [SHARDS]
set -eu
library=$1 out=$2 hosts=$3 shards=${4:-16}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date +%s)}
seq "$shards" | parallel --sshloginfile "$hosts" --env SOURCE_DATE_EPOCH --retries 3 \
    "inkbind batch '$library' -o '$out' --shard {}/$shards --resume -q" || echo "some books failed" >&2
inkbind batch --merge -o "$out" --report "$out/report.html"
