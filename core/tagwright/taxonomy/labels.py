"""What labels may look like, and when two of them are the same to a reader."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200  # characters of a label; hosts hold more, people do not read more
_IPTC_BYTES = 64  # of IPTC-IIM Keywords (dataset 2:25), UTF-8

_IGNORABLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]"
)
_GAP = re.compile("[\\s_\u2010-\u2015\u2212-]+")
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u202f\u3000]+")
_EDGES = " .,;:!?\"'`*#\u2018\u201c\u201d\u201e\u00ab\u00bb"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # makes text show as another
_STEPS = re.compile("[/|]+")
_SEPARATOR = re.compile("[\\s!-,./:-@\\[-`{-~-]+")


def fold(text: str) -> str:
    """Return what two spellings of one label have in common.

    Compatibility forms, case, hyphens, underscores, runs of space, quotes and punctuation around
    the label do not count: "Black-and-White", "black_and_white" and "#black and white." are the
    same. Accents count: "cote" is not "côte".
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = _compatible(text).casefold()
        folded = unicodedata.normalize("NFKC", folded)
    return _GAP.sub(" ", folded).strip(_EDGES)


def plain(text: str) -> str:
    """Return a label in lower case as dictionaries spell it: unlike :func:`fold` with "ß"."""
    lower = text if text.isascii() else _compatible(text)
    return _GAP.sub(" ", lower.lower()).strip(_EDGES)


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", _IGNORABLE.sub("", text).replace("\u2019", "'"))


def slug(label: str) -> str:
    """Return a label as part of an identifier: "Food & Drink" is ``food-drink``."""
    folded = fold(label)
    return _SEPARATOR.sub("-", folded).strip("-") or folded.replace(" ", "-")


def tidy(text: str) -> str:
    """Return a label with composed characters and single spaces."""
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text).strip(" "))


def without_controls(text: str) -> str:
    """Return text with spaces in place of control characters and lone surrogates."""
    return _CONTROL.sub(" ", text)


def printable(text: str, longest: int = LONGEST) -> str:
    """Return foreign text as it may be shown: control characters blanked, length bounded."""
    text = _REORDERING.sub(" ", _CONTROL.sub(" ", text[: longest + 1]))
    return text if len(text) <= longest else text[: longest - 3] + "[…]"


def fault(label: str) -> tuple[str, str] | None:
    """Return what keeps a label from being matched at all, and the cure."""
    if not label:
        return "is empty", "Give it a name, or remove it."
    if len(label) > LONGEST:
        return (
            f"is {len(label)} characters long, {LONGEST} is the most",
            "Shorten it, and say the rest in 'note'.",
        )
    if _CONTROL.search(label):
        return "contains a control character or line break", "Type it anew on one line."
    if not fold(label):
        return "contains no letter, digit or symbol", "Give it a name that can be spoken."
    return None


def host_fault(label: str) -> tuple[str, str] | None:
    """Return why photo tools cannot hold a preferred label, and the cure."""
    for separator in "/|":
        if separator in label:
            return (
                f"contains {separator!r}, which photo tools take for a step in the hierarchy",
                "Write 'and' or a hyphen instead.",
            )
    if label.startswith("_Digikam_"):
        return "is a name that digiKam keeps for itself", "Choose another name."
    return None


def mended(label: str) -> str:
    """Return the nearest label that photo tools can hold: ``AC/DC`` becomes ``AC-DC``.

    Empty if nothing of it can be matched.
    """
    text = tidy(_STEPS.sub("-", _CONTROL.sub(" ", label)))
    text = text.lstrip("_") if text.startswith("_Digikam_") else text
    text = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip(" ") + "\u2026"
    return "" if fault(text) or host_fault(text) else text


def host_doubt(label: str) -> tuple[str, str] | None:
    """Return why some photo tools may alter a preferred label, and the cure."""
    if len(label.encode()) > _IPTC_BYTES:
        return (
            f"is longer than the {_IPTC_BYTES} bytes that IPTC keywords hold",
            "Shorten it; the long form may stand under 'also'.",
        )
    if "," in label or ";" in label:
        return "contains ',' or ';', at which some photo tools split keywords", "Leave it out."
    return None
