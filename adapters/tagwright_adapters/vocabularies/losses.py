"""What a taxonomy has that a plain list of words in one language cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.building import default_id


def _has_braces(concept: Concept) -> bool:
    words = [*concept.labels.values(), *(w for some in concept.alternatives.values() for w in some)]
    return any(brace in word for word in words for brace in "{}[]")


_EXTRAS: tuple[tuple[str, Callable[[Concept], object]], ...] = (
    ("hidden labels", lambda concept: concept.hidden),
    ("notes", lambda concept: concept.notes),
    ("matches in other vocabularies", lambda concept: concept.matches),
    ("further broader concepts", lambda concept: concept.broader[1:]),
    ("kinds", lambda concept: concept.kinds),
    ("marks of closed branches", lambda concept: concept.closed),
    ("marks of exclusive branches", lambda concept: concept.exclusive),
    ("braces and brackets in words", _has_braces),
)


def losses(taxonomy: Taxonomy, language: str) -> Iterator[str]:
    """Yield a phrase for each sort of thing that gets lost, with how many concepts have it."""
    tags = {tag for c in taxonomy for words in (c.labels, c.alternatives) for tag in words}
    if others := sorted(tags - {language}):
        yield f"words in other languages ({', '.join(others)})"
    if count := sum(language not in concept.labels for concept in taxonomy):
        yield f"the language of {count} labels that there are not in {language!r}"
    if count := sum(_has_own_id(taxonomy, concept) for concept in taxonomy):
        yield f"ids of their own ({count} concepts)"
    for what, has in _EXTRAS:
        if count := sum(bool(has(concept)) for concept in taxonomy):
            yield f"{what} ({count} concepts)"


def _has_own_id(taxonomy: Taxonomy, concept: Concept) -> bool:
    broader = concept.broader[0] if concept.broader else None
    return concept.id != default_id(taxonomy.label(concept.id), broader)
