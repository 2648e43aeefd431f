#!/bin/sh
# Makes books of a list of downloads: from-list.sh LIST OUT [OPTIONS OF inkbind batch]
# A line of LIST is an address; behind a tab each may follow a title, and an author. Texts are kept
# in OUT/texts and are not fetched again; what cannot be fetched is named, and the rest is made.
set -eu
list=$1 out=$2
shift 2
texts=$out/texts
mkdir -p "$texts"
manifest=$texts/works.csv
tab=$(printf '\t')
quoted() { printf '"%s"' "$(printf '%s' "$1" | sed 's/"/""/g')"; }
missing=0
echo 'input,title,author' >"$manifest"
while IFS=$tab read -r address title author || [ -n "$address" ]; do
    case $address in '' | '#'*) continue ;; esac
    text=$(printf '%s' "${address%.txt}" | sed 's/[^A-Za-z0-9.-]/_/g' | tail -c 150).txt
    if [ ! -s "$texts/$text" ]; then
        # -R: the file has the server's time, which the book carries.
        if ! curl -fsSLR --retry 3 -o "$texts/$text.part" -- "$address"; then
            echo "not fetched: $address" >&2
            missing=1
            continue
        fi
        mv "$texts/$text.part" "$texts/$text"
    fi
    echo "$(quoted "$text"),$(quoted "$title"),$(quoted "$author")" >>"$manifest"
done <"$list"
"${INKBIND:-inkbind}" batch "$manifest" -o "$out/books" --name '{author}/{title}.{ext}' --resume \
    --report "$out/report.html" "$@" || exit
exit $missing
