#!/usr/bin/env bash
# The distributed examples on real engines: run.sh INKBIND FOLDER [NAME…]. Installs what it needs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$1 folder=$2
shift 2
mkdir -p "$folder"
for tool in parallel shellcheck; do
    if ! command -v "$tool" >/dev/null; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$tool" >"$folder/apt.log"
    fi
done
venv=${ENGINES_VENV:-$folder/venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" -q --disable-pip-version-check install -r "$here/requirements.txt"
exec "$venv/bin/python" "$here/engines.py" "$program" "$folder/bench" "$@"
