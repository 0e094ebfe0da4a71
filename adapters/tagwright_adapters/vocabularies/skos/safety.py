"""What must not reach a parser of RDF: entities in XML, contexts from elsewhere in JSON-LD."""

from __future__ import annotations

import json
from typing import Any
from xml.parsers import expat

from tagwright.taxonomy import Problems
from tagwright.taxonomy.labels import printable
from tagwright_adapters.vocabularies.skos.terms import NAMESPACES

_DEEPEST = 256  # elements inside each other; written in the usual manner, a concept takes two
_ABOUT = (f"{NAMESPACES['rdf']} about", f"{NAMESPACES['rdf']} ID")
_OTHERWISE = "Have it saved in a plainer way, or as Turtle."


def check_xml(data: bytes, problems: Problems) -> dict[str, int]:
    """Report what is wrong with XML; return the lines in which resources are described.

    Entities are refused where they are declared, so that none is ever expanded, and a DTD that is
    named is never opened.
    """
    lines: dict[str, int] = {}
    depth = 0
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(what: str) -> None:
        problems.error(parser.CurrentLineNumber, what, _OTHERWISE)
        problems.raise_errors()

    def declare_entity(name: str, *_: object) -> None:
        refuse(f"the entity {printable(name, 60)!r} is declared, and entities are not read")

    def skip_entity(name: str, _: object) -> None:
        refuse(f"the entity {printable(name, 60)!r} is not known")

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            refuse(f"elements are nested more than {_DEEPEST} levels deep")
        for name in _ABOUT:
            if name in attributes:
                lines.setdefault(attributes[name], parser.CurrentLineNumber)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.EndElementHandler = end
    parser.EntityDeclHandler = declare_entity
    parser.SkippedEntityHandler = skip_entity
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        what = f"not XML: {expat.ErrorString(exc.code)}"
        problems.error(exc.lineno, what, "Is it RDF/XML? If not, name the format with --from.")
    return lines


def load_json(text: str, problems: Problems) -> Any:
    """Return the data of JSON-LD, or None if ``problems`` says why not."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as exc:
        cure = "Is it JSON-LD? If not, name the format with --from."
        problems.error(exc.lineno, f"not JSON: {exc.msg}", cure)
        return None
    except (RecursionError, ValueError) as exc:
        what = f"the JSON cannot be read: {exc}"
        problems.error(None, what, "Have it saved as Turtle.")
        return None
    for elsewhere in _remote_contexts(data):
        at = text.find(json.dumps(elsewhere, ensure_ascii=False))
        line = text.count("\n", 0, at) + 1 if at >= 0 else None
        what = f"the context {printable(elsewhere, 120)!r} is elsewhere, and nothing is fetched"
        problems.error(line, what, "Put the context itself into the file, or save it as Turtle.")
    return data


def _remote_contexts(data: Any) -> list[str]:
    """Return all contexts, at any depth, that are addresses."""
    found: dict[str, None] = {}
    waiting: list[tuple[Any, bool]] = [
        (data, False)
    ]  # with whether it is in the place of a context
    while waiting:
        value, context = waiting.pop()
        if isinstance(value, dict):
            for key, item in value.items():
                elsewhere = key == "@import" and isinstance(item, str)
                waiting.append((item, key == "@context" or elsewhere))
        elif isinstance(value, list):
            waiting.extend((item, context) for item in value)
        elif context and isinstance(value, str):
            found[value] = None
    return list(found)
