#!/bin/sh
# Every night: what is new or changed in LIBRARY is made anew, the rest is kept.
#   0 3 * * *  sh nightly.sh /srv/library /srv/books
set -eu
library=$1 out=$2
inkbind batch "$library" -o "$out" --resume -q --report "$out/report.html" || {
    code=$?
    [ $code -eq 1 ] || exit $code
    echo "some books failed; see $out/report.html" >&2
    exit 1
}
