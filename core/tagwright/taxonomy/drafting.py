"""Reads each concept of a file by itself, before any is compared with another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeAlias

from tagwright.model import Kind
from tagwright.taxonomy import fields
from tagwright.taxonomy.labels import fold, printable
from tagwright.taxonomy.nodes import Mapping, Node, Scalar, Sequence
from tagwright.taxonomy.problems import Problems

MOST = 100_000  # concepts

_KEYS = (
    "id",
    "labels",
    "also",
    "hidden",
    "note",
    "same_as",
    "kinds",
    "group",
    "closed",
    "exclusive",
    "broader",
    "narrower",
)


@dataclass(slots=True, eq=False)
class Draft:
    """A concept as its own part of the file says it."""

    label: str  # in the taxonomy's language
    line: int
    parent: Draft | None
    labels: dict[str, str]
    alternatives: dict[str, tuple[str, ...]] = field(default_factory=dict)
    hidden: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broader: list[Scalar] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    matches: tuple[str, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    group: bool = False
    closed: bool = False
    exclusive: bool = False
    id: str = ""

    @property
    def path(self) -> tuple[str, ...]:
        """Labels from the top concept to this one."""
        chain, draft = [self.label], self.parent
        while draft is not None:
            chain.append(draft.label)
            draft = draft.parent
        return tuple(reversed(chain))


_Begun: TypeAlias = tuple[Draft, Node]


def draft_concepts(concepts: Node, language: str, problems: Problems) -> list[Draft]:
    """Return all concepts below a node in the order of the file.

    What cannot be read is reported and left out.
    """
    done: list[Draft] = []
    waiting = _begin(concepts, None, language, problems)[::-1]
    while waiting:
        draft, body = waiting.pop()
        if len(done) == MOST:
            what = f"there are more than {MOST:,} concepts"
            problems.error(draft.line, what, "Leave branches out.")
            break
        done.append(draft)
        narrower = _fill(draft, body, language, problems)
        if narrower is not None:
            waiting.extend(_begin(narrower, draft, language, problems)[::-1])
    return done


def known_pairs(
    node: Mapping, keys: tuple[str, ...], where: str, problems: Problems
) -> Iterator[tuple[str, Node]]:
    """Yield the pairs of a mapping whose keys are known; report the others and repeated ones."""
    seen: set[str] = set()
    for key, value in node.pairs:
        if key.text in seen:
            problems.error(key.line, f"{key.text!r} stands twice in {where}", "Join the two.")
        elif key.text in keys:
            seen.add(key.text)
            yield key.text, value
        else:
            what = f"{where} has an unknown key {printable(key.text, 60)!r}"
            problems.error(key.line, what, _unknown_cure(key.text, keys))


def _unknown_cure(key: str, keys: tuple[str, ...]) -> str:
    near = get_close_matches(key.casefold()[:60], keys, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    if "narrower" in keys:
        return "If it is a concept, put it below 'narrower:'."
    return f"The keys are {', '.join(keys)}; concepts stand below 'concepts:'."


def _begin(node: Node, parent: Draft | None, language: str, problems: Problems) -> list[_Begun]:
    begun: list[_Begun] = []
    siblings: dict[str, int] = {}
    for name, body in _entries(node, problems):
        label = fields.preferred(name, problems)
        if label is None:
            continue
        before = siblings.setdefault(fold(label), name.line)
        if len(siblings) > len(begun):
            begun.append((Draft(label, name.line, parent, {language: label}), body))
        else:
            what = f"{label!r} stands twice under the same broader concept, also in line {before}"
            problems.error(name.line, what, "Join the two, or name one of them otherwise.")
    return begun


def _entries(node: Node, problems: Problems) -> Iterator[tuple[Scalar, Node]]:
    """Yield concepts' names with what stands below them, from a mapping or from a list."""
    if isinstance(node, Mapping):
        yield from node.pairs
    elif isinstance(node, Sequence):
        for item in node.items:
            if isinstance(item, Scalar):
                yield item, Scalar("", item.line)
            elif isinstance(item, Mapping):
                yield from item.pairs
            else:
                problems.error(item.line, "a list stands inside a list", "Name each concept.")
    elif not node.nothing:
        what = f"{printable(node.text, 60)!r} stands where concepts are expected"
        problems.error(node.line, what, "Write each on its own line, followed by a colon.")


def _fill(draft: Draft, body: Node, language: str, problems: Problems) -> Node | None:
    """Read a concept's keys into its draft; return what stands under 'narrower'."""
    if isinstance(body, Scalar) and body.nothing:
        return None
    if not isinstance(body, Mapping):
        what = f"{draft.label!r} is followed by a text or list without a key"
        cure = "Put other names under 'also:' and narrower concepts under 'narrower:'."
        problems.error(body.line, what, cure)
        return None
    narrower = None
    for key, value in known_pairs(body, _KEYS, f"the concept {draft.label!r}", problems):
        if isinstance(value, Scalar) and value.nothing:
            continue
        if key == "narrower":
            narrower = value
        elif key == "labels":
            _add_labels(draft, value, language, problems)
        elif key == "also":
            draft.alternatives = fields.alternatives(value, key, language, problems)
        elif key == "hidden":
            draft.hidden = fields.alternatives(value, key, language, problems)
        elif key == "note":
            draft.notes = fields.notes(value, language, problems)
        else:
            _READERS[key](draft, value, problems)
    return narrower


def _add_labels(draft: Draft, value: Node, language: str, problems: Problems) -> None:
    for tag, label in fields.labels(value, problems).items():
        if tag == language and label != draft.label:
            what = f"{draft.label!r} and {label!r} are both its label in {tag!r}"
            cure = "Keep the one before the colon, and put the other under 'also:'."
            problems.error(value.line, what, cure)
        draft.labels.setdefault(tag, label)


def _set_broader(draft: Draft, value: Node, problems: Problems) -> None:
    draft.broader = fields.texts(value, "broader", problems)


def _set_matches(draft: Draft, value: Node, problems: Problems) -> None:
    draft.matches = fields.matches(value, problems)


def _set_kinds(draft: Draft, value: Node, problems: Problems) -> None:
    draft.kinds = fields.kinds(value, problems)


def _set_group(draft: Draft, value: Node, problems: Problems) -> None:
    draft.group = fields.flag(value, "group", problems)


def _set_closed(draft: Draft, value: Node, problems: Problems) -> None:
    draft.closed = fields.flag(value, "closed", problems)


def _set_exclusive(draft: Draft, value: Node, problems: Problems) -> None:
    draft.exclusive = fields.flag(value, "exclusive", problems)


def _set_id(draft: Draft, value: Node, problems: Problems) -> None:
    draft.id = fields.identifier(value, problems)


_READERS: dict[str, Callable[[Draft, Node, Problems], None]] = {
    "broader": _set_broader,
    "same_as": _set_matches,
    "kinds": _set_kinds,
    "group": _set_group,
    "closed": _set_closed,
    "exclusive": _set_exclusive,
    "id": _set_id,
}
