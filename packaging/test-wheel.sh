#!/bin/sh
# Builds the wheel and tests it in a place where the source tree cannot be seen.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/.venv/bin/python" -m pip wheel -q --disable-pip-version-check --no-deps -w "$work" "$root"
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check \
    -c "$root/packaging/constraints.txt" "$(ls "$work"/tagwright-*.whl)"

cp -r "$root/tests/photos" "$work/photos"
cd "$work"
"$work/venv/bin/tagwright" --version
"$work/venv/bin/tagwright" doctor --state "$work/state"
"$work/venv/bin/tagwright" tag photos --state "$work/state" --report sheet.html
"$work/venv/bin/tagwright" tag photos --state "$work/state" --json | tail -n 1 |
    "$work/venv/bin/python" -c 'import json, sys; s = json.load(sys.stdin); assert s["changed"] == 0 == s["queued"], s'
"$work/venv/bin/tagwright" undo --run last --state "$work/state"
du -sm "$work/venv" | awk '{ print "installed: " $1 " MB with Python and pip" }'
echo "the wheel works without the source tree"
