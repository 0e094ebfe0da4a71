"""Caption, title, rating and colour label in XMP: where they stand, and what of them is ours.

Beside one of ours the same text stands in our own namespace. It is ours as long as both are equal:
whoever changes the one that programs show makes it theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tagwright.model import COLOUR_LABELS, ExtraField
from tagwright_adapters.xmp.packet import RDF, XML, Items, Properties, Value, texts

_OURS = "{http://ns.tagwright.org/1.0/}"
_DEFAULT = "x-default"


class Slot(NamedTuple):
    """Where one kind stands."""

    field: ExtraField
    property: str
    exiftool: str
    note: str  # the property that says what of it is ours
    note_exiftool: str
    codes: tuple[str, ...] = ()  # texts that stand there as their numbers, from 0

    def encode(self, text: str) -> str:
        """Return what is to be written for a text."""
        return str(self.codes.index(text)) if text in self.codes else text

    def decode(self, written: str | None) -> str | None:
        """Return the text for what stands there; what has none stays as it is."""
        known = dict(zip(map(str, range(len(self.codes))), self.codes, strict=True))
        return written if written is None else known.get(written, written)


SLOTS = (
    Slot(
        ExtraField.CAPTION,
        "{http://purl.org/dc/elements/1.1/}description",
        "XMP-dc:Description",
        f"{_OURS}Caption",
        "XMP-tagwright:Caption",
    ),
    Slot(
        ExtraField.TITLE,
        "{http://purl.org/dc/elements/1.1/}title",
        "XMP-dc:Title",
        f"{_OURS}Title",
        "XMP-tagwright:Title",
    ),
    Slot(
        ExtraField.RATING,
        "{http://ns.adobe.com/xap/1.0/}Rating",
        "XMP-xmp:Rating",
        f"{_OURS}Rating",
        "XMP-tagwright:Rating",
    ),
    Slot(
        ExtraField.COLOUR_LABEL,
        "{http://www.digikam.org/ns/1.0/}ColorLabel",
        "XMP-digiKam:ColorLabel",
        f"{_OURS}ColourLabel",
        "XMP-tagwright:ColourLabel",
        codes=("0", *COLOUR_LABELS),
    ),
)

_OTHER_PROPERTIES = {
    ExtraField.CAPTION: (
        "{http://ns.adobe.com/exif/1.0/}UserComment",
        "{http://ns.adobe.com/tiff/1.0/}ImageDescription",
        "{http://ns.acdsee.com/iptc/1.0/}notes",
    ),
    ExtraField.TITLE: ("{http://ns.acdsee.com/iptc/1.0/}caption",),
    ExtraField.COLOUR_LABEL: (
        "{http://ns.adobe.com/xap/1.0/}Label",
        "{http://ns.adobe.com/photoshop/1.0/}Urgency",  # by Nikon, and by digiKam beside its own
    ),
    ExtraField.RATING: (
        "{http://ns.acdsee.com/iptc/1.0/}rating",
        "{http://ns.microsoft.com/photo/1.0/}Rating",
        "{http://ns.microsoft.com/photo/1.0}Rating",  # as exiftool spells it
    ),
}
"""Where digiKam finds them too; we only look."""


NUMBERED = frozenset({ExtraField.RATING, ExtraField.COLOUR_LABEL})
"""Those of which a zero means that there is none."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one file holds of one kind."""

    text: str | None = None
    note: str | None = None  # what we noted as ours

    @property
    def is_ours(self) -> bool:
        """Whether nobody has changed it since we set it."""
        return self.text is not None and self.text == self.note


@dataclass(frozen=True, slots=True)
class Swap:
    """Something that comes, goes or changes in one file."""

    field: ExtraField
    before: Held
    after: Held


def held(properties: Properties, slot: Slot) -> Held:
    """Return what stands in a slot.

    Of a caption in several languages, or in another than the default, the text is one that we never
    write: it is a person's.
    """
    value = properties.get(slot.property)
    note = "".join(texts(properties, slot.note)) or None
    return Held(None if value is None else slot.decode(_text(value) or None), note)


def elsewhere(properties: Properties, field: ExtraField) -> str | None:
    """Return what stands in another XMP property than ours."""
    for name in _OTHER_PROPERTIES[field]:
        for text in texts(properties, name):
            if not is_none(field, text):
                return text
    return None


def is_none(field: ExtraField, text: str | None) -> bool:
    """Whether a text means that there is none: blank, zero stars, or the label of number zero."""
    if text is None or not text.strip(" \t\r\n\0"):
        return True
    if field not in NUMBERED:
        return False
    try:
        return float(text) == 0.0
    except ValueError:
        return False


def _text(value: Value) -> str:
    if isinstance(value, Items):
        return "\n".join(filter(None, map(_text, value.values)))
    if isinstance(value, dict):
        text, language = value.get(f"{RDF}value", ""), value.get(f"{XML}lang", _DEFAULT)
        return str(text) if language == _DEFAULT or not text else f"{language}: {text}"
    return value
