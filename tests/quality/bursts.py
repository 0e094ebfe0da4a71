"""Measures which frames are taken for frames of one burst, and which pictures wrongly are.

Run as ``python tests/quality/bursts.py [--photos FOLDER] [--video FOLDER --fps 10]``. What is
counted is described in the README beside this file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.quality.frames import joined, jpeg, others, photo, shaken

from tagwright.pictures.look import Look, look
from tagwright.pipeline.bursts import BurstBounds

PHOTOS = Path(__file__).parents[1] / "photos"
DISTANCES = (0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24)
SHIFTS = (0.01, 0.02, 0.03)  # of an edge, between two frames of a burst
SUBJECTS = (0.1, 0.15, 0.2, 0.3)  # of the long edge
GAPS = (0.1, 0.5, 1.0, 3.0)  # s, between two frames of a film

Seen = Look | None
Pairs = dict[str, list[tuple[Seen, Seen]]]


@dataclass(frozen=True, slots=True)
class Shares:
    """Of how many pairs, and which share of them, would share an answer at each distance."""

    pairs: int
    shares: tuple[float, ...]

    def at(self, distance: int) -> float:
        """Return the share at one distance."""
        return self.shares[DISTANCES.index(distance)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure what is taken for a burst.")
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="photos that are shaken")
    parser.add_argument("--frames", type=int, default=16, help="made of each photo and shift")
    parser.add_argument("--video", type=Path, help="frames of a film, in the order of their names")
    parser.add_argument("--fps", type=float, default=10.0, help="of that film")
    options = parser.parse_args(arguments)
    if options.video is not None:
        measured = film(sorted(options.video.iterdir()), options.fps)
    else:
        measured = rendered(sorted(options.photos.glob("*.*g")), options.frames)
    print("\n".join(table(measured)))
    return 0


def rendered(paths: Sequence[Path], frames: int) -> dict[str, Shares]:
    """Measure frames made of photos, those of one burst first."""
    random = Random(7)
    photos = [photo(path) for path in paths]
    bursts: Pairs = defaultdict(list)
    wrong: Pairs = defaultdict(list)
    first: list[list[Seen]] = []
    for number, one in enumerate(photos):
        for shift in SHIFTS:
            made = [
                look(jpeg(shaken(one, random, shift), random.choice((75, 85, 92))))
                for _ in range(frames)
            ]
            bursts[f"shaken by {shift:.0%}"] += combinations(made, 2)
            if shift == SHIFTS[0]:
                first.append(made)
        for seen in first[-1]:
            for what, picture in others(one, random):
                wrong[what].append((seen, look(jpeg(shaken(picture, random, SHIFTS[0])))))
            for size in SUBJECTS:
                subject = photos[number - random.randrange(1, len(photos))]
                picture = joined(one, subject, random, size)
                pair = seen, look(jpeg(shaken(picture, random, SHIFTS[0])))
                wrong[f"subject of {size:.0%} comes in"].append(pair)
    for mine, theirs in combinations(first, 2):
        wrong["another photo"] += [(a, b) for a in mine for b in theirs[:4]]
    measured = {what: _shares(pairs) for what, pairs in (bursts | wrong).items()}
    hash_alone = _shares(wrong["subject of 20% comes in"], hash_alone=True)
    return measured | {"20%, by the hash alone": hash_alone}


def film(paths: Sequence[Path], fps: float) -> dict[str, Shares]:
    """Measure pairs of frames of a film, by how far apart they are."""
    seen = [look(jpeg(photo(path))) for path in paths]
    found = {}
    for gap in GAPS:
        step = max(1, round(gap * fps))
        found[f"{gap:g} s later"] = _shares(list(zip(seen, seen[step:], strict=False)))
    return found


def _shares(pairs: Sequence[tuple[Seen, Seen]], *, hash_alone: bool = False) -> Shares:
    alike = _near if hash_alone else _alike
    found = [sum(alike(a, b, d) for a, b in pairs) / max(1, len(pairs)) for d in DISTANCES]
    return Shares(len(pairs), tuple(found))


def _alike(one: Seen, other: Seen, distance: int) -> bool:
    return one is not None and other is not None and one.resembles(other, distance)


def _near(one: Seen, other: Seen, distance: int) -> bool:
    return one is not None and other is not None and one.distance(other) <= distance


def table(measured: dict[str, Shares]) -> Iterator[str]:
    """Yield lines: a row for each kind of pair, a column for each distance; percent."""
    yield f"{'shares an answer, in %':26}{'pairs':>6} " + "".join(f"{d:>6}" for d in DISTANCES)
    for what, shares in measured.items():
        figures = "".join(f"{100 * one:>6.1f}" for one in shares.shares)
        yield f"{what:26}{shares.pairs:>6} {figures}"
    yield f"the default distance is {BurstBounds().distance}; a look takes {_cost():.1f} ms of CPU"


def _cost() -> float:
    data = jpeg(photo(PHOTOS / "coffee.jpg"))
    begun = time.process_time()
    for _ in range(50):
        look(data)
    return (time.process_time() - begun) / 50 * 1000


if __name__ == "__main__":
    sys.exit(main())
