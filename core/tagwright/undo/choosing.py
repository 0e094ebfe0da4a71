"""From what people call concepts and taggers to what of them the ledger knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from tagwright.errors import ConfigurationError
from tagwright.state.schema import ledger
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold, printable
from tagwright.taxonomy.naming import Names

Path = tuple[str, ...]

_STEP = re.compile("[>/]")
_MODEL = re.compile(r"(.*) \((.*)\)", re.DOTALL)


def choose_concepts(
    connection: Connection, taxonomy: Taxonomy, names: Iterable[str]
) -> frozenset[str]:
    """Return the concepts of written tags that are meant, each with all below it.

    The taxonomy of today goes first; then what the ledger remembers of earlier ones.

    Args:
        connection: To the ledger.
        taxonomy: The one of today.
        names: Identifiers, labels, or paths (``Animals > Cat``).

    Raises:
        ConfigurationError: no tag of it was ever written, or it could be several.
    """
    rows = connection.execute(select(ledger.c.concept, ledger.c.path).distinct())
    written = [(row.concept, tuple(fold(label) for label in row.path)) for row in rows]
    found: set[str] = set()
    for name in names:
        ids, tops = _today(taxonomy, name) or _earlier(written, name)
        if len(tops) > 1:
            several = ", ".join(repr(" > ".join(path)) for path in sorted(tops)[:5])
            msg = f"the concept {printable(name, 60)!r} may be any of {several}."
            raise ConfigurationError(msg, cure="Name it by its path or id.")
        meant = {c for c, path in written if c in ids or any(_below(path, top) for top in tops)}
        if not meant:
            msg = f"no tag of the concept {printable(name, 60)!r} was ever written."
            cure = "Name it by its path (A > B), label or id, as 'tagwright taxonomy show' has it."
            raise ConfigurationError(msg, cure=cure)
        found |= meant
    return frozenset(found)


def choose_taggers(connection: Connection, names: Iterable[str]) -> frozenset[str]:
    """Return the taggers of written tags that are meant.

    Args:
        connection: To the ledger.
        names: As configured (``ollama:llava``), what stands before the colon, or a model's name.

    Raises:
        ConfigurationError: none of its tags was ever written.
    """
    known = sorted(connection.scalars(select(ledger.c.tagger).distinct()))
    found: set[str] = set()
    for name in names:
        meant = {one for one in known if name in _names_of(one)}
        if not meant:
            msg = f"no tag by the tagger {printable(name, 60)!r} was ever written."
            raise ConfigurationError(msg, cure=f"There are tags by: {', '.join(known) or 'none'}.")
        found |= meant
    return frozenset(found)


def _today(taxonomy: Taxonomy, name: str) -> tuple[set[str], set[Path]] | None:
    tops = [name] if name in taxonomy else Names(taxonomy).at(_STEP.split(name))
    if not tops:
        return None
    below, waiting = set(tops), list(tops)
    while waiting:
        new = set(taxonomy.narrower(waiting.pop())) - below
        below |= new
        waiting.extend(new)
    return below, {tuple(fold(label) for label in taxonomy.path(top)) for top in tops}


def _earlier(written: Sequence[tuple[str, Path]], name: str) -> tuple[set[str], set[Path]]:
    named = {path for concept, path in written if concept == name}
    if named:
        return {name}, {min(named)}  # one concept, whatever its path was
    steps = tuple(fold(step) for step in _STEP.split(name))
    if len(steps) > 1:
        return set(), {steps}
    paths = {path for _, path in written}
    return set(), {
        path[:end] for path in paths for end, label in enumerate(path, 1) if label == steps[0]
    }


def _below(path: Path, top: Path) -> bool:
    return path[: len(top)] == top


def _names_of(tagger: str) -> set[str]:
    parts = _MODEL.fullmatch(tagger)
    name, model = parts.groups() if parts else (tagger, "")
    scheme, _, rest = name.partition(":")
    return {tagger, name, scheme, rest, model} - {""}
