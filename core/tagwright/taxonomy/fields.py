"""Reads the values that stand under a concept's keys.

Each function reports what it cannot read and returns what is left.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from tagwright.model import Kind
from tagwright.taxonomy import languages
from tagwright.taxonomy.labels import LONGEST, fault, fold, host_fault, printable, tidy
from tagwright.taxonomy.nodes import Mapping, Node, Scalar, Sequence
from tagwright.taxonomy.problems import Problems

_LONGEST_NOTE = 2000  # characters
_URI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f-\x9f<>"{}|\\^`]+')
_IDENTIFIER = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
_YES_NO = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def text(node: Node, key: str, problems: Problems) -> Scalar:
    """Return the one text under a key, empty if it is none."""
    if isinstance(node, Scalar):
        return node
    problems.error(node.line, f"{key!r} takes plain text", "Write one text after the colon.")
    return Scalar("", node.line)


def texts(node: Node, key: str, problems: Problems) -> list[Scalar]:
    """Return the texts under a key that takes one or a list."""
    if isinstance(node, Scalar):
        if node.plain and "," in node.text:
            cure = f"Write [{printable(node.text)}] for several, or put it in quotes."
            problems.error(node.line, f"{key!r} has one text with commas in it", cure)
        return [node]
    items = node.items if isinstance(node, Sequence) else [node]
    for item in items:
        if not isinstance(item, Scalar):
            what = f"{key!r} takes a text or a list of texts"
            problems.error(item.line, what, "Write it as [one, two].")
    return [item for item in items if isinstance(item, Scalar)]


def preferred(scalar: Scalar, problems: Problems) -> str | None:
    """Return a preferred label, or None if no host could hold it."""
    label = tidy(scalar.text)
    return _accepted(label, scalar.line, fault(label) or host_fault(label), problems)


def alternative(scalar: Scalar, problems: Problems) -> str | None:
    """Return an alternative label, or None if nothing could ever match it."""
    label = tidy(scalar.text)
    return _accepted(label, scalar.line, fault(label), problems)


def _accepted(
    label: str, line: int, found: tuple[str, str] | None, problems: Problems
) -> str | None:
    if found is None:
        return label
    problems.error(line, f"the label {printable(label, 60)!r} {found[0]}", found[1])
    return None


def language(scalar: Scalar, problems: Problems) -> str | None:
    """Return a language tag in its usual spelling."""
    tag = languages.canonical(scalar.text)
    if tag is None:
        what = f"{printable(scalar.text, 60)!r} is not a language"
        problems.error(scalar.line, what, languages.cure(scalar.text))
    return tag


def by_language(node: Mapping, problems: Problems) -> list[tuple[str, Node]]:
    """Return the values of a mapping from languages, each language once."""
    found: dict[str, Node] = {}
    for key, value in node.pairs:
        tag = language(key, problems)
        if tag in found:
            problems.error(key.line, f"the language {tag!r} stands twice", "Join the two.")
        elif tag is not None:
            found[tag] = value
    return list(found.items())


def labels(node: Node, problems: Problems) -> dict[str, str]:
    """Return preferred labels by language."""
    if not isinstance(node, Mapping):
        cure = "Write it as {de: Katze, fr: Chat}; other names belong under 'also:'."
        problems.error(node.line, "'labels' takes one label for each language", cure)
        return {}
    found = {}
    for tag, value in by_language(node, problems):
        if not isinstance(value, Scalar):
            cure = "Keep one, and put the others under 'also:'."
            problems.error(value.line, f"{tag!r} has more than one preferred label", cure)
        elif label := preferred(value, problems):
            found[tag] = label
    return found


def alternatives(
    node: Node, key: str, default: str, problems: Problems
) -> dict[str, tuple[str, ...]]:
    """Return alternative or hidden labels by language; those without one are in ``default``."""
    pairs = by_language(node, problems) if isinstance(node, Mapping) else [(default, node)]
    found = {}
    for tag, value in pairs:
        spelt: dict[str, str] = {}
        for scalar in texts(value, key, problems):
            if label := alternative(scalar, problems):
                spelt.setdefault(fold(label), label)
        if spelt:
            found[tag] = tuple(spelt.values())
    return found


def notes(node: Node, default: str, problems: Problems) -> dict[str, str]:
    """Return scope notes by language, each on one line; one alone is in ``default``."""
    pairs = by_language(node, problems) if isinstance(node, Mapping) else [(default, node)]
    found = {tag: _note(value, problems) for tag, value in pairs}
    return {tag: note for tag, note in found.items() if note}


def _note(node: Node, problems: Problems) -> str:
    scalar = text(node, "note", problems)
    found = " ".join(scalar.text.split())
    if len(found) > _LONGEST_NOTE:
        what = f"the note is {len(found)} characters long, {_LONGEST_NOTE} is the most"
        problems.error(scalar.line, what, "Shorten it; vision models are shown every word.")
    return found


def kinds(node: Node, problems: Problems) -> frozenset[Kind]:
    """Return kinds of observations."""
    known = [kind.value for kind in Kind]
    found = set()
    for scalar in texts(node, "kinds", problems):
        if scalar.text in known:
            found.add(Kind(scalar.text))
            continue
        near = get_close_matches(scalar.text.casefold(), known, n=1)
        cure = f"Did you mean {near[0]!r}?" if near else f"The kinds are {', '.join(known)}."
        problems.error(scalar.line, f"there is no kind {printable(scalar.text, 60)!r}", cure)
    return frozenset(found)


def matches(node: Node, problems: Problems) -> tuple[str, ...]:
    """Return the URIs of the same concept in other vocabularies."""
    found: dict[str, None] = {}
    for scalar in texts(node, "same_as", problems):
        if _URI.fullmatch(scalar.text) and len(scalar.text) <= _LONGEST_NOTE:
            found[scalar.text] = None
            continue
        what = f"{printable(scalar.text, 60)!r} is not a URI"
        problems.error(scalar.line, what, "Write it in full: http://www.wikidata.org/entity/Q146.")
    return tuple(found)


def flag(node: Node, key: str, problems: Problems) -> bool:
    """Return what stands under a key that is either yes or no."""
    scalar = text(node, key, problems)
    answer = _YES_NO.get(scalar.text.casefold())
    if answer is None:
        problems.error(scalar.line, f"{key!r} is either yes or no", f"Write '{key}: yes'.")
    return bool(answer)


def identifier(node: Node, problems: Problems) -> str:
    """Return an identifier that the user chose."""
    scalar = text(node, "id", problems)
    if _IDENTIFIER.fullmatch(scalar.text) and len(scalar.text) <= LONGEST:
        return scalar.text
    what = f"{printable(scalar.text, 60)!r} cannot be an id"
    cure = f"Use up to {LONGEST} letters, digits and hyphens, without spaces."
    problems.error(scalar.line, what, cure)
    return ""
