"""The daemon under test: started, killed, and measured from outside."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Daemon:
    """``tagwright watch`` on one tree, with a state and a log of its own."""

    def __init__(self, home: Path, tree: Path, url: str) -> None:
        self.home = home
        self.kills = 0
        self.deaths = 0  # that nobody wanted
        self.most_memory = 0  # bytes
        self._tree = tree
        self._process: subprocess.Popen[bytes] | None = None
        (home / "tagwright.toml").write_text(
            'taggers = ["openai:gpt-4o-mini"]\n'
            f'[tagger.openai]\nbase_url = "{url}"\nconcurrency = 16\n'
            '[budget]\nrun = "none"\n'
            '[privacy]\ndocuments = "send"\n'  # plain areas look like empty pages
        )

    def start(self) -> None:
        """Start it."""
        home = self.home
        options = ["--config", str(home / "tagwright.toml"), "--state", str(home / "state")]
        command = [sys.executable, "-m", "tagwright_plugins.cli", "watch", *options]
        environment = {**os.environ, "OPENAI_API_KEY": "sk-loopback"}
        with (home / "watch.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, str(self._tree)], stdout=log, stderr=log, env=environment
            )

    def look(self) -> None:
        """Measure its memory, and start it anew should it have ended by itself."""
        assert self._process is not None
        if self._process.poll() is not None:
            self.deaths += 1
            time.sleep(1)
            self.start()
        self.most_memory = max(self.most_memory, self.memory())

    def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.kills += 1

    def end(self) -> tuple[int, float]:
        """End it as systemd does; return its exit code and the seconds that it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.terminate()
        code = self._process.wait(120)
        return code, time.monotonic() - began

    def close(self) -> None:
        """Leave nothing running."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def memory(self) -> int:
        """Return its resident memory in bytes; 0: it is not there."""
        assert self._process is not None
        try:
            fields = Path(f"/proc/{self._process.pid}/statm").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return int(fields[1]) * _PAGE if len(fields) > 1 else 0

    def cpu(self) -> float:
        """Return the seconds of CPU that it and the programs it started have used."""
        assert self._process is not None
        mine = str(self._process.pid)
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if mine in (stat.parent.name, fields[1]):
                total += int(fields[11]) + int(fields[12])
        return total / _TICKS

    def counts(self) -> dict[str, int]:
        """Return photos by state, as its database has them."""
        path = self.home / "state" / "tagwright.db"
        if not path.exists():
            return {}
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            try:
                return dict(
                    connection.execute("SELECT status, count(*) FROM assets GROUP BY status")
                )
            except sqlite3.OperationalError:  # it is just being made
                return {}

    def troubled(self) -> list[tuple[str, str, int]]:
        """Return what photos failed of, with how many did."""
        path = self.home / "state" / "tagwright.db"
        query = (
            "SELECT status, coalesce(error_class, '') || ' ' || substr(error, 1, 160), count(*)"
            " FROM assets WHERE error IS NOT NULL GROUP BY 1, error_class ORDER BY 3 DESC LIMIT 9"
        )
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            return list(connection.execute(query))
