"""What a soak says: promises kept or broken, and figures."""

from __future__ import annotations


class Verdicts:
    """Prints them, and keeps what was broken."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def one(self, what: str, right: bool, said: object) -> None:
        """Say whether a promise was kept."""
        print(f"  {'ok   ' if right else 'WRONG'} {what:<36} {said}", flush=True)
        if not right:
            self.wrong.append(what)

    @staticmethod
    def figure(what: str, said: object) -> None:
        """Say a figure."""
        print(f"        {what:<36} {said}", flush=True)
