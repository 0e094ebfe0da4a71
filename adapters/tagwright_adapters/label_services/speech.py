"""In which language a service is asked to answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tagwright.taxonomy.languages import canonical


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its tag (BCP 47) and by the service's own code."""

    tag: str
    code: str


ENGLISH = Language("en", "en")


def spoken_there(wanted: str, spoken: Collection[str], names: Mapping[str, str]) -> Language:
    """Return the user's language, else English.

    Args:
        wanted: The user's, BCP 47.
        spoken: Tags of the languages that the service has.
        names: What stands for a tag: another tag that is in ``spoken``, or, for one that is
            there, the service's own code.
    """
    tag = canonical(wanted) or ""
    while tag:
        found = tag if tag in spoken else names.get(tag, "")
        if found in spoken:
            return Language(found, names.get(found, found))
        tag = tag.rpartition("-")[0]
    return ENGLISH
