"""RDF graphs to entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from tagwright.taxonomy import Entry, Problems, languages
from tagwright.taxonomy.entries import Words
from tagwright_adapters.vocabularies.skos.parsing import Parsed, parse
from tagwright_adapters.vocabularies.skos.terms import id_of, iri
from tagwright_adapters.vocabularies.vocabulary import Content

_TYPE = URIRef(iri("rdf:type"))
_CONCEPT = URIRef(iri("skos:Concept"))
_OTHERS = {
    URIRef(iri(name))
    for name in ("skos:ConceptScheme", "skos:Collection", "skos:OrderedCollection", "skosxl:Label")
}
_TELLING = ("skos:prefLabel", "skosxl:prefLabel", "skos:broader", "skos:narrower", "skos:inScheme")
_TITLES = ("dcterms:title", "dc:title", "skos:prefLabel", "rdfs:label")


def read(data: bytes, syntax: str, language: str | None, problems: Problems) -> Content:
    """Return the concepts of a file in ``turtle``, ``xml`` or ``json-ld``.

    ``language`` is that of paths; without one, the scheme's, or the one that most labels are in.

    Raises:
        InvalidTaxonomyError: it cannot be read.
    """
    return _Reader(parse(data, syntax, problems), language, problems).content()


class _Reader:
    def __init__(self, parsed: Parsed, language: str | None, problems: Problems) -> None:
        self._graph: Graph = parsed.graph
        self._lines = parsed.lines
        self._problems = problems
        self._concepts = [one for one in self._graph.subjects(unique=True) if self._is_one(one)]
        self._known = set(self._concepts)
        self._schemes = self._subjects_of_type("skos:ConceptScheme")
        self._language = language or self._main_language()
        self._above = self._broader()

    def content(self) -> Content:
        if not self._concepts:
            cure = "Is it a vocabulary? SKOS has its concepts as skos:Concept."
            self._problems.error(None, "there is no skos:Concept in it", cure)
            self._problems.raise_errors()
        if count := len(self._subjects_of_type("skos:Collection")):
            what = f"{count} collections (skos:Collection) are left out"
            self._problems.warning(None, what, "What is in them is read all the same.")
        entries = [self._entry(concept) for concept in self._concepts]
        return Content(entries, self._name(), self._language)

    def _is_one(self, subject: Node) -> bool:
        types = set(self._graph.objects(subject, _TYPE))
        if _CONCEPT not in types:
            told = any(self._has(subject, name) for name in _TELLING)
            if not told or types & _OTHERS:
                return False
        return not any(_says_yes(value) for value in self._values(subject, "owl:deprecated"))

    def _entry(self, concept: Node) -> Entry:
        named = isinstance(concept, URIRef)
        return Entry(
            key=str(concept),
            line=self._lines.get(str(concept)) if named else None,
            id=id_of(str(concept)) if named else "",
            labels=self._labels(concept, "prefLabel") or self._words(concept, "rdfs:label"),
            alternatives=self._labels(concept, "altLabel"),
            hidden=self._labels(concept, "hiddenLabel"),
            notes=self._words(concept, "skos:scopeNote") or self._words(concept, "skos:definition"),
            broader=[str(one) for one in self._above.get(concept, ())],
            matches=[
                str(one)
                for one in self._values(concept, "skos:exactMatch")
                if isinstance(one, URIRef)
            ],
            kinds=[str(one) for one in self._values(concept, "tagwright:kind")],
            group=self._flag(concept, "tagwright:group"),
            closed=self._flag(concept, "tagwright:closed"),
            exclusive=self._flag(concept, "tagwright:exclusive"),
        )

    def _broader(self) -> dict[Node, list[Node]]:
        """Return what is broader, said in either direction; the path's first."""
        above: dict[Node, list[Node]] = {}
        missing: Counter[Node] = Counter()
        for narrow, broad in self._edges():
            if broad in self._known and narrow in self._known:
                some = above.setdefault(narrow, [])
                if broad not in some:
                    some.append(broad)
            elif narrow in self._known:
                missing[broad] += 1
        for concept, some in above.items():
            marked = set(self._values(concept, "tagwright:path"))
            some.sort(key=lambda one: one not in marked)
        if missing:
            first = id_of(str(next(iter(missing))))
            what = f"{len(missing)} broader concepts are not in the file, such as {first!r}"
            cure = f"{missing.total()} concepts stand there without them; nothing need be done."
            self._problems.warning(None, what, cure)
        return above

    def _edges(self) -> Iterable[tuple[Node, Node]]:
        for narrow, broad in self._graph.subject_objects(URIRef(iri("skos:broader"))):
            yield narrow, broad
        for broad, narrow in self._graph.subject_objects(URIRef(iri("skos:narrower"))):
            yield narrow, broad

    def _labels(self, concept: Node, name: str) -> Words:
        """Return labels, those of SKOS-XL included."""
        extended = self._values(concept, f"skosxl:{name}")
        forms = [word for one in extended for word in self._words(one, "skosxl:literalForm")]
        return self._words(concept, f"skos:{name}") + forms

    def _words(self, subject: Node, name: str) -> Words:
        values = self._values(subject, name)
        return [(one.language or None, str(one)) for one in values if isinstance(one, Literal)]

    def _values(self, subject: Node, name: str) -> list[Node]:
        return list(self._graph.objects(subject, URIRef(iri(name))))

    def _has(self, subject: Node, name: str) -> bool:
        return (subject, URIRef(iri(name)), None) in self._graph

    def _flag(self, concept: Node, name: str) -> bool:
        return any(_says_yes(value) for value in self._values(concept, name))

    def _subjects_of_type(self, name: str) -> list[Node]:
        return list(self._graph.subjects(_TYPE, URIRef(iri(name))))

    def _main_language(self) -> str:
        said = {
            tag
            for scheme in self._schemes
            for name in ("dcterms:language", "dc:language")
            for value in self._values(scheme, name)
            if isinstance(value, Literal) and (tag := languages.canonical(str(value)))
        }
        if len(said) == 1:
            return said.pop()
        tags = Counter(
            languages.canonical(tag or "")
            for concept in self._concepts
            for tag, _ in self._labels(concept, "prefLabel")
        )
        return next((tag for tag, _ in tags.most_common() if tag), "en")

    def _name(self) -> str | None:
        """Return what the scheme is called in the language of paths, or at all."""
        titles = [
            title for one in self._schemes for name in _TITLES for title in self._words(one, name)
        ]
        titles.sort(key=lambda title: title[0] not in (self._language, None))
        return titles[0][1] if titles else None


def _says_yes(value: Node) -> bool:
    return isinstance(value, Literal) and str(value).lower() in ("true", "1")
