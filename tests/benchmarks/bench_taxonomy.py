"""How long a large taxonomy takes: to load, and to map the labels of one photo.

Run as ``python tests/benchmarks/bench_taxonomy.py``. Goals: see the table of measured limits.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tagwright.mapping import Mapper
from tagwright.model import Kind, Observation
from tagwright.taxonomy import parse_taxonomy

_ROUNDS = 5
_BRANCHES = 100
_LEAVES = 99


def main() -> None:
    """Print one row for each piece of work: what, CPU milliseconds, goal."""
    text = _taxonomy()
    taxonomy = parse_taxonomy(text)
    labels = sum(len(c.labels) + sum(map(len, c.alternatives.values())) for c in taxonomy)
    print(f"{len(taxonomy):,} concepts with {labels:,} labels; median CPU ms unless said")
    _row("load and index", _median(lambda: Mapper(parse_taxonomy(text))), goal=1000)
    photos = [_photo(number) for number in range(200)]
    missed = [_missed(number) for number in range(200)]
    mapper = Mapper(taxonomy)
    before = _memory()
    _row("first miss, once", _each(mapper, [_missed(-1)]), goal=2000)
    _row("memory of it, MB", _memory() - before, goal=100)
    for name, work in (("labels", photos), ("misses", missed)):
        _row(f"12 {name}, cold", _each(mapper, work), goal=5)
        cached = _median(lambda: _each(mapper, work), timed=False)  # noqa: B023 - called at once
        _row(f"12 {name}, cached", cached, goal=0.05)


def _taxonomy() -> str:
    lines = ["concepts:"]
    for branch in range(_BRANCHES):
        lines += [f"  Branch {branch}:", *_names("    ", f"branch {branch}"), "    narrower:"]
        for leaf in range(branch * _LEAVES, (branch + 1) * _LEAVES):
            lines += [f"      Leaf {leaf}:", *_names("        ", f"leaf {leaf}")]
    return "\n".join(lines)


def _names(indent: str, name: str) -> list[str]:
    return [
        f"{indent}also: [alias {name}, other {name}]",
        f"{indent}labels: {{de: Wort {name}, fr: Mot {name}}}",
    ]


def _photo(number: int) -> list[tuple[str, Observation]]:
    forms = ("Leaf {}", "OTHER-leaf_{}", "mot leaf {}", "no such thing {}")
    return [
        ("bench", Observation(forms[i % 4].format(number * 12 + i), 0.9, kind=Kind.OBJECT))
        for i in range(12)
    ]


def _missed(number: int) -> list[tuple[str, Observation]]:
    """Return labels that pass through every matcher: forms, phrases, slips, and nothing at all."""
    words = ("leavves", "gardden", "sunest", "bycicle", "wrod", "mottt")
    forms = (
        "leaf {}s", "big red leaf {}", "wooden other leaves {}", "Blattwerk{}", "Mots aliass",
        "{} of leaf", "unheard {}", "old sports car", "group of {} trees", "{1}", "alias {1}",
        "alias leef",
    )  # fmt: skip
    return [
        ("bench", Observation(form.format(_spelt(number), words[number % 6] + _spelt(i)), 0.9))
        for i, form in enumerate(forms)
    ]


def _spelt(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(abs(number)))


def _memory() -> float:
    """Return the megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _each(mapper: Mapper, photos: list[list[tuple[str, Observation]]]) -> float:
    """Return the milliseconds that mapping one photo takes."""
    start = time.process_time()
    for photo in photos:
        mapper.map(photo)
    return (time.process_time() - start) * 1000 / len(photos)


def _median(work: Callable[[], object], *, timed: bool = True) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        result = work()
        elapsed = (time.process_time() - start) * 1000
        times.append(elapsed if timed else float(str(result)))
    return statistics.median(times)


def _row(work: str, milliseconds: float, *, goal: float) -> None:
    met = "met" if milliseconds <= goal else "MISSED"
    print(f"{work:20} {milliseconds:10.3f}   goal {goal:8.2f}   {met}")


if __name__ == "__main__":
    main()
