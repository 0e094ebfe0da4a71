"""Files to RDF graphs, without going anywhere else."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from rdflib import Graph
from rdflib.parser import InputSource
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.plugins.parsers.notation3 import BadSyntax

from tagwright.taxonomy import Problems
from tagwright.taxonomy.decoding import check_characters, decode
from tagwright.taxonomy.labels import printable
from tagwright_adapters.vocabularies.skos.lines import json_lines, turtle_lines
from tagwright_adapters.vocabularies.skos.safety import check_xml, load_json
from tagwright_adapters.vocabularies.skos.terms import BASE

# What it logs of odd URIs and literals, we find ourselves where it matters.
logging.getLogger("rdflib").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class Parsed:
    """The statements of a file, and the lines in which resources are described, by URI."""

    graph: Graph = field(default_factory=lambda: Graph(store="SimpleMemory"))
    lines: dict[str, int] = field(default_factory=dict)


def parse(data: bytes, syntax: str, problems: Problems) -> Parsed:
    """Return the statements of a file in ``turtle``, ``xml`` or ``json-ld``.

    The graph keeps their order.

    Raises:
        InvalidTaxonomyError: it cannot be read.
    """
    parsed = Parsed()
    if not data.strip():
        problems.error(None, "the file is empty", "Is it the right one?")
    elif syntax == "xml":
        parsed.lines = check_xml(data, problems)
        problems.raise_errors()
        source = InputSource(BASE)
        source.setByteStream(io.BytesIO(data))  # the encoding is the one that the file declares
        _guarded(lambda: parsed.graph.parse(source, format="xml", publicID=BASE), problems)
    else:
        _parse_text(decode(data, problems.source).removeprefix("\ufeff"), syntax, parsed, problems)
    problems.raise_errors()
    return parsed


def _parse_text(text: str, syntax: str, parsed: Parsed, problems: Problems) -> None:
    if not check_characters(text, problems):
        return
    if syntax == "turtle":
        parsed.lines = turtle_lines(text)
        _guarded(lambda: parsed.graph.parse(data=text, format="turtle", publicID=BASE), problems)
        return
    content = load_json(text, problems)
    problems.raise_errors()
    parsed.lines = json_lines(text, content)
    _guarded(lambda: to_rdf(content, parsed.graph, base=BASE), problems)


def _guarded(parse: Callable[[], object], problems: Problems) -> None:
    """Turn whatever the parser raises into a problem."""
    try:
        parse()
    except BadSyntax as exc:
        what = f"not Turtle: {printable(str(exc.message), 200)}"
        problems.error(exc.lines + 1, what, "Is it Turtle? If not, name the format with --from.")
    except RecursionError:
        problems.error(
            None, "it is nested too deeply", "Have it saved anew by the program it is of."
        )
    except Exception as exc:  # noqa: BLE001 - rdflib's parsers raise many kinds, bare ones too
        what = f"the file cannot be read: {printable(str(exc) or type(exc).__name__, 200)}"
        problems.error(None, what, "Have it saved as Turtle, or name the format with --from.")
