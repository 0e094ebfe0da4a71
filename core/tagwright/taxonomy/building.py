"""Makes concepts of drafts: identifiers, broader concepts, no cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tagwright.taxonomy.drafting import Draft
from tagwright.taxonomy.labels import fold, printable, slug
from tagwright.taxonomy.model import Concept
from tagwright.taxonomy.nodes import Scalar
from tagwright.taxonomy.problems import Problems


def default_id(label: str, broader: str | None) -> str:
    """Return the identifier of a concept that was given none: ``animals/cat``."""
    own = slug(label)
    return f"{broader}/{own}" if broader else own


def build_concepts(drafts: list[Draft], problems: Problems) -> list[Concept]:
    """Return the concepts in the order of the drafts; errors are in ``problems``."""
    by_id = _identify(drafts, problems)
    broader = _connect(by_id, problems)
    return [
        Concept(
            id=draft.id,
            labels=draft.labels,
            alternatives=draft.alternatives,
            broader=tuple(broader[draft.id]),
            hidden=draft.hidden,
            notes=draft.notes,
            matches=draft.matches,
            kinds=draft.kinds,
            group=draft.group,
            closed=draft.closed,
            exclusive=draft.exclusive,
            line=draft.line,
        )
        for draft in by_id.values()
    ]


def _identify(drafts: list[Draft], problems: Problems) -> dict[str, Draft]:
    by_id: dict[str, Draft] = {}
    for draft in drafts:
        draft.id = draft.id or default_id(draft.label, draft.parent.id if draft.parent else None)
        if (other := by_id.setdefault(draft.id, draft)) is not draft:
            what = f"{draft.label!r} has the id {draft.id!r} of the concept in line {other.line}"
            problems.error(draft.line, what, "Give one of them another with 'id:'.")
    return by_id


def _connect(by_id: dict[str, Draft], problems: Problems) -> dict[str, list[str]]:
    """Return all broader identifiers by identifier; the parent in the file comes first."""
    broader = {d.id: [d.parent.id] if d.parent else [] for d in by_id.values()}
    position = {one: number for number, one in enumerate(by_id)}
    ahead = []
    for draft, named, goal in _further(by_id, problems):
        if position[goal] >= position[draft.id]:
            ahead.append((draft, named, goal))
        elif goal not in broader[draft.id]:
            broader[draft.id].append(goal)  # all edges go back so far: there is no cycle
    for draft, named, goal in ahead:
        if goal == draft.id or _reaches(goal, draft.id, broader):
            what = f"{draft.label!r} would be broader than itself through {named.text!r}"
            problems.error(named.line, what, "Remove one of the two directions.")
        elif goal not in broader[draft.id]:
            broader[draft.id].append(goal)
    return broader


def _further(by_id: dict[str, Draft], problems: Problems) -> Iterator[tuple[Draft, Scalar, str]]:
    """Yield further broader concepts: of which draft, how it is named, and its identifier."""
    find = _finder(by_id)
    for draft in by_id.values():
        for named in draft.broader:
            found = find(named.text)
            if draft.parent is None:
                what = f"{draft.label!r} stands at the top and has a broader concept"
                problems.error(named.line, what, "Move it below that one's 'narrower:'.")
            elif len(found) != 1:
                _report_broader(named, [by_id[one] for one in found], problems)
            else:
                yield draft, named, found[0]


def _finder(by_id: dict[str, Draft]) -> Callable[[str], list[str]]:
    """Return a function from how a person names a concept to the identifiers it may mean."""
    if not any(draft.broader for draft in by_id.values()):
        return lambda _: []
    names: dict[str, list[str]] = {}
    for draft in by_id.values():
        path = [fold(label) for label in draft.path]
        for name in {path[-1], " > ".join(path)}:
            names.setdefault(name, []).append(draft.id)

    def find(text: str) -> list[str]:
        if text in by_id:
            return [text]
        return names.get(" > ".join(fold(part) for part in text.split(">")), [])

    return find


def _report_broader(named: Scalar, found: list[Draft], problems: Problems) -> None:
    name = printable(named.text, 60)
    if found:
        paths = ", ".join(repr(" > ".join(draft.path)) for draft in found[:5])
        what = f"the broader concept {name!r} may be any of {paths}"
        problems.error(named.line, what, "Name it by its path or id.")
    else:
        what = f"there is no concept {name!r} that could be broader"
        problems.error(named.line, what, "Name one by its label, path (A > B) or id.")


def _reaches(start: str, goal: str, broader: dict[str, list[str]]) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for one in broader.get(waiting.pop(), ()):
            if one == goal:
                return True
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return False
