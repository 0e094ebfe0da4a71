"""Which tags digiKam sees: the first field with entries wins and nothing is merged.

Seen with digiKam 7.9 and 8.6. A field whose RDF container is of the wrong kind is passed over in
silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from tagwright_adapters.xmp import fields
from tagwright_adapters.xmp.packet import Properties, container, texts

Path = tuple[str, ...]
INTERNAL = "_Digikam_Internal_Tags_"
ROOT = "_Digikam_root_tag_"


def tag_paths(properties: Properties, iptc: tuple[str, ...] = (), xp: str = "") -> tuple[Path, ...]:
    """Return the tag paths, root to leaf, without digiKam's internal ones.

    Args:
        properties: XMP of the photo, or of its sidecar, which hides the photo's.
        iptc: ``IPTC:Keywords``.
        xp: ``EXIF:XPKeywords``.
    """
    paths = _first(properties, iptc, xp)
    return tuple(dict.fromkeys(path for path in paths if path and path[0] != INTERNAL))


def every_path(
    properties: Properties, iptc: tuple[str, ...] = (), xp: str = ""
) -> tuple[Path, ...]:
    """Return the tag paths of all fields together, also of those that digiKam passes over."""
    paths = [
        decode(entry) for key, _, decode in (*_XMP, *_FLAT) for entry in texts(properties, key)
    ]
    for categories in texts(properties, fields.CATEGORIES):
        paths += _acdsee(categories)
    paths += [by_slash(entry) for entry in (*iptc, *xp.split(";"))]
    return tuple(dict.fromkeys(filter(None, paths)))


def _first(properties: Properties, iptc: tuple[str, ...], xp: str) -> list[Path]:
    for key, kind, decode in _XMP:
        if container(properties, key) == kind and (entries := texts(properties, key)):
            return [decode(entry) for entry in entries]
    if categories := texts(properties, fields.CATEGORIES):
        return list(_acdsee(categories[0]))
    for key, kind, decode in _FLAT:
        if container(properties, key) == kind and (entries := texts(properties, key)):
            return [decode(entry) for entry in entries]
    return [by_slash(entry) for entry in iptc or tuple(xp.split(";"))]


def mirrored(properties: Properties) -> Iterator[tuple[Path, ...]]:
    """Yield the tags in each field of paths that we never write, and that digiKam fills too."""
    for key, _, decode in _XMP:
        if key not in fields.WRITTEN:
            yield tuple(decode(entry) for entry in texts(properties, key))
    for xml in texts(properties, fields.CATEGORIES):
        yield tuple(_acdsee(xml))


def by_tagslist(entry: str) -> Path:
    """Decode an entry of digiKam:TagsList."""
    path = by_slash(entry)
    return path[1:] if path[:1] == (ROOT,) else path


def by_slash(entry: str) -> Path:
    """Decode an entry of dc:subject, IPTC:Keywords and others whose separator is the slash."""
    return tuple(label for label in entry.split("/") if label)


def by_pipe(entry: str) -> Path:
    """Decode an entry of lr:hierarchicalSubject; digiKam has no slash in names."""
    return tuple(label.replace("/", "\\") for label in entry.split("|") if label)


_Decode = Callable[[str], Path]
_XMP: tuple[tuple[str, str, _Decode], ...] = (
    (fields.TAGS_LIST, "Seq", by_tagslist),
    (fields.LAST_KEYWORD, "Bag", by_slash),
    (fields.LAST_KEYWORD_EXIFTOOL, "Bag", by_slash),
    (fields.HIERARCHICAL_SUBJECT, "Bag", by_pipe),
    (fields.CATALOG_SETS, "Bag", by_pipe),
)
_FLAT: tuple[tuple[str, str, _Decode], ...] = ((fields.SUBJECT, "Bag", by_slash),)


def _acdsee(xml: str) -> Iterator[Path]:
    if "<!" in xml:  # no document types, no entities
        return
    try:
        root = ET.fromstring(xml)  # noqa: S314 - see above
    except ET.ParseError:
        return
    stack: list[tuple[ET.Element, Path]] = [(child, ()) for child in reversed(root)]
    while stack:
        element, above = stack.pop()
        path = (*above, *by_pipe((element.text or "").strip()))
        if element.get("Assigned") == "1":
            yield path
        stack += [(child, path) for child in reversed(element)]
