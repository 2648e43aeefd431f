#!/bin/sh
# Makes an EPUB and a PDF of every text under LIBRARY, in a folder for each author, and a page
# that shows which books want a look: convert-library.sh LIBRARY OUT [OPTIONS OF inkbind batch]
# Begun again it does what is new, changed or was not reached.
set -eu
library=$1 out=$2
shift 2
"${INKBIND:-inkbind}" batch "$library" -o "$out" --name '{author}/{title}.{ext}' --resume \
    --timeout 600 --report "$out/report.html" "$@"
