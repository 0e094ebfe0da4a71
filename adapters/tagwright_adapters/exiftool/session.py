"""What we ask of exiftool: read blocks and tags, write fields into a new file.

exiftool sees no file name and no value that somebody else chose. Names are replaced by symbolic
links in a private folder (its output option expands ``%`` codes, its argument lines end at a line
break, and it takes a leading ``-`` for an option); values travel in JSON files (argument lines
lose a leading space, and a list separator would split them).
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from tagwright_adapters.exiftool.process import Process, ProcessError

Values = Mapping[str, Sequence[str] | Sequence[Mapping[str, str]]]
"""Field to list of texts or of structures: ``{"XMP-dc:Subject": ["Beach"]}``."""

_PREFIX = "tagwright-exiftool-"
_SETTLED = 60.0  # seconds; a folder younger than this may be about to be locked
_READ = ("-j", "-a", "-b", "-n", "-m", "-G0:4")
_BASE64 = "base64:"
_BASE_SECONDS = 30.0
_MOST_SECONDS = 600.0  # for films and huge scans
_BYTES_PER_SECOND = 1_000_000  # bounds a hang; 5 MB of keywords take 4 s on a slow machine
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


class Session:
    """An exiftool process and the private folder through which it sees files."""

    def __init__(self, program: str = "exiftool") -> None:
        _sweep(Path(tempfile.gettempdir()))
        self.process = Process(program)
        self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = os.open(self._folder, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._count = 0

    def read(self, path: Path, tags: Sequence[str], *, quick: bool) -> dict[str, object]:
        """Return raw values by ``Family0:Tag`` (``Family0:CopyN:Tag`` for repeated ones).

        Args:
            path: The file; anything may be in it.
            tags: exiftool's own names, ``EXIF:Make``. Blocks such as ``XMP`` come as text, or as
                ``base64:…`` where they are no text.
            quick: Skip maker notes, and all that follows the picture data of some formats.

        Raises:
            ProcessError: exiftool died, or took too long.
        """
        arguments = [*_READ, *(["-fast2"] if quick else []), *(f"-{tag}" for tag in tags)]
        size = path.stat().st_size
        with ExitStack() as stack:
            alias = self._alias(stack, path, path.suffix)
            output = self._execute([*arguments, str(alias)], size)
        try:
            values = json.loads(output)[0]
        except (ValueError, IndexError) as exc:
            raise ProcessError(self._message() or "no answer") from exc
        return {key: value for key, value in values.items() if key != "SourceFile"}

    def write(
        self,
        source: Path | bytes,
        target: Path,
        *,
        suffix: str,
        add: Values | None = None,
        replace: Values | None = None,
        blocks: Mapping[str, bytes | None] | None = None,
        settings: Sequence[str] = (),
    ) -> None:
        """Write a changed copy of ``source`` to ``target``, which must not exist yet.

        Args:
            source: The file to change, which is only read; or its contents.
            target: In a folder that may be named anything; its own name is ASCII.
            suffix: What the source's type is called (".jpg"), whatever its name says.
            add: Items to append to lists.
            replace: Lists to put in place of those that are there; an empty one is deleted.
            blocks: Whole blocks by name ("XMP", "IPTC"); None deletes.
            settings: Assignments of our own making: ``IPTC:Keywords-=Beach``.

        Raises:
            ProcessError: it died, took too long or wrote nothing; the message says why.
        """
        arguments = [f"-{setting}" for setting in settings]
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        with ExitStack() as stack:
            for operator, values in (("+=", add or {}), ("=", replace or {})):
                if any(values.values()):
                    arguments.append(f"-j{operator}{self._file(stack, _json(values), '.json')}")
                arguments += [f"-{name}=" for name, items in values.items() if not items]
            for name, block in (blocks or {}).items():
                at = "" if block is None else f"<{self._file(stack, block, '.dat')}"
                arguments.append(f"-{name}{at[:1]}={at[1:]}")
            folder = self._alias(stack, target.parent, "")
            alias = (
                self._file(stack, source, suffix)
                if isinstance(source, bytes)
                else self._alias(stack, source, suffix)
            )
            arguments += ["-o", f"{folder}/{target.name}", str(alias)]
            self._execute(arguments, size)
        if not target.exists():
            raise ProcessError(self._message() or "nothing was written")

    def close(self) -> None:
        """End the process and remove the private folder."""
        self.process.terminate()
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _execute(self, arguments: Sequence[str], size: int) -> str | bytes:
        """Run a command on a file of ``size`` bytes, with a new process if the last one died."""
        self.process.run()
        self.process.timeout = min(_BASE_SECONDS + size / _BYTES_PER_SECOND, _MOST_SECONDS)
        return self.process.execute(*arguments, raw_bytes=True)

    def _message(self) -> str:
        text: str = self.process.last_stderr.decode("utf-8", "replace")
        return " ".join(text.split())[:300]

    def _alias(self, stack: ExitStack, path: Path, suffix: str) -> Path:
        alias = self._name(stack, suffix)
        alias.symlink_to(path.absolute())
        return alias

    def _file(self, stack: ExitStack, data: bytes, suffix: str) -> Path:
        path = self._name(stack, suffix)
        path.write_bytes(data)
        return path

    def _name(self, stack: ExitStack, suffix: str) -> Path:
        """Name an entry of the private folder that goes when the command is done."""
        self._count += 1
        safe = suffix if _SUFFIX.fullmatch(suffix) else ""
        path = self._folder / f"{self._count}{safe}"
        stack.callback(path.unlink, missing_ok=True)
        return path


def _sweep(folder: Path) -> None:
    """Remove private folders of sessions that were killed: nobody holds their lock."""
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime < _SETTLED:
                continue
            descriptor = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(descriptor)


def _json(values: Values) -> bytes:
    """Spell values as exiftool reads them: no surrogate pairs, and its base64 mark escaped."""
    filled = {name: [_escaped(item) for item in items] for name, items in values.items() if items}
    return json.dumps([{"SourceFile": "*", **filled}], ensure_ascii=False).encode()


def _escaped(item: str | Mapping[str, str]) -> object:
    if not isinstance(item, str):
        return {name: _escaped(text) for name, text in item.items()}
    if not item.lower().startswith(_BASE64):
        return item
    return _BASE64 + base64.b64encode(item.encode()).decode()
