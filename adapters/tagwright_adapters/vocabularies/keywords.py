"""Keywords with their counts as a tree: flat ones join the hierarchy where it has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import islice

from tagwright.taxonomy.labels import fold
from tagwright_adapters.vocabularies.duplicates import likely_duplicates
from tagwright_adapters.vocabularies.naming import shown, shown_path
from tagwright_adapters.vocabularies.tag_tree import TagTree

Path = tuple[str, ...]
_MOST_DUPLICATES = 200  # remarks
_SHOWN = 5


class Keywords:
    """Tag paths with how many photos carry each."""

    def __init__(self, counts: Mapping[Path, int]) -> None:
        self._counts = counts
        self._tops: set[str] = set()
        self._places: dict[str, dict[Path, Path]] = {}  # folded label: folded path to path
        for path in sorted(counts, key=lambda path: (-counts[path], path)):
            if len(path) > 1:
                self._tops.add(fold(path[0]))
                for depth in range(2, len(path) + 1):
                    self._place(path[:depth])

    def tree(self, at_least: int) -> TagTree:
        """Return them as a tree, without those on fewer photos than ``at_least``."""
        tree = TagTree("the photos")
        for path, photos in sorted(self._counts.items()):
            tree.add(self._joined(path, photos, tree), photos)
        if at_least > 1:
            tree.keep(at_least)
        _remark_duplicates(tree)
        return tree

    def _place(self, path: Path) -> None:
        folded = tuple(map(fold, path))
        self._places.setdefault(folded[-1], {}).setdefault(folded, path)

    def _joined(self, path: Path, photos: int, tree: TagTree) -> Path:
        """Return where a keyword belongs: a flat one where the hierarchy has its like, if once."""
        if len(path) > 1 or (key := fold(path[0])) in self._tops:
            return path
        places = list(self._places.get(key, {}).values())
        if len(places) == 1:
            return (*places[0][:-1], path[0])
        if places:
            many = ", ".join(map(shown_path, places[:_SHOWN]))
            what = f"{shown(path[0])} ({photos:,}) stands alone and may be any of {many}"
            tree.problems.warning(None, what, "Remove it, or put it under 'also' of the one meant.")
        return path


def _remark_duplicates(tree: TagTree) -> None:
    uses: Counter[str] = Counter()
    names: dict[str, Path] = {}
    for path, node in tree.walk():
        key = fold(path[-1])
        uses[key] += node.photos
        names.setdefault(key, path)
    for more, less, what in islice(likely_duplicates(uses), _MOST_DUPLICATES):
        one, other = (f"{shown_path(names[key])} ({uses[key]:,})" for key in (more, less))
        cure = "If so, keep the first, and put the other under its 'also'."
        tree.problems.warning(None, f"{one} and {other} may be one: {what}", cure)
