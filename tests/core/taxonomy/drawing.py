"""Taxonomies as hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from tagwright.model import Kind
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fault, fold, host_fault, tidy, without_controls

_TEXT = st.one_of(
    st.sampled_from(["No", "null", "~", "1e3", "a: b", "- x", "#x y", "ü, ß", "[a]", "{", "b\\c"]),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
).map(tidy)
ALTERNATIVES = _TEXT.filter(lambda label: fault(label) is None)
LABELS = ALTERNATIVES.filter(lambda label: host_fault(label) is None)
_NOTES = _TEXT.map(lambda text: " ".join(without_controls(text).split())).filter(bool)
_URIS = st.sampled_from(["http://www.wikidata.org/entity/Q146", "urn:x:a#b", "https://e.org/ü"])
_LANGUAGES = st.sampled_from(["en", "de", "pt-BR", "zh-Hant"])
_OTHERS = _LANGUAGES.filter(lambda tag: tag != "en")


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Draw a taxonomy as a file may hold it: broader concepts first, siblings unlike."""
    names = draw(st.lists(LABELS, min_size=1, max_size=8, unique_by=fold))
    concepts: list[Concept] = []
    for number, name in enumerate(names):
        earlier = [concept.id for concept in concepts]
        parents = st.lists(st.sampled_from(earlier), max_size=2, unique=True)
        spelt = st.lists(ALTERNATIVES, min_size=1, max_size=3, unique_by=fold).map(tuple)
        concepts.append(
            Concept(
                id=f"c{number}",
                labels={"en": name} | draw(st.dictionaries(_OTHERS, LABELS, max_size=2)),
                alternatives=draw(st.dictionaries(_LANGUAGES, spelt, max_size=2)),
                broader=tuple(draw(parents)) if earlier else (),
                hidden=draw(st.dictionaries(_LANGUAGES, spelt, max_size=2)),
                notes=draw(st.dictionaries(_LANGUAGES, _NOTES, max_size=2)),
                matches=draw(st.lists(_URIS, max_size=2, unique=True).map(tuple)),
                kinds=frozenset(draw(st.sets(st.sampled_from(Kind), max_size=2))),
                group=draw(st.booleans()),
                closed=draw(st.booleans()),
                exclusive=draw(st.booleans()),
            )
        )
    return Taxonomy("drawn: yes", "en", concepts)
