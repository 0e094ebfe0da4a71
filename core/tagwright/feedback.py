"""What people did to our tags in the library: deleted, refined, taken for their own.

Found by comparing what the ledger says stands on an asset with what does, on each visit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from tagwright.model import Choice, Extra, Facts, Outcome
from tagwright.state import bars, extras, host_decisions, ledger, rejections, visits
from tagwright.state.rejections import DELETED
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of what is ours on one asset; tags by concept."""

    left: Mapping[str, Path]  # they stand there and are ours
    deleted: Mapping[str, Path]
    refined: Mapping[str, tuple[Path, Path]]  # what it was, and what a person made of it
    claimed: Mapping[str, Path]  # they stand there, and a person wrote them too
    # What is known only once note was taken of it:
    put_back: Mapping[str, Path] = field(default_factory=dict)  # deleted before; theirs now
    extras: tuple[Extra, ...] = ()  # taken away or written over

    def __bool__(self) -> bool:
        """Whether a person did anything to our tags."""
        return bool(self.deleted or self.refined or self.claimed)


def compare(standing: Mapping[str, Path], facts: Facts, before: Collection[Path] = ()) -> Learned:
    """Return what people did; pure.

    A tag that is gone counts as refined where a new tag has the same last label elsewhere (moved
    in the tree, or spelt in other case), or where it is the only new one right beside the only one
    gone (renamed).

    Args:
        standing: Our tags by the ledger.
        facts: What stands on the asset now.
        before: The tags of people at the last visit: those are not new.
    """
    there = set(facts.tags)
    missing = {concept: path for concept, path in standing.items() if path not in there}
    known = {*standing.values(), *before}
    new = [path for path in facts.tags if path not in known]
    refined = {concept: (missing[concept], path) for concept, path in _refined(missing, new)}
    claimed = {c: path for c, path in standing.items() if path in there & set(facts.claimed)}
    return Learned(
        left={c: p for c, p in standing.items() if c not in missing and c not in claimed},
        deleted={c: p for c, p in missing.items() if c not in refined},
        refined=refined,
        claimed=claimed,
    )


def look(connection: Connection, asset_id: int, facts: Facts) -> Learned:
    """Return what people did to an asset, and note nothing."""
    standing = ledger.standing(connection, asset_id)
    complete = all(path in facts.tags for path in standing.values())
    before = () if complete else visits.tags(connection, asset_id)
    return compare(standing, facts, before)


def learn(connection: Connection, asset_id: int, key: str, facts: Facts) -> Learned:
    """Take note of what people did to an asset's tags, captions, ratings and albums."""
    learned = look(connection, asset_id, facts)
    said = dict.fromkeys(learned.deleted, Choice.REJECT)
    said |= dict.fromkeys(learned.refined, Choice.REFINE)
    if said:
        host_decisions.record(connection, asset_id, key, said)
    ledger.reject(connection, asset_id, key, learned.deleted, DELETED)
    for concept, (_, path) in learned.refined.items():
        source = f"made {'/'.join(path)} in the library"
        ledger.reject(connection, asset_id, key, [concept], source, outcome=Outcome.REFINED)
    ledger.claim(connection, asset_id, learned.claimed)
    put_back = rejections.lift(connection, asset_id, key, facts.tags, DELETED)
    # A crash before the end of the visit must not lose what was seen to be theirs.
    left = set(learned.left.values())
    people = tuple(path for path in facts.tags if path not in left)
    visits.add_tags(connection, asset_id, replace(facts, tags=people))
    ours = extras.standing(connection, asset_id).difference(facts.extras)
    gone = [one for one in ours if one.field not in facts.unseen]
    extras.reject(connection, asset_id, gone)
    return replace(learned, put_back=put_back, extras=tuple(sorted(gone)))


def renounced(
    connection: Connection, asset_id: int, facts: Facts, taxonomy: Taxonomy
) -> frozenset[str]:
    """Return the concepts whose tags people had on an asset at the last visit, and have not now.

    Those tags were never ours, or are not any more. All the same they are not wanted there.
    """
    gone = {*visits.tags(connection, asset_id)}.difference(facts.tags)
    if not gone:
        return frozenset()
    kept_out = bars.of_assets(connection, [asset_id]).get(asset_id, frozenset())
    spared = kept_out | ledger.standing(connection, asset_id).keys()
    found = {one.id for one in taxonomy if taxonomy.path(one.id) in gone}
    return frozenset(found - spared)


def _refined(missing: Mapping[str, Path], new: Collection[Path]) -> Iterator[tuple[str, Path]]:
    moved: dict[str, Path] = {}
    for concept, path in missing.items():
        found = next((one for one in new if fold(one[-1]) == fold(path[-1])), None)
        if found is not None:
            moved[concept] = found
    yield from moved.items()
    beside: dict[Path, list[str]] = defaultdict(list)
    for concept, path in missing.items():
        if concept not in moved and len(path) > 1:  # flat keywords have nothing in common
            beside[path[:-1]].append(concept)
    for parent, concepts in beside.items():
        others = [one for one in new if one[:-1] == parent and one not in moved.values()]
        if len(concepts) == len(others) == 1:
            yield concepts[0], others[0]
