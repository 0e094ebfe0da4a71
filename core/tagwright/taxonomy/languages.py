"""Language tags (BCP 47), as far as labels of photos need them."""

from __future__ import annotations

import re

_WELL_FORMED = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-x(-[a-z0-9]{1,8})+)?",
    re.IGNORECASE,
)
_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu "
    "hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb "
    "lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om "
    "or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw "
    "ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
# Three-letter codes are taken as they come.
_TWO_LETTERS = frozenset(_ISO_639_1.split())
_MISTAKEN = {
    "chinese": "zh", "cn": "zh", "cz": "cs", "deutsch": "de", "dk": "da", "dutch": "nl",
    "english": "en", "español": "es", "french": "fr", "français": "fr", "ger": "de",
    "german": "de", "gr": "el", "in": "id", "italian": "it", "italiano": "it", "iw": "he",
    "japanese": "ja", "jp": "ja", "kp": "ko", "portuguese": "pt", "spanish": "es", "ua": "uk",
}  # fmt: skip


def canonical(tag: str) -> str | None:
    """Return a tag in its usual spelling ("de-CH"), or None if it is not a language tag."""
    match = _WELL_FORMED.fullmatch(tag.strip().replace("_", "-"))
    if match is None:
        return None
    language = match["language"].lower()
    if len(language) == 2 and language not in _TWO_LETTERS:
        return None
    parts = match[0].split("-")[1:]
    if match["script"]:
        parts[0] = parts[0].title()
    if match["region"]:
        parts[bool(match["script"])] = match["region"].upper()
    return "-".join([language, *parts])


def cure(tag: str) -> str:
    """Return what to write instead of something that is no language tag."""
    meant = _MISTAKEN.get(tag.strip().casefold())
    if meant:
        return f"Did you mean {meant!r}?"
    return "Use a code such as 'en', 'de' or 'pt-BR' (BCP 47)."


def same(one: str, other: str) -> bool:
    """Whether two tags name one language, whatever region or script: "en-GB" and "en"."""
    return one.partition("-")[0].lower() == other.partition("-")[0].lower()
