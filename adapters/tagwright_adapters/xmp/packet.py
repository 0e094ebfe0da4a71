"""An XMP packet as plain values, read independently of the program that writes it.

A property is a text, :class:`Items` (an RDF container) or a mapping of properties (a structure).
Spellings of RDF that mean the same come out the same: attributes and elements, structures with
``rdf:Description`` and with ``rdf:parseType``. Empty properties count as absent.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.etree import ElementTree as ET

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
XML = "{http://www.w3.org/XML/1998/namespace}"
EMPTY = (
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></x:xmpmeta>"
)
"""A packet without properties."""

_CONTAINERS = (f"{RDF}Bag", f"{RDF}Seq", f"{RDF}Alt")
_EXTENDED = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", re.IGNORECASE)

_NO_MARKS: Mapping[str, str] = MappingProxyType({})


class PacketError(Exception):
    """The XMP is not well-formed; whoever rewrites it would drop what cannot be read."""


@dataclass(frozen=True, slots=True)
class Items:
    """An RDF container. Two are equal whatever the container's kind: writers correct the kind."""

    values: tuple[Value, ...]
    container: str = field(default="Bag", compare=False)  # Bag, Seq, Alt


Value = str | Items | dict[str, "Value"]
Properties = dict[str, Value]  # by "{namespace}name"


def read(packets: Iterable[bytes]) -> Properties:
    """Return the properties of a photo's XMP, main packet first, then extended ones.

    Raises:
        PacketError: a packet is not well-formed XML or no RDF.
    """
    found: Properties = {}
    for packet in packets:
        for description in _rdf(packet):
            _collect(description, found)
    found.pop(_EXTENDED, None)
    return found


def merged(packets: Iterable[bytes]) -> bytes:
    """Return one packet that holds all properties of several, the first as it is if alone."""
    first, *others = packets
    if not others:
        return first
    root = _parse(first)
    rdf = _find_rdf(root)
    for packet in others:
        rdf.extend(_rdf(packet))
    for description in rdf:
        description.attrib.pop(_EXTENDED, None)
        for note in description.findall(_EXTENDED):
            description.remove(note)
    text: str = ET.tostring(root, encoding="unicode")
    return text.encode()


def _parse(packet: bytes) -> ET.Element:
    data = packet if packet.startswith(_UTF16) else packet.strip(b" \t\r\n\0")
    if _DOCTYPE.search(data):
        raise PacketError("it declares a document type")
    try:
        return ET.fromstring(data)  # noqa: S314 - no document type, so no entities to expand
    except (ET.ParseError, ValueError, LookupError) as exc:
        raise PacketError(str(exc)) from exc


def _find_rdf(root: ET.Element) -> ET.Element:
    rdf = root if root.tag == f"{RDF}RDF" else root.find(f"{RDF}RDF")
    if rdf is None:
        raise PacketError("it holds no RDF")
    return rdf


def _rdf(packet: bytes) -> list[ET.Element]:
    return list(_find_rdf(_parse(packet)))


def _collect(description: ET.Element, into: Properties) -> None:
    try:
        for key, text in _attributes(description).items():
            _put(into, key, text)
        for element in description:
            _put(into, element.tag, _value(element))
    except RecursionError as exc:
        raise PacketError("it is nested too deeply") from exc


def _put(into: Properties, key: str, value: Value) -> None:
    """Take a property that stands twice as one list."""
    if _is_empty(value):
        return
    old = into.get(key)
    if isinstance(old, Items) and isinstance(value, Items):
        value = Items(old.values + value.values, old.container)
    into[key] = value


def _is_empty(value: Value) -> bool:
    if isinstance(value, Items):
        return not value.values
    return not value


def _attributes(element: ET.Element) -> Mapping[str, str]:
    if not element.attrib:
        return _NO_MARKS
    return {key: text for key, text in element.attrib.items() if not key.startswith((RDF, XML))}


def _value(element: ET.Element) -> Value:
    if not (len(element) or element.attrib):  # as most are
        return element.text or ""
    value = _plain(element)
    language = element.get(f"{XML}lang")
    return value if language is None else {f"{XML}lang": language, f"{RDF}value": value}


def _plain(element: ET.Element) -> Value:
    first = element[0] if len(element) else None
    if first is not None and first.tag in _CONTAINERS:
        values = tuple(_value(item) for item in first)
        return Items(values, first.tag.removeprefix(RDF))
    if first is not None or element.get(f"{RDF}parseType") == "Resource" or _attributes(element):
        fields: Properties = {}
        _collect(element if first is None or first.tag != f"{RDF}Description" else first, fields)
        return fields
    return element.get(f"{RDF}resource") or element.text or ""


def texts(properties: Properties, key: str) -> tuple[str, ...]:
    """Return the entries of a list property, or its only value."""
    value = properties.get(key)
    values = value.values if isinstance(value, Items) else () if value is None else (value,)
    return tuple(text for item in values if (text := _text(item)))


def _text(value: Value) -> str:
    if isinstance(value, dict):
        value = value.get(f"{RDF}value", "")
    return value if isinstance(value, str) else ""


def container(properties: Properties, key: str) -> str:
    """Return the kind of RDF container a property has: Bag, Seq, Alt, or "" for none."""
    value = properties.get(key)
    return value.container if isinstance(value, Items) else ""
