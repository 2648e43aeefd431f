#!/usr/bin/env bash
# Batches on a full disk and on one that cannot be written: full_disk.sh INKBIND FOLDER (as root).
set -euo pipefail
program=$1 folder=$2
root=$(cd "$(dirname "$0")/.." && pwd)
rm -rf "$folder"
mkdir -p "$folder/library" "$folder/disk"
for i in 1 2 3 4 5 6 7 8; do
    { cat "$root/examples/tide-clock/tide-clock.txt"; echo "The copy numbered $i ends here."; } >"$folder/library/$i.txt"
done
export SOURCE_DATE_EPOCH=1700000000
fault() { echo "$*" >&2; exit 1; }
code=0
batch() { code=0; "$program" batch "$folder/library" -o "$1" "${@:2}" 2>"$folder/said" || code=$?; }

batch "$folder/whole" -q
[ $code -eq 0 ] || fault "the batch on an empty disk ended with $code"

mount -t tmpfs -o size=400k inkbind-test "$folder/disk"
trap 'umount "$folder/disk"' EXIT
batch "$folder/disk/out"
[ $code -eq 1 ] || fault "the batch on a full disk ended with $code"
grep -q 'no space left on device' "$folder/said" || fault "the full disk is not told: $(cat "$folder/said")"
grep -q 'free some space' "$folder/said" || fault "no help is given: $(cat "$folder/said")"
for file in "$folder"/disk/out/*.epub "$folder"/disk/out/*.pdf; do
    if [ -e "$file" ]; then cmp "$file" "$folder/whole/$(basename "$file")"; fi
done
mount -o remount,size=64m "$folder/disk"
batch "$folder/disk/out" --resume -q
[ $code -eq 0 ] || fault "with room again the batch ended with $code: $(cat "$folder/said")"
diff -rq --exclude=.inkbind "$folder/disk/out" "$folder/whole"

mount -o remount,ro "$folder/disk"
batch "$folder/disk/out" --resume
[ $code -eq 1 ] || fault "the batch on a disk that cannot be written ended with $code"
grep -qi 'read-only file system' "$folder/said" || fault "the read-only disk is not told: $(cat "$folder/said")"
diff -rq --exclude=.inkbind "$folder/disk/out" "$folder/whole"
echo "3 passed, 0 failed"
