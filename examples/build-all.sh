#!/bin/sh
# Builds every example to EPUB and PDF: sh examples/build-all.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../target/examples-out}
inkbind=${INKBIND:-inkbind}
failed=0
for work in "$here"/*/*.txt; do
    name=$(basename "$work" .txt)
    if ! "$inkbind" build "$work" -o "$out/$name/"; then
        echo "$name was not built" >&2
        failed=1
    fi
done
exit $failed
