"""The daemon under test: started, killed, and measured from outside."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = Any

AT_ONCE = 16  # calls of the model
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Daemon:
    """A command that lasts, with a state, a configuration and a log of its own."""

    def __init__(
        self,
        home: Path,
        url: str,
        command: Sequence[str],
        text: str = "",
        top: str = "",
        **secrets: str,
    ) -> None:
        """``url`` is the model's; ``top`` and ``text`` enclose what all configurations have."""
        self.home = home
        self.kills = 0
        self.deaths = 0  # that nobody wanted
        self.most_memory = 0  # bytes
        self._command = command
        self._secrets = secrets
        self._process: subprocess.Popen[bytes] | None = None
        (home / "tagwright.toml").write_text(
            f'taggers = ["openai:gpt-4o-mini"]\n{top}'
            f'[tagger.openai]\nbase_url = "{url}"\nconcurrency = {AT_ONCE}\n'
            '[budget]\nrun = "none"\n'
            '[privacy]\ndocuments = "send"\n'  # plain areas look like empty pages
            '[watch]\nlisten = "127.0.0.1:0"\n'  # any port that is free
            f"{text}"
        )

    def start(self) -> None:
        """Start it."""
        with (self.home / "daemon.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._line(self._command), stdout=log, stderr=log, env=self._environment
            )

    def run(self, *command: str) -> None:
        """Run another command to its end, with the same configuration and state."""
        subprocess.run(self._line(command), env=self._environment, check=True)

    def _line(self, command: Sequence[str]) -> list[str]:
        home = self.home
        options = ["--config", str(home / "tagwright.toml"), "--state", str(home / "state")]
        return [sys.executable, "-m", "tagwright_plugins.cli", *command, *options]

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "OPENAI_API_KEY": "sk-loopback", **self._secrets}

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
        return {
            row[0]: row[1] for row in self._ask("SELECT status, count(*) FROM assets GROUP BY 1")
        }

    def troubled(self) -> list[Row]:
        """Return what photos failed of, with how many did."""
        return self._ask(
            "SELECT status, error_class, substr(error, 1, 160), count(*) FROM assets"
            " WHERE error IS NOT NULL GROUP BY 1, 2 ORDER BY 4 DESC LIMIT 9"
        )

    def calls(self) -> tuple[int, int]:
        """Return how many calls kills cut short, and how many pictures have two answers."""
        cut = self._ask("SELECT count(*) FROM calls WHERE ended_at IS NULL")
        twice = self._ask(
            "SELECT count(*) FROM (SELECT content_key FROM calls WHERE outcome = 'answered'"
            " GROUP BY content_key HAVING count(*) > 1)"
        )
        return cut[0][0], twice[0][0]

    def visits(self) -> int:
        """Return how often its log says that a photo was tagged, or had nothing to be written."""
        return (self.home / "daemon.log").read_bytes().count(b": tagged, ")

    def _ask(self, query: str) -> list[Row]:
        path = self.home / "state" / "tagwright.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            try:
                return list(connection.execute(query))
            except sqlite3.OperationalError:  # it is just being made
                return []
