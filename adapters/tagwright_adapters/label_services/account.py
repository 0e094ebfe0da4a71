"""One account at one service."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tagwright.taxonomy.labels import printable
from tagwright_adapters.addresses import is_loopback

_LONGEST_QUOTE = 200  # characters


@dataclass(frozen=True, slots=True)
class Account:
    """Where a service is, how messages call it, and what must never be shown."""

    title: str  # as people call the service
    key_name: str  # variables that hold the key, for messages
    base_url: str
    timeout: float  # s, for one answer
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def where(self) -> str:
        """How messages call it."""
        return f"{self.title} at {self.host}"

    @property
    def host(self) -> str:
        """Host and port, without anything else that the address may hold."""
        parts = urlsplit(self.base_url)
        return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def name(self) -> str:
        """Whose limits hold: taggers with one key at one address share them."""
        where = urlsplit(self.base_url).netloc
        if not self.secrets:
            return f"{self.title} {where}"
        digest = hashlib.sha256("tagwright account ".join(("", *self.secrets)).encode()).hexdigest()
        return f"{self.title} {where} {digest[:8]}"

    @property
    def loopback(self) -> bool:
        """Whether the address is on this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def quote(self, text: str) -> str:
        """Return the start of foreign text, fit to be shown and without our keys."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        text = " ".join(text.split())
        return f"“{printable(text, _LONGEST_QUOTE)}”" if text else "nothing at all."
