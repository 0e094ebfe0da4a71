"""Reading XMP: the same statement in any spelling, and a clear no to what cannot be read."""

from __future__ import annotations

import pytest

from tagwright_adapters.xmp import packet
from tagwright_adapters.xmp.fields import SUBJECT, TAGS_LIST
from tagwright_adapters.xmp.packet import RDF, XML, Items

X = "{http://x/}"


def rdf(body: str, attributes: str = "") -> bytes:
    """Wrap properties in a packet."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:p="http://x/" {attributes}>'
        f'{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>\n\n'
    ).encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rdf("", 'p:a="1"'), rdf("<p:a>1</p:a>")),
        (
            rdf('<p:s rdf:parseType="Resource"><p:a>1</p:a></p:s>'),
            rdf("<p:s><rdf:Description><p:a>1</p:a></rdf:Description></p:s>"),
        ),
        (rdf('<p:s p:a="1"/>'), rdf('<p:s rdf:parseType="Resource"><p:a>1</p:a></p:s>')),
        (rdf("<p:a/>"), rdf("")),
        (rdf("<p:a><rdf:Bag/></p:a>"), rdf("")),
        (
            rdf("<p:a><rdf:Bag><rdf:li>1</rdf:li></rdf:Bag></p:a>"),
            rdf("<p:a><rdf:Seq><rdf:li>1</rdf:li></rdf:Seq></p:a>"),
        ),
    ],
)
def test_spellings_of_one_statement_are_equal(one: bytes, other: bytes) -> None:
    """Attribute or element, nested or short, empty or absent, Bag or Seq."""
    assert packet.read([one]) == packet.read([other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rdf("<p:a>1</p:a>"), rdf("<p:a> 1</p:a>")),
        (rdf("<p:a>1</p:a>"), rdf('<p:a xml:lang="de">1</p:a>')),
        (
            rdf("<p:a><rdf:Bag><rdf:li>1</rdf:li><rdf:li>2</rdf:li></rdf:Bag></p:a>"),
            rdf("<p:a><rdf:Bag><rdf:li>2</rdf:li><rdf:li>1</rdf:li></rdf:Bag></p:a>"),
        ),
    ],
)
def test_what_differs_is_seen(one: bytes, other: bytes) -> None:
    """Spaces, languages and order count."""
    assert packet.read([one]) != packet.read([other])


def test_values_of_every_shape() -> None:
    """Texts, lists, languages, structures and lists of structures."""
    body = (
        "<dc:subject><rdf:Bag><rdf:li>a &amp; b</rdf:li><rdf:li> c </rdf:li></rdf:Bag></dc:subject>"
        '<p:t><rdf:Alt><rdf:li xml:lang="x-default">Hi</rdf:li></rdf:Alt></p:t>'
        '<p:u rdf:resource="http://there"/>'
        '<p:l><rdf:Seq><rdf:li rdf:parseType="Resource"><p:a>1</p:a></rdf:li></rdf:Seq></p:l>'
    )
    properties = packet.read([rdf(body)])
    assert packet.texts(properties, SUBJECT) == ("a & b", " c ")
    assert properties[f"{X}t"] == Items(({f"{XML}lang": "x-default", f"{RDF}value": "Hi"},))
    assert properties[f"{X}u"] == "http://there"
    assert properties[f"{X}l"] == Items(({f"{X}a": "1"},))
    assert packet.container(properties, f"{X}l") == "Seq"


def test_extended_packets_are_part_of_it() -> None:
    """JPEG splits XMP above 64 KB; the note that says so is no property."""
    note = 'xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="0123"'
    main = rdf("<p:a>1</p:a>", note)
    extended = rdf("<dc:subject><rdf:Bag><rdf:li>x</rdf:li></rdf:Bag></dc:subject>")
    together = packet.read([main, extended])
    assert together.keys() == {f"{X}a", SUBJECT}
    assert packet.read([packet.merged([main, extended])]) == together
    assert packet.merged([main]) == main


def test_a_property_that_stands_twice_keeps_all_entries() -> None:
    """Two descriptions may each hold part of a list."""
    one = "<digiKam:TagsList><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></digiKam:TagsList>"
    properties = packet.read([rdf(one.format("A") + one.format("B"))])
    assert packet.texts(properties, TAGS_LIST) == ("A", "B")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 100,
        b"<x>no rdf</x>",
        rdf("<p:a>1</p:b>"),
        rdf("<p:a>\x01</p:a>"),
        rdf("<q:a>1</q:a>"),
        rdf("<p:a>1</p:a>")[:-60],
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + rdf("<p:a>&b;</p:a>"),
        rdf("<p:a>" * 5000 + "</p:a>" * 5000),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    """Whoever rewrites malformed XMP drops what is in it; entities are never expanded."""
    with pytest.raises(packet.PacketError):
        packet.read([data])


def test_utf16_packets_are_read() -> None:
    """The encoding is the packet's own affair."""
    body = rdf("<p:a>日本</p:a>").decode().replace('begin="\ufeff"', 'begin=""')
    assert packet.read([body.encode("utf-16")]) == {f"{X}a": "日本"}
