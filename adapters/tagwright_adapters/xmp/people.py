"""Who is on a photo, as programs note it beside tags: face regions, and names as IPTC has them."""

from __future__ import annotations

from collections.abc import Iterator

from tagwright_adapters.xmp.packet import RDF, Items, Properties, Value

_MWG = "{http://www.metadataworkinggroup.com/schemas/regions/}"  # digiKam, Lightroom, Picasa
_MICROSOFT = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
_IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_REGION_KIND, _REGION_NAME = f"{_MWG}Type", f"{_MWG}Name"
_NAMES = frozenset(
    {
        _REGION_NAME,
        f"{_MICROSOFT}PersonDisplayName",
        f"{_IPTC}PersonInImage",
        f"{_IPTC}PersonName",  # within PersonInImageWDetails
    }
)


def people(properties: Properties) -> tuple[str, ...]:
    """Return the names, each once; regions of pets, bar codes and focus are no people."""
    return tuple(dict.fromkeys(name.strip() for name in _walk(properties) if name.strip()))


def _walk(properties: Properties) -> Iterator[str]:
    for key, value in properties.items():
        other = key == _REGION_NAME and properties.get(_REGION_KIND, "Face") != "Face"
        if key in _NAMES and not other:
            yield from _texts(value)
        else:
            yield from _within(value)


def _within(value: Value) -> Iterator[str]:
    for one in value.values if isinstance(value, Items) else (value,):
        if isinstance(one, dict):
            yield from _walk(one)
        elif isinstance(one, Items):
            yield from _within(one)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values if isinstance(value, Items) else ():
        yield from _texts(one)
    if isinstance(value, dict):
        yield from _texts(value.get(f"{RDF}value", ""))
