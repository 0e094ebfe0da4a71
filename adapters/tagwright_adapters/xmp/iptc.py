"""IPTC keywords, read from the raw block and checked for what it can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_BYTES = 64  # of one keyword, IPTC-IIM 2:25
_MARKER = 0x1C
_CHARSET, _TITLE, _KEYWORD, _CAPTION = (1, 90), (2, 5), (2, 25), (2, 120)
_UTF8 = b"\x1b%G"  # ISO 2022 escape sequence


@dataclass(frozen=True, slots=True)
class Iptc:
    """The keywords of an IPTC block and its character set."""

    keywords: tuple[str, ...]
    others: tuple[tuple[tuple[int, int], bytes], ...]  # all other data sets
    utf8: bool
    known: bool  # False: a declared character set that exiftool does not write

    @property
    def caption(self) -> str:
        """The caption, or an empty text."""
        return self._text(_CAPTION)

    @property
    def title(self) -> str:
        """The title, or an empty text."""
        return self._text(_TITLE)

    def holds(self, label: str) -> bool:
        """Whether a keyword can be written without loss."""
        if not self.known:
            return label.isascii() and len(label) <= MAX_BYTES
        try:
            return len(label.encode("utf-8" if self.utf8 else "cp1252")) <= MAX_BYTES
        except UnicodeEncodeError:
            return False

    def _text(self, dataset: tuple[int, int]) -> str:
        found = next((data for key, data in self.others if key == dataset), b"")
        return found.decode("utf-8" if self.utf8 else "cp1252", "replace")


def read(block: bytes) -> Iptc:
    """Return what an IPTC block says; a damaged one is read as far as it goes."""
    datasets = list(_datasets(block))
    charset = next((data for key, data in datasets if key == _CHARSET), None)
    utf8 = charset == _UTF8
    keywords = tuple(
        data.decode("utf-8" if utf8 else "cp1252", "replace")
        for key, data in datasets
        if key == _KEYWORD
    )
    others = tuple(dataset for dataset in datasets if dataset[0] != _KEYWORD)
    return Iptc(keywords=keywords, others=others, utf8=utf8, known=utf8 or not charset)


def _datasets(block: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    position = 0
    while position + 5 <= len(block) and block[position] == _MARKER:
        record, dataset = block[position + 1], block[position + 2]
        size = int.from_bytes(block[position + 3 : position + 5], "big")
        position += 5
        if size & 0x8000:  # extended data set: the count of size bytes stands here
            count = size & 0x7FFF
            size = int.from_bytes(block[position : position + count], "big")
            position += count
        yield (record, dataset), block[position : position + size]
        position += size
