"""Names in RDF: the namespaces that are used, ours, and URIs for identifiers.

SKOS has no words for some of what a taxonomy says. Those are, on a ``skos:Concept``:

``tagwright:kind``
    a kind of observation that may become it, such as "colour". Several are allowed.
``tagwright:group``, ``tagwright:closed``, ``tagwright:exclusive``
    ``true``, as in the YAML format.
``tagwright:path``
    which of several ``skos:broader`` concepts it stands under; without it, the first in the file.

A concept whose identifier is a URI has that URI; another has ``urn:tagwright:concept:`` and its
identifier, percent-encoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urljoin

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "tagwright": "http://ns.tagwright.org/taxonomy/1.0#",
}
SCHEME = "urn:tagwright:scheme"
BASE = "http://relative.invalid/"  # of relative URIs, so that none depends on where a file lies

_OWN = "urn:tagwright:"
_CONCEPT = "urn:tagwright:concept:"
_URI = re.compile(r"(?:https?://|urn:)[\w.~:/?#\[\]@!$&'()*+,=%-]+")


def iri(name: str) -> str:
    """Return a name such as ``skos:broader`` in full."""
    prefix, _, local = name.partition(":")
    return NAMESPACES[prefix] + local


def uri_of(concept_id: str) -> str:
    """Return the URI of an identifier."""
    kept = urljoin(BASE, concept_id) == concept_id  # as readers of RDF/XML would make it
    if kept and _URI.fullmatch(concept_id) and not concept_id.startswith((_OWN, BASE)):
        return concept_id
    return _CONCEPT + quote(concept_id, safe="/:@!$'()*,")


def id_of(uri: str) -> str:
    """Return the identifier of a URI."""
    if uri.startswith(_CONCEPT):
        return unquote(uri.removeprefix(_CONCEPT))
    return uri.removeprefix(BASE) or uri
