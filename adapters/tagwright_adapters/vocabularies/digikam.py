"""The tag tree of a digiKam database as a taxonomy."""

from __future__ import annotations

from pathlib import Path

from tagwright.errors import TaxonomyError
from tagwright.taxonomy.nodes import DEEPEST
from tagwright.taxonomy.problems import Problems
from tagwright_adapters.digikam.database import PATIENCE
from tagwright_adapters.digikam.settings import database
from tagwright_adapters.digikam.tags import NEWEST, TagRow, Tags, read_tags
from tagwright_adapters.vocabularies.naming import shown
from tagwright_adapters.vocabularies.tag_tree import TagTree
from tagwright_adapters.vocabularies.vocabulary import Vocabulary
from tagwright_adapters.xmp.digikam import INTERNAL, ROOT

_OTHERS = frozenset(  # by property and not by name: names are translated
    {"internalTag", "person", "unknownPerson", "ignoredPerson", "unconfirmedPerson"}
)
_TOP = 0  # the parent of tags at the top
_SHOWN = 5


def from_digikam(
    place: Path | None = None, *, language: str = "en", patience: float = PATIENCE
) -> Vocabulary:
    """Return digiKam's tags, without internal ones and people.

    A concept's identifier is made of the database's and the tag's: renaming or moving a tag in
    digiKam keeps it, and what was tagged or rejected stays known. A new database has tags with the
    same numbers and other meanings; its identifiers are others.

    Args:
        place: The database, its folder or a ``digikamrc``; by default digiKam's own settings say.
        language: Of the labels; digiKam does not know it.
        patience: Seconds to wait for a lock of digiKam's.

    Raises:
        DigikamError: there is no database that can be read.
        TaxonomyError: it holds no tags of the user's.
    """
    tags = read_tags(database(place), patience)
    tree = TagTree("digiKam")
    prefix = f"digikam-{tags.uuid[:8]}" if tags.uuid else "digikam"
    reached = _reached(tags)
    paths = _paths(reached)
    for row in tags.rows:
        if row.id in paths:
            tree.add(paths[row.id], row.photos, f"{prefix}/{row.id}")
    _remark(tree.problems, tags, reached)
    imported = tree.build("digiKam", language)
    if not len(imported.taxonomy):
        message = "digiKam has no tags of yours yet."
        cure = "Make some there, or begin with the sample taxonomy 'family'."
        raise TaxonomyError(message, cure=cure)
    return imported


def _reached(tags: Tags) -> dict[int, TagRow]:
    """Return the tags that hang below the top, parents before children: no circle is among them."""
    below: dict[int | None, list[TagRow]] = {}
    for row in tags.rows:
        below.setdefault(row.parent, []).append(row)
    found: dict[int, TagRow] = {}
    waiting = list(below.get(_TOP, ()))
    while waiting:
        row = waiting.pop()
        if row.id not in found:
            found[row.id] = row
            waiting += below.get(row.id, ())
    return found


def _paths(reached: dict[int, TagRow]) -> dict[int, tuple[str, ...]]:
    """Return the paths of the user's own tags."""
    others = _others(reached)
    paths: dict[int, tuple[str, ...]] = {}
    above: dict[int | None, tuple[str, ...]] = {_TOP: ()}
    for row in reached.values():
        if row.parent not in above or row.id in others:
            continue
        if row.name == ROOT and row.parent == _TOP:
            above[row.id] = ()
            continue
        paths[row.id] = (*above[row.parent], row.name)
        if len(paths[row.id]) <= DEEPEST:  # one too deep is remarked on, and ends the branch
            above[row.id] = paths[row.id]
    return paths


def _others(reached: dict[int, TagRow]) -> set[int]:
    """Return internal tags and people, and headings of nothing else ("People")."""
    found = {
        row.id
        for row in reached.values()
        if row.name == INTERNAL or not _OTHERS.isdisjoint(row.properties)
    }
    headings: dict[int, bool] = {}  # number to whether all right below it is left out
    for row in reversed(reached.values()):
        if headings.get(row.id, False) and not row.photos:
            found.add(row.id)
        parent = row.parent or _TOP
        headings[parent] = headings.get(parent, True) and row.id in found
    return found


def _remark(problems: Problems, tags: Tags, reached: dict[int, TagRow]) -> None:
    if tags.version > NEWEST:
        what = f"the database has version {tags.version}, and {NEWEST} is the newest that is known"
        cure = "Compare the tags with digiKam's; a newer Tagwright may know more of it."
        problems.warning(None, what, cure)
    lost = [row for row in tags.rows if row.id not in reached and row.name != ROOT]
    if lost:
        names = ", ".join(shown(row.name) for row in lost[:_SHOWN])
        what = (
            f"what has no place in digiKam's tree is left out ({len(lost):,}):"
            f" {names}{', …' if len(lost) > _SHOWN else ''}"
        )
        problems.warning(None, what, "digiKam's Tools > Maintenance cleans its database.")
