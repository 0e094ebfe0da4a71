"""How people name concepts: by identifier, path ("Animals > Cat", "Animals/Cat") or label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from tagwright.errors import TaxonomyError
from tagwright.taxonomy.labels import fold, printable
from tagwright.taxonomy.model import Taxonomy

_STEP = re.compile("[>/]")  # labels hold neither of them


class Names:
    """Finds the concepts of one taxonomy by what people call them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._named: dict[str, list[str]] = {}
        for concept in taxonomy:
            path = [fold(label) for label in taxonomy.path(concept.id)]
            labels = (fold(label) for label in concept.labels.values())
            for name in dict.fromkeys((*labels, " > ".join(path))):
                self._named.setdefault(name, []).append(concept.id)

    def concept(self, name: str) -> str:
        """Return the identifier of the one concept that is named.

        Raises:
            TaxonomyError: there is none, or there are several; the cure names what is near.
        """
        if name in self._taxonomy:
            return name
        found = self.at(_STEP.split(name))
        if len(found) == 1:
            return found[0]
        shown = printable(name, 60)
        if found:
            msg = f"the concept {shown!r} may be any of {self._paths(found[:5])}."
            raise TaxonomyError(msg, cure="Name it by its path or id.")
        msg = f"the taxonomy {self._taxonomy.name!r} has no concept {shown!r}."
        raise TaxonomyError(msg, cure=self._cure(name))

    def at(self, path: Sequence[str]) -> list[str]:
        """Return the identifiers of all concepts with this path, or this label if it is one."""
        return self._named.get(" > ".join(fold(step) for step in path), [])

    def _cure(self, name: str) -> str:
        wanted = " > ".join(fold(step) for step in _STEP.split(name))[:100]
        near = get_close_matches(wanted, self._named, n=3)
        found = dict.fromkeys(one for spelt in near for one in self._named[spelt])
        if found:
            return f"Did you mean {self._paths(list(found)[:3], ' or ')}?"
        return "Name it by its path (A > B), label or id, as 'tagwright taxonomy show' has them."

    def _paths(self, concepts: Sequence[str], joint: str = ", ") -> str:
        return joint.join(repr(" > ".join(self._taxonomy.path(one))) for one in concepts)
