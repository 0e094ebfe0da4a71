#!/bin/sh
# Prepares a machine to run, test and build Tagwright from this checkout: packaging/setup.sh VENV
set -eu
venv=${1:?usage: packaging/setup.sh VENV}

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo "$@"
    else return 1
    fi
}

# Debian's packages by the program that proves them there. The last two only add abilities.
needed=""
command -v exiftool >/dev/null 2>&1 || needed="$needed libimage-exiftool-perl"
python3 -c 'import ensurepip, venv' 2>/dev/null || needed="$needed python3-venv"
wanted=""
command -v tesseract >/dev/null 2>&1 || wanted="$wanted tesseract-ocr"
command -v ffmpeg >/dev/null 2>&1 || wanted="$wanted ffmpeg"

if [ -n "$needed$wanted" ]; then
    if command -v apt-get >/dev/null 2>&1; then
        say "Installing with apt:$needed$wanted"
        # shellcheck disable=SC2086  # a list of package names
        as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $needed $wanted >/dev/null" || true
    fi
fi
for program in exiftool python3; do
    if ! command -v "$program" >/dev/null 2>&1; then
        say "Tagwright needs $program. Install it, then run the same command again:"
        say "    sudo apt install libimage-exiftool-perl python3 python3-venv"
        exit 3
    fi
done
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    say "Tagwright needs Python 3.11 or newer; this is $(python3 --version)."
    exit 3
fi
if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    say "Python's venv module is missing: sudo apt install python3-venv"
    exit 3
fi

[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
say "Installing Python packages into $venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check 'pip>=25.1'
"$venv/bin/python" -m pip install -q --disable-pip-version-check \
    -c packaging/constraints.txt -e '.[all]' --group dev
