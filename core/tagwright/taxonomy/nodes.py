"""YAML text as a tree of nodes that know their lines.

Works on the parser's events and not on loaded data: every scalar stays the text that stands in the
file ("No", "on", "2024-05-01" and "1e3" are labels), and nothing is constructed. Nesting costs no
recursion, and anchors, aliases and tags are refused where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

import yaml

from tagwright.taxonomy.decoding import check_characters
from tagwright.taxonomy.problems import Problems

DEEPEST = 32  # levels of concepts
_DEEPEST_NODE = 2 * DEEPEST + 8
_MOST_TABS = 100

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAB_INDENT = re.compile(r"^ *\t[ \t]*[^\s#]", re.MULTILINE)


@dataclass(slots=True)
class Scalar:
    """Text, exactly as written."""

    text: str
    line: int | None  # None: not known, in formats that have no lines
    plain: bool = True  # written without quotes

    @property
    def nothing(self) -> bool:
        """Whether nothing stands there (``Dog:``), or what YAML tools write for it."""
        return self.plain and self.text in ("", "~", "null")


@dataclass(slots=True)
class Sequence:
    """A list."""

    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with values, in the order of the file; keys may repeat."""

    line: int
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)


Node: TypeAlias = Scalar | Sequence | Mapping


def parse(text: str, problems: Problems) -> Node | None:
    """Return the document's root, or None if there is none or ``problems`` says why not."""
    if not check_characters(text, problems):
        return None
    builder = _Builder(problems)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.YAMLError as exc:
        _report(exc, text, problems)
        return None
    return builder.root


class _Builder:
    """Puts a tree together from parser events."""

    def __init__(self, problems: Problems) -> None:
        self.root: Node | None = None
        self._problems = problems
        self._open: list[Sequence | Mapping] = []
        self._keys: list[Scalar | None] = []  # of each open mapping: the key that waits

    def take(self, event: yaml.Event) -> bool:
        """Add an event; False when the rest of the file is not worth reading."""
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_extras(event)
            self._put(Scalar(event.value, _line(event), event.implicit[0]))
        elif isinstance(event, yaml.CollectionStartEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_extras(event)
            return self._start(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()
        elif isinstance(event, yaml.AliasEvent):
            line = _line(event)
            what = f"'*{event.anchor}' refers to another place"
            self._problems.error(line, what, "Write it out, or put the text in quotes.")
            self._put(Scalar("", line))
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            line = _line(event)
            cure = "Keep one document, without '---' inside."
            self._problems.error(line, "a second document begins", cure)
            return False
        return True

    def _start(self, event: yaml.CollectionStartEvent) -> bool:
        line = _line(event)
        if len(self._open) >= _DEEPEST_NODE:
            what = f"concepts are nested more than {DEEPEST} levels deep"
            self._problems.error(line, what, "Make the hierarchy flatter.")
            self.root = None
            return False
        sequence = isinstance(event, yaml.SequenceStartEvent)
        node = Sequence(line) if sequence else Mapping(line)
        self._put(node)
        self._open.append(node)
        self._keys.append(None)
        return True

    def _put(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif (key := self._keys[-1]) is not None:
            self._keys[-1] = None
            parent.pairs.append((key, node))
        elif isinstance(node, Scalar):
            self._keys[-1] = node
        else:
            what = "a list or mapping stands where a name is expected"
            self._problems.error(node.line, what, "Write a name, then a colon.")
            self._keys[-1] = Scalar("?", node.line)

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        line = _line(event)
        if event.anchor is not None:
            what = f"'&{event.anchor}' marks a place to refer to"
            self._problems.error(line, what, "Remove it, or put the text in quotes.")
        if event.tag is not None and event.tag != "!":
            what = f"{event.tag!r} is a YAML tag, and only plain text is read"
            self._problems.error(line, what, "Remove it, or put the text in quotes.")


def _line(event: yaml.Event) -> int:
    assert event.start_mark is not None
    return event.start_mark.line + 1


def _report(exc: yaml.YAMLError, text: str, problems: Problems) -> None:
    tabs = list(islice(_TAB_INDENT.finditer(text), _MOST_TABS))
    for match in tabs:
        line = text.count("\n", 0, match.start()) + 1
        problems.error(line, "the line is indented with a tab", "Indent with spaces only.")
    if tabs:
        return
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    what = getattr(exc, "problem", None) or "the text cannot be read"
    context = getattr(exc, "context", None)
    problems.error(
        mark.line + 1 if mark else None,
        f"not YAML: {what}{f' ({context})' if context else ''}",
        "Look at colons, brackets, quotes and indentation there and in the line above; "
        "put text with ': ' or a leading symbol in quotes.",
    )
