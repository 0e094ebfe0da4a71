#!/bin/sh
# Installs the real programs that tests drive where Debian's packages can be had: digiKam on a screen
# that nobody sees, a MariaDB for its database, a browser. Tests of what is missing are left out.
set -u
wanted=""
need() { command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"; }
need digikam digikam
need Xvfb xvfb
need dbus-daemon dbus
need chromium chromium
need gio libglib2.0-bin
[ -x /usr/sbin/mariadbd ] || wanted="$wanted mariadb-server-core"
[ -n "$wanted" ] || exit 0
command -v apt-get >/dev/null 2>&1 || exit 0
[ "$(id -u)" = 0 ] && sudo="" || sudo="sudo -n"
printf 'Installing with apt, for the tests:%s\n' "$wanted" >&2
# shellcheck disable=SC2086  # lists of words
$sudo sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $wanted libqt5sql5-sqlite libxtst6 >/dev/null" ||
    printf 'Not all of them can be had; their tests are left out.\n' >&2
