"""The closed list of labels that ``basics`` can give, apart from the names of places."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tagwright.model import Kind, Observation

COLOURS = (
    "beige",
    "black",
    "blue",
    "brown",
    "green",
    "grey",
    "orange",
    "pink",
    "purple",
    "red",
    "turquoise",
    "white",
    "yellow",
)

_KINDS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    Kind.COLOUR: dict.fromkeys(COLOURS, ()) | {"grey": ("gray",), "purple": ("violet",)},
    Kind.STYLE: {
        "aerial": ("aerial view", "aerial photo", "aerial photography"),
        "black and white": ("black-and-white", "monochrome", "bw"),
        "panorama": ("panoramic",),
        "portrait format": ("portrait orientation", "vertical format"),
        "selfie": (),
        "sepia": (),
        "square": ("square format",),
    },
    Kind.LIGHT: {
        "blue hour": (),
        "golden hour": (),
        "high key": ("high-key",),
        "low key": ("low-key", "dark"),
    },
    Kind.TIME: {
        "afternoon": (),
        "autumn": ("fall",),
        "evening": (),
        "morning": (),
        "night": ("night-time", "nighttime"),
        "spring": ("springtime",),
        "summer": ("summertime",),
        "winter": ("wintertime",),
    },
    Kind.TECHNICAL: {
        "360 degree photo": ("photo sphere", "360"),
        "drone": ("drone photo", "drone photography"),
        "fisheye": ("fish-eye", "fisheye lens"),
        "flash": ("flash photography",),
        "long exposure": ("long-exposure",),
        "macro": ("macro photography", "close-up"),
        "scan": ("scanned",),
        "screenshot": ("screen capture",),
        "telephoto": ("telephoto lens",),
        "ultra wide angle": ("ultra-wide angle", "ultra wide"),
        "video": (),
        "wide angle": ("wide-angle", "wide angle lens"),
    },
    Kind.TEXT: {
        "document": ("printed page",),
        "text": ("writing",),
    },
}

_KNOWN = {
    label: (kind, synonyms) for kind, group in _KINDS.items() for label, synonyms in group.items()
}


def vocabulary() -> Mapping[str, Kind]:
    """Return every label that ``basics`` can give, with its kind; places are an open list."""
    return MappingProxyType({label: kind for label, (kind, _) in _KNOWN.items()})


def seen(label: str, confidence: float, how: str) -> Observation:
    """Make the observation of a label of the closed list; ``how`` names the measured value."""
    kind, synonyms = _KNOWN[label]
    return Observation(label, confidence, kind=kind, synonyms=synonyms, language="en", how=how)
