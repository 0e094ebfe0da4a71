"""IPTC keywords: what a block says and what it can hold."""

from __future__ import annotations

from tagwright_adapters.xmp import iptc


def dataset(record: int, number: int, data: bytes) -> bytes:
    """Encode one data set."""
    return bytes((0x1C, record, number)) + len(data).to_bytes(2, "big") + data


def test_keywords_are_read_in_the_declared_character_set() -> None:
    """UTF-8 where it is declared, Latin where nothing is."""
    utf8 = dataset(1, 90, b"\x1b%G") + dataset(2, 25, "Ä 日".encode())
    assert iptc.read(utf8).keywords == ("Ä 日",)
    assert iptc.read(dataset(2, 25, b"\xc4")).keywords == ("Ä",)


def test_what_a_block_can_hold() -> None:
    """At most 64 bytes, and only characters of its set."""
    latin, utf8 = iptc.read(b""), iptc.read(dataset(1, 90, b"\x1b%G"))
    other = iptc.read(dataset(1, 90, b"\x1b-A"))
    assert latin.holds("Österreich")
    assert not latin.holds("日本")
    assert utf8.holds("日本")
    assert utf8.holds("x" * 64)
    assert not utf8.holds("ä" * 33)
    assert other.holds("plain")
    assert not other.holds("Ö")


def test_a_damaged_block_is_read_as_far_as_it_goes() -> None:
    """Neither a cut nor an extended data set is a surprise."""
    block = dataset(2, 25, b"a") + bytes((0x1C, 2, 25, 0x80, 2, 0, 1)) + b"b"
    assert iptc.read(block + b"\x1c\x02\x19\x00").keywords == ("a", "b")
