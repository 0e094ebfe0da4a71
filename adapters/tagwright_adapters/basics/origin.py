"""Pictures that no camera took: screenshots and scans; and videos."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tagwright.model import Facts, Observation
from tagwright_adapters.basics.labels import seen
from tagwright_adapters.basics.values import camera, number, printable, text

# How systems name screenshots: English, German, French, Spanish and Portuguese, Italian, Dutch,
# Swedish, Norwegian and Danish, Polish, Russian, Japanese, Chinese.
_NAMED = re.compile(
    r"^(screen[ _-]?shot|scrnshot|bildschirmfoto|capture d.{1,2}[ée]cran"
    r"|captura de (pantalla|ecr[ãa]|tela)|schermata|istantanea schermo|schermafbeelding|skärmavbild"
    r"|skjermbilde|skærmbillede|zrzut ekranu|снимок экрана|スクリーンショット|屏幕截图|截屏)",
    re.IGNORECASE,
)
_GRABBERS = re.compile(
    r"gnome-screenshot|snipping ?tool|greenshot|sharex|flameshot|spectacle|shutter|lightshot"
    r"|snagit|ksnip|screencapture|screenshot",
    re.IGNORECASE,
)
_SCREENS = frozenset(
    {
        *((1280, 720), (1280, 800), (1366, 768), (1440, 900), (1600, 900), (1680, 1050)),
        *((1920, 1080), (1920, 1200), (2560, 1440), (2560, 1600), (2880, 1800), (3024, 1964)),
        *((3440, 1440), (3456, 2234), (3840, 2160), (5120, 2880)),
        *((640, 1136), (750, 1334), (828, 1792), (1080, 1920), (1125, 2436), (1170, 2532)),
        *((1179, 2556), (1206, 2622), (1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796)),
        *((1320, 2868), (720, 1600), (1080, 2220), (1080, 2340), (1080, 2400), (1440, 2960)),
        *((1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200), (1344, 2992), (1008, 2244)),
        *((1536, 2048), (1620, 2160), (1640, 2360), (1668, 2224), (1668, 2388), (2048, 2732)),
    }
)  # px; monitors and laptops, phones, tablets
_SCANNERS = re.compile(
    r"perfection|canoscan|scanjet|scansnap|lide \d|expression \d+xl|plustek|opticfilm|reflecta"
    r"|coolscan|dimage scan|scanner|epson (gt|ds|v\d)|\bscan\b",
    re.IGNORECASE,
)
_SCAN_PROGRAMS = re.compile(
    r"vuescan|silverfast|epson scan|naps2|scansnap|simple-scan|document scanner|paperport"
    r"|hp scan|xsane|camscanner|adobe scan|office lens|microsoft lens|genius ?scan|photoscan",
    re.IGNORECASE,
)
_SCANNED = {1: "film scanner", 2: "reflection print scanner"}  # EXIF FileSource
_SOFTWARE = ("EXIF:Software", "PNG:Software", "XMP:CreatorTool")


def observe_origin(facts: Facts) -> Iterator[Observation]:
    """Yield "screenshot", "scan" or "video"."""
    mime = text(facts.metadata, "File:MIMEType")
    if mime.startswith("video/"):
        yield seen("video", 0.95, f"File MIMEType {mime}")
        return
    if how := _scanned(facts.metadata, camera(facts)):
        yield seen("scan", 0.95, how)
        return
    found = _screenshot(facts)
    if found is not None:
        yield seen("screenshot", *found)


def _scanned(metadata: Mapping[str, object], device: str) -> str:
    """Return how it is known to be a scan, or ""."""
    source = number(metadata, "EXIF:FileSource")
    if source in _SCANNED:
        return f"EXIF FileSource {source:.0f} ({_SCANNED[int(source)]})"
    if _SCANNERS.search(device):
        return f"EXIF Model {device}"
    software = text(metadata, *_SOFTWARE)
    return f"Software {software}" if _SCAN_PROGRAMS.search(software) else ""


def _screenshot(facts: Facts) -> tuple[float, str] | None:
    """Return confidence and reason, the surest first."""
    metadata = facts.metadata
    comment = text(metadata, "EXIF:UserComment", "XMP:UserComment", "XMP:Description")
    if comment.casefold() == "screenshot":
        return 0.95, "EXIF UserComment Screenshot"
    if number(metadata, "EXIF:ExposureTime", "EXIF:FNumber", "EXIF:FocalLength"):
        return None  # taken through a lens
    software = text(metadata, *_SOFTWARE)
    if _GRABBERS.search(software):
        return 0.95, f"Software {software}"
    name = printable(facts.name)
    if _NAMED.match(name):
        return 0.9, f"file name {name}"
    if any(folder.casefold() == "screenshots" for folder in facts.folders):
        return 0.85, "folder Screenshots"
    return _screen_sized(facts, name)


def _screen_sized(facts: Facts, name: str) -> tuple[float, str] | None:
    """Take a PNG of a screen's size for one; wallpapers and renderings have it, too."""
    size = (facts.width or 0, facts.height or 0)
    png = text(facts.metadata, "File:FileType") == "PNG" or name.lower().endswith(".png")
    if png and not camera(facts) and (size in _SCREENS or size[::-1] in _SCREENS):
        return 0.6, f"PNG of {size[0]} × {size[1]} px, the size of a screen"  # noqa: RUF001
    return None
