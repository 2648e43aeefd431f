#!/bin/sh
# Makes the EPUBs of a list of files, one a line, and prints the inputs that failed: from-list.sh LIST OUT
set -eu
list=$1 out=$2
inkbind batch - -o "$out" --to epub --json <"$list" |
    grep '"outcome":"failed"' | sed 's/.*"input":"\([^"]*\)".*/\1/' || true
