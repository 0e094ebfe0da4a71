"""Raw metadata of a file, byte for byte."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blocks:
    """All that we may touch; enough to put it back."""

    xmp: tuple[bytes, ...] = ()  # main packet, then extended ones (JPEG, above 64 KB)
    iptc: bytes | None = None
    digest: str | None = None  # Photoshop:IPTCDigest, hexadecimal

    @property
    def in_step(self) -> bool:
        """Whether the digest is that of the IPTC block, as MWG's guidelines ask."""
        if self.iptc is None or self.digest is None:
            return False
        return hashlib.md5(self.iptc, usedforsecurity=False).hexdigest() == self.digest

    def fingerprint(self) -> str:
        """Return a hash that differs when anything of it does."""
        digest = hashlib.sha256()
        for part in (*self.xmp, b"IPTC", self.iptc or b"", (self.digest or "").encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()
