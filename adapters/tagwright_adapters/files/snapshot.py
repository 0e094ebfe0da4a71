"""One look at a photo or sidecar: raw metadata blocks and what they mean."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tagwright.errors import MetadataError
from tagwright_adapters.exiftool import Pool, ProcessError
from tagwright_adapters.files import jpeg
from tagwright_adapters.files.blocks import Blocks
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.replacing import Identity
from tagwright_adapters.xmp import fields, iptc, packet, provenance
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_adapters.xmp.digikam import every_path, tag_paths

BLOCKS = ("XMP", "IPTC", "IPTCDigest", "FileType")
_BLOCK_KEYS = frozenset({"XMP:XMP", "IPTC:IPTC", "Photoshop:IPTCDigest"})
_BASE64 = "base64:"


@dataclass(frozen=True)
class Snapshot:
    """What a file held when it was looked at."""

    identity: Identity
    blocks: Blocks
    file_type: str  # exiftool's, by content: "JPEG"; "XMP" for a sidecar
    properties: packet.Properties
    iptc: iptc.Iptc | None
    values: dict[str, object]  # other tags asked for, by family-0 name, raw

    @cached_property
    def fields(self) -> fields.Fields:
        """The keyword fields."""
        return fields.read(self.properties, self.iptc.keywords if self.iptc else None)

    @cached_property
    def notes(self) -> tuple[provenance.Note, ...]:
        """Our notes of what we wrote."""
        return provenance.read(self.properties)

    def tag_paths(self, photo: Snapshot | None = None) -> tuple[TagPath, ...]:
        """Return what digiKam reads; a sidecar falls back on its photo's IPTC and EXIF."""
        source = photo or self
        keywords = source.iptc.keywords if source.iptc else ()
        return tag_paths(self.properties, keywords, str(source.values.get("EXIF:XPKeywords", "")))

    def every_path(self) -> tuple[TagPath, ...]:
        """Return the tag paths of all fields, whichever of them digiKam reads."""
        keywords = self.iptc.keywords if self.iptc else ()
        return every_path(self.properties, keywords, str(self.values.get("EXIF:XPKeywords", "")))


def look(exiftool: Pool, path: Path, tags: Sequence[str] = ()) -> Snapshot:
    """Read a photo through exiftool.

    Raises:
        MetadataError: its XMP is malformed, or exiftool cannot read it.
        OSError: the file system refuses.
    """
    identity = Identity.of(path)
    with path.open("rb") as stream:
        quick = stream.read(2) == b"\xff\xd8"  # JPEG: metadata comes before the picture
    try:
        values = exiftool.read(path, (*BLOCKS, *tags), quick=quick)
    except ProcessError as exc:
        Identity.of(path)
        cure = "Check that the file opens in a photo program."
        msg = f"exiftool cannot read it: {exc}."
        raise MetadataError(msg, asset=to_reference(path), cure=cure) from exc
    return _interpreted(path, identity, values)


def look_at_sidecar(path: Path) -> Snapshot:
    """Read a sidecar.

    Raises:
        MetadataError: it is malformed.
        OSError: the file system refuses.
    """
    identity = Identity.of(path)
    blocks = Blocks(xmp=(path.read_bytes(),))
    return _snapshot(path, identity, blocks, "XMP", {})


def look_back(exiftool: Pool, path: Path) -> Snapshot:
    """Read what was just written to a photo, without exiftool where that is simple.

    Raises:
        MetadataError: it is malformed.
        OSError: the file system refuses.
    """
    identity = Identity.of(path)
    blocks = jpeg.blocks(path)
    if blocks is None:
        return look(exiftool, path)
    return _snapshot(path, identity, blocks, "JPEG", {})


def _interpreted(path: Path, identity: Identity, values: dict[str, object]) -> Snapshot:
    repeated = sorted(key for key in values if key.startswith("XMP:Copy") and key.endswith(":XMP"))
    packets = tuple(_bytes(values[key]) for key in ("XMP:XMP", *repeated) if key in values)
    raw = values.get("IPTC:IPTC")
    digest = values.get("Photoshop:IPTCDigest")
    blocks = Blocks(
        xmp=packets,
        iptc=None if raw is None else _bytes(raw),
        digest=None if digest is None else str(digest),
    )
    others = {
        key: value
        for key, value in values.items()
        if key.count(":") == 1 and key not in _BLOCK_KEYS
    }
    return _snapshot(path, identity, blocks, str(values.get("File:FileType", "")), others)


def _snapshot(
    path: Path, identity: Identity, blocks: Blocks, file_type: str, values: dict[str, object]
) -> Snapshot:
    try:
        properties = packet.read(blocks.xmp)
    except packet.PacketError as exc:
        raise MetadataError(
            f"its XMP is malformed ({exc}); writing would lose what is in it.",
            asset=to_reference(path),
            cure="Repair it in the program that wrote it, or remove it: exiftool -XMP:all= FILE.",
        ) from exc
    return Snapshot(
        identity=identity,
        blocks=blocks,
        file_type=file_type,
        properties=properties,
        iptc=None if blocks.iptc is None else iptc.read(blocks.iptc),
        values=values,
    )


def _bytes(value: object) -> bytes:
    text = str(value)
    if text.startswith(_BASE64):
        return base64.b64decode(text.removeprefix(_BASE64))
    return text.encode()
