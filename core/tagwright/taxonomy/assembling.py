"""Makes a taxonomy of the entries of a foreign vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tagwright.taxonomy import fields
from tagwright.taxonomy.building import build_concepts
from tagwright.taxonomy.drafting import MOST, Draft
from tagwright.taxonomy.entries import Entry, Words
from tagwright.taxonomy.labels import (
    fault,
    fold,
    host_fault,
    mended,
    printable,
    tidy,
    without_controls,
)
from tagwright.taxonomy.model import Taxonomy
from tagwright.taxonomy.nodes import DEEPEST, Scalar, Sequence
from tagwright.taxonomy.problems import Problems

_STEP = re.compile("[/#]")


def assemble(entries: Iterable[Entry], name: str, language: str, problems: Problems) -> Taxonomy:
    """Return the taxonomy that the entries make, in their order.

    Args:
        entries: The concepts; an entry may come before those that it calls broader.
        name: What people call the vocabulary.
        language: The language of texts that have none of their own, and of paths.
        problems: Where errors and warnings go. If it is mending, what the taxonomy or photo tools
            cannot hold is changed as little as possible, with a warning each.

    Raises:
        InvalidTaxonomyError: there are errors; holds all of them.
    """
    drafter = _Drafter(language, problems)
    drafts = _draft(entries, drafter, problems)
    if not drafts and not problems.failed:
        problems.error(None, "there are no concepts in it", "Is it the right file and format?")
    _check_parents(drafts, problems)
    concepts = build_concepts(drafts, problems)
    problems.raise_errors()
    return Taxonomy(" ".join(without_controls(name).split()), language, concepts)


def _draft(entries: Iterable[Entry], drafter: _Drafter, problems: Problems) -> list[Draft]:
    """Return a draft for each entry that has a label, connected with those that are broader."""
    found: dict[str, Draft] = {}
    broader: list[tuple[Draft, list[str]]] = []
    for number, entry in enumerate(entries):
        if number == MOST:
            what = f"there are more than {MOST:,} concepts"
            problems.error(entry.line, what, "Leave branches out.")
            break
        draft = drafter.draft(entry)
        if draft is not None:
            found[entry.key] = draft
            broader.append((draft, entry.broader))
    for draft, keys in broader:
        known = [found[key] for key in keys if key in found]
        draft.parent = known[0] if known else None
        draft.broader = [*known[1:]]
    return list(found.values())


class _Drafter:
    """Checks each entry by itself."""

    def __init__(self, language: str, problems: Problems) -> None:
        self._language = language
        self._problems = problems
        self._tags: dict[str | None, str | None] = {None: language}

    def draft(self, entry: Entry) -> Draft | None:
        labels, spare = self._labels(entry)
        alternatives = self._spellings(entry.alternatives + spare, entry.line)
        if not labels:
            labels = self._promoted(entry, alternatives)
            if not labels:
                return None
        draft = Draft(
            label=labels.get(self._language) or next(iter(labels.values())),
            line=entry.line,
            parent=None,
            labels=labels,
            alternatives=alternatives,
            hidden=self._spellings(entry.hidden, entry.line),
            notes=self._notes(entry),
            group=entry.group,
            closed=entry.closed,
            exclusive=entry.exclusive,
        )
        if entry.matches:
            draft.matches = fields.matches(_sequence(entry.matches, entry), self._problems)
        if entry.kinds:
            draft.kinds = fields.kinds(_sequence(entry.kinds, entry), self._problems)
        if entry.id:
            draft.id = fields.identifier(Scalar(entry.id, entry.line), self._problems)
        return draft

    def _tag(self, tag: str | None, line: int | None) -> str | None:
        """Return a language tag in its usual spelling; a wrong one is reported once."""
        if tag not in self._tags:
            self._tags[tag] = fields.language(Scalar(tag or "", line), self._problems)
        return self._tags[tag]

    def _labels(self, entry: Entry) -> tuple[dict[str, str], Words]:
        """Return preferred labels, and what became alternative because it cannot be one."""
        labels: dict[str, str] = {}
        spare: Words = []
        for given, text in entry.labels:
            tag = self._tag(given, entry.line)
            label = tag and fields.preferred(Scalar(text, entry.line), self._problems)
            if not tag or not label:
                continue
            before = labels.setdefault(tag, label)
            if before != label and fold(before) != fold(label):
                self._second(entry, tag, before, label)
                spare.append((tag, label))
            if label != tidy(text) and not fault(tidy(text)):
                spare.append((tag, text))
        return labels, spare

    def _second(self, entry: Entry, tag: str, before: str, label: str) -> None:
        what = f"{before!r} and {label!r} are both the preferred label in {tag!r}"
        cure = "Keep one, and make the other an alternative label."
        instead = f"{label!r} becomes an alternative label"
        self._problems.mend(entry.line, what, cure, instead=instead)

    def _promoted(self, entry: Entry, others: dict[str, tuple[str, ...]]) -> dict[str, str]:
        """Return preferred labels for an entry that has none, made of its others."""
        if entry.labels and not self._problems.mending:
            return {}  # reported already
        name = printable(entry.id or entry.key, 80)
        usable = {tag: some[0] for tag, some in others.items() if host_fault(some[0]) is None}
        usable = usable or {self._language: mended(_STEP.split(name)[-1])}
        label = next(iter(usable.values()))
        what = f"the concept {name!r} has no preferred label that can be used"
        cure = "Give it one (skos:prefLabel), or remove it."
        if not label:
            self._problems.error(entry.line, what, cure)
        elif self._problems.mend(entry.line, what, cure, instead=f"it is called {label!r}"):
            return usable
        return {}

    def _spellings(self, words: Words, line: int | None) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[Scalar]] = {}
        for given, text in words:
            if tag := self._tag(given, line):
                found.setdefault(tag, []).append(Scalar(text, line))
        spelt = {tag: fields.spellings(some, self._problems) for tag, some in found.items()}
        return {tag: labels for tag, labels in spelt.items() if labels}

    def _notes(self, entry: Entry) -> dict[str, str]:
        found: dict[str, str] = {}
        for given, text in entry.notes:
            if tag := self._tag(given, entry.line):
                found[tag] = f"{found[tag]} {text}" if tag in found else text
        notes = {
            tag: fields.note(Scalar(text, entry.line), self._problems)
            for tag, text in found.items()
        }
        return {tag: note for tag, note in notes.items() if note}


def _sequence(texts: list[str], entry: Entry) -> Sequence:
    return Sequence(entry.line or 0, [Scalar(text, entry.line) for text in texts])


def _check_parents(drafts: list[Draft], problems: Problems) -> None:
    """Report cycles and too many levels, and cut them so that the rest can be looked at."""
    level: dict[int, int] = {}
    deep = False
    for draft in drafts:
        chain = _unlevelled(draft, level)
        top = chain[-1]
        if top.parent is not None and id(top.parent) not in level:
            _cut_cycle(chain, problems)
            top.parent = None
        for one in reversed(chain):
            above = level[id(one.parent)] if one.parent else 0
            if above == DEEPEST:
                if not deep:
                    what = f"concepts are nested more than {DEEPEST} levels deep"
                    problems.error(one.line, what, "Make the hierarchy flatter.")
                one.parent, above, deep = None, 0, True
            level[id(one)] = above + 1


def _unlevelled(draft: Draft, level: dict[int, int]) -> list[Draft]:
    """Return the draft and those above it up to one whose level is known, or that repeats."""
    chain: list[Draft] = []
    seen: set[int] = set()
    one: Draft | None = draft
    while one is not None and id(one) not in level and id(one) not in seen:
        chain.append(one)
        seen.add(id(one))
        one = one.parent
    return chain or [draft]


def _cut_cycle(chain: list[Draft], problems: Problems) -> None:
    goal = chain[-1].parent
    assert goal is not None
    start = next(number for number, one in enumerate(chain) if one is goal)
    steps = [printable(one.label, 40) for one in (*chain[start:], goal)]
    shown = " > ".join(reversed(steps if len(steps) <= 8 else [*steps[:7], "…"]))
    what = f"concepts are broader than themselves: {shown}"
    problems.error(goal.line, what, "Remove one of the directions.")
