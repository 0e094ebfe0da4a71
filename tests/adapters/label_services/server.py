"""A label service on loopback that answers as it is told, and checks what it is sent."""

from __future__ import annotations

from collections.abc import Callable

from tests.adapters.loopback import Loopback, Received, Response, check_picture

Behaviour = Response | Callable[[Received], Response]


class LabelServer(Loopback):
    """Serves scripted responses in turn; the last one is repeated."""

    def __init__(self, check: Callable[[Received], bytes | None]) -> None:
        """``check`` raises if a request is not as the service's description has it."""
        super().__init__()
        self.script: list[Behaviour] = []
        self.received: list[Received] = []
        self.pictures: list[bytes] = []
        self._check = check

    def plays(self, *script: Behaviour) -> None:
        """Set what happens from now on."""
        self.script = list(script)

    def answer(self, received: Received) -> Response:
        """Check a request and say what to do with it."""
        picture = None
        try:
            picture = self._check(received)
            if picture is not None:
                check_picture(picture)
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            self.fault(exc)
        with self.lock:
            self.received.append(received)
            self.pictures += [picture] if picture is not None else []
            behaviour = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return behaviour if isinstance(behaviour, Response) else behaviour(received)
