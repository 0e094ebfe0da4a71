"""A few exiftool sessions behind the interface of one, for any number of threads."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tagwright_adapters.exiftool.session import Session, Values


class Pool:
    """Lends each session to one command at a time; a session starts when it is first needed."""

    def __init__(self, size: int, program: str = "exiftool") -> None:
        self._program = program
        self._free: queue.LifoQueue[Session | None] = queue.LifoQueue()
        self._made: list[Session] = []
        for _ in range(size):
            self._free.put(None)

    def read(self, path: Path, tags: Sequence[str], *, quick: bool) -> dict[str, object]:
        """Do :meth:`Session.read` with the next free session."""
        with self._session() as session:
            return session.read(path, tags, quick=quick)

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
        """Do :meth:`Session.write` with the next free session."""
        with self._session() as session:
            session.write(
                source,
                target,
                suffix=suffix,
                add=add,
                replace=replace,
                blocks=blocks,
                settings=settings,
            )

    def close(self) -> None:
        """End all sessions; none may be in use."""
        for session in self._made:
            session.close()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        session = self._free.get()
        try:
            if session is None:
                session = Session(self._program)
                self._made.append(session)
            yield session
        finally:
            self._free.put(session)
