"""Taxonomies as YAML files, Tagwright's own format.

A file is a mapping of ``name`` (for people; the file's name by default), ``language`` (of labels
where nothing else is said, BCP 47, ``en`` by default) and ``concepts``::

    name: Family library
    language: en
    concepts:
      Animals:
        labels: {de: Tiere, fr: Animaux}
        narrower:
          Cat:
            also: [kitten, tomcat]        # or {en: [kitten], de: [Kätzchen, Kater]}
            labels: {de: Katze, fr: Chat}
            note: domestic cats, not big cats
          Dog:                            # nothing more is needed
      Colours:
        group: yes                        # stands in paths, is never a tag itself
        kinds: [colour]
        narrower: [Red, Blue]             # names alone may stand in a list

Below a concept's label may stand, in any order:

``labels``
    its preferred label in other languages.
``also``
    alternative labels: synonyms, what vision models say. One, a list, or either by language. They
    are only matched, never written.
``hidden``
    likewise, and never shown to anybody: misspellings, jargon of some model.
``note``
    what it means and what not, one or by language; vision models are shown it.
``same_as``
    URIs of the same concept in other vocabularies (``skos:exactMatch``).
``kinds``
    the kinds of observation that may become this concept or one below it (a narrower one may say
    otherwise): ``orange`` seen as a colour is not the fruit. See :class:`tagwright.model.Kind`.
``group``
    ``yes`` for what is only a heading.
``closed``
    ``yes``: its ``kinds`` go nowhere else. A colour seen becomes a concept of this branch or none.
``exclusive``
    ``yes``: of the concepts right below, each with all below it, a photo has at most one.
``narrower``
    the concepts below it.
``broader``
    further broader concepts besides the one that it stands under, each by label, path
    (``Places > France``) or id.
``id``
    what the concept is called inside Tagwright; otherwise made of its labels (``animals/cat``).
    Set it to the old one when you rename or move a concept, and nothing that was tagged, reviewed
    or rejected under it is lost.

All text is taken as it stands: ``No``, ``on`` or ``2024`` need no quotes. Anchors, aliases, tags
and tab indentation are refused. All errors are reported at once, each with line and cure.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path

from tagwright.taxonomy import fields
from tagwright.taxonomy.building import build_concepts
from tagwright.taxonomy.decoding import read_text, source_name
from tagwright.taxonomy.drafting import draft_concepts, known_pairs
from tagwright.taxonomy.model import Taxonomy
from tagwright.taxonomy.nodes import Mapping, Node, parse
from tagwright.taxonomy.problems import Problems

_KEYS = ("name", "language", "concepts")
_EXAMPLE = "A file begins with 'concepts:', and below it come labels, indented, each with a colon."


def load_taxonomy(path: str | PathLike[str]) -> Taxonomy:
    """Return the taxonomy in a YAML file.

    Raises:
        InvalidTaxonomyError: it cannot be read or has errors; holds all of them.
    """
    path = Path(path)
    return parse_taxonomy(read_text(path), source=source_name(path), name=path.stem)


def parse_taxonomy(text: str, *, source: str = "taxonomy", name: str | None = None) -> Taxonomy:
    """Return the taxonomy in YAML text.

    Args:
        text: The content of a file.
        source: What messages call it.
        name: The taxonomy's name if the text gives none; ``source`` by default.

    Raises:
        InvalidTaxonomyError: it has errors; holds all of them.
    """
    with _collector_paused():
        return _parse(text.removeprefix("\ufeff"), Problems(source), name or source)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking a growing tree without cycles, over and over.

    It takes a third of the time that a large file needs.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _parse(text: str, problems: Problems, name: str) -> Taxonomy:
    root = parse(text, problems)
    problems.raise_errors()
    top = _top(root, problems)
    language = _language(top, problems)
    concepts = []
    if "concepts" in top:
        drafts = draft_concepts(top["concepts"], language, problems)
        concepts = build_concepts(drafts, problems)
        if not drafts:
            problems.error(top["concepts"].line, "there are no concepts", _EXAMPLE)
    given = fields.text(top["name"], "name", problems).text if "name" in top else ""
    problems.raise_errors()
    return Taxonomy(given or name, language, concepts)


def _top(root: Node | None, problems: Problems) -> dict[str, Node]:
    if root is None:
        problems.error(None, "the file is empty", _EXAMPLE)
    elif not isinstance(root, Mapping):
        problems.error(root.line, "the file is no mapping of keys to values", _EXAMPLE)
    else:
        top = dict(known_pairs(root, _KEYS, "the file", problems))
        if "concepts" not in top:
            problems.error(root.line, "'concepts:' is missing", _EXAMPLE)
        return top
    return {}


def _language(top: dict[str, Node], problems: Problems) -> str:
    if "language" not in top:
        return "en"
    scalar = fields.text(top["language"], "language", problems)
    return fields.language(scalar, problems) or "en"
