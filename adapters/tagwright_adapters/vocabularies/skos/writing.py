"""Taxonomies to Turtle, RDF/XML and JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tagwright.taxonomy import Taxonomy
from tagwright_adapters.vocabularies.skos.resources import (
    Reference,
    Resource,
    Text,
    Value,
    resources,
)
from tagwright_adapters.vocabularies.skos.terms import NAMESPACES
from tagwright_adapters.vocabularies.vocabulary import Rendered

_USED = {one: NAMESPACES[one] for one in ("dcterms", "skos", "tagwright")}
_IN_LANGUAGES = ("prefLabel", "altLabel", "hiddenLabel", "scopeNote")
_REFERENCES = ("broader", "topConceptOf", "inScheme", "exactMatch")
_OWN = ("kind", "group", "closed", "exclusive")


def turtle(taxonomy: Taxonomy) -> Rendered:
    """Return a taxonomy in Turtle."""
    prefixes = (f"@prefix {prefix}: <{uri}> .\n" for prefix, uri in _USED.items())
    blocks = (_block(resource) for resource in resources(taxonomy))
    return Rendered("".join([*prefixes, *blocks]))


def _block(resource: Resource) -> str:
    lines = [f"\n<{resource.uri}> a {resource.type}"]
    lines += [
        f"    {name} {', '.join(_term(value) for value in values)}"
        for name, values in resource.properties.items()
    ]
    return " ;\n".join(lines) + " .\n"


def _term(value: Value) -> str:
    if isinstance(value, Reference):
        return f"<{value.uri}>"
    if isinstance(value, Text):  # the escapes of JSON are those of Turtle
        return json.dumps(value.text, ensure_ascii=False) + (
            f"@{value.language}" if value.language else ""
        )
    return "true"


def rdf_xml(taxonomy: Taxonomy) -> Rendered:
    """Return a taxonomy in RDF/XML."""
    spaces = {"rdf": NAMESPACES["rdf"], **_USED}
    declared = "".join(f'\n    xmlns:{prefix}="{uri}"' for prefix, uri in spaces.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF{declared}>"]
    lines += (line for resource in resources(taxonomy) for line in _element(resource))
    return Rendered("\n".join([*lines, "</rdf:RDF>", ""]))


def _element(resource: Resource) -> Iterator[str]:
    yield f"  <{resource.type} rdf:about={quoteattr(resource.uri)}>"
    for name, values in resource.properties.items():
        yield from (f"    {_property(name, value)}" for value in values)
    yield f"  </{resource.type}>"


def _property(name: str, value: Value) -> str:
    if isinstance(value, Reference):
        return f"<{name} rdf:resource={quoteattr(value.uri)}/>"
    if isinstance(value, Text):
        language = f" xml:lang={quoteattr(value.language)}" if value.language else ""
        return f"<{name}{language}>{escape(value.text)}</{name}>"
    return f'<{name} rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean">true</{name}>'


def json_ld(taxonomy: Taxonomy) -> Rendered:
    """Return a taxonomy in JSON-LD, with a context of its own inside."""
    content = {"@context": _context(), "@graph": [_node(one) for one in resources(taxonomy)]}
    return Rendered(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _context() -> dict[str, Any]:
    return {
        **_USED,
        **{one: {"@id": f"skos:{one}", "@container": "@language"} for one in _IN_LANGUAGES},
        **{one: {"@id": f"skos:{one}", "@type": "@id"} for one in _REFERENCES},
        "path": {"@id": "tagwright:path", "@type": "@id"},
        **{one: f"tagwright:{one}" for one in _OWN},
        **{one: f"dcterms:{one}" for one in ("title", "language")},
    }


def _node(resource: Resource) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": resource.uri, "@type": resource.type}
    for name, values in resource.properties.items():
        term = name.partition(":")[2]
        node[term] = _by_language(values) if term in _IN_LANGUAGES else _plain(values)
    return node


def _by_language(values: Iterable[Value]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in values:
        assert isinstance(value, Text)
        found.setdefault(value.language or "@none", []).append(value.text)
    return found


def _plain(values: list[Value]) -> Any:
    plain = [
        value.uri
        if isinstance(value, Reference)
        else value.text
        if isinstance(value, Text)
        else value
        for value in values
    ]
    return plain[0] if len(plain) == 1 else plain
