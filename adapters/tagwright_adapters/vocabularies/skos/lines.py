"""In which lines of Turtle and JSON-LD resources are described, as far as that is easily seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from tagwright_adapters.vocabularies.skos.terms import BASE

_SUBJECT = re.compile(r"^(?:<([^<>\s]+)>|([\w.-]*):([^\s;,.<>\"]+))(?=\s)", re.MULTILINE)
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.MULTILINE | re.IGNORECASE)
_NODE = re.compile(r'"(?:@id|id|uri)"\s*:\s*"([^"\\\n]+)"\s*,')


def turtle_lines(text: str) -> dict[str, int]:
    """Return the line of each subject that stands at the beginning of one, by its URI."""
    prefixes = dict(_PREFIX.findall(text))
    found: dict[str, int] = {}
    for match, line in _numbered(_SUBJECT, text):
        uri = match[1] or prefixes.get(match[2], "") + match[3].replace("\\", "")
        found.setdefault(urljoin(BASE, uri), line)
    return found


def json_lines(text: str, data: Any) -> dict[str, int]:
    """Return the line of each node with an id and more, by its URI."""
    context = data.get("@context") if isinstance(data, dict) else None
    prefixes = context if isinstance(context, dict) else {}
    found: dict[str, int] = {}
    for match, line in _numbered(_NODE, text):
        prefix, colon, local = match[1].partition(":")
        expanded = prefixes.get(prefix) if colon and not local.startswith("//") else None
        uri = expanded + local if isinstance(expanded, str) else match[1]
        found.setdefault(urljoin(BASE, uri), line)
    return found


def _numbered(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], int]]:
    line, at = 1, 0
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        yield match, line
