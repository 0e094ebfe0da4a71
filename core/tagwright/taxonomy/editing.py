"""Small edits of a taxonomy file that leave every other character of it as a person wrote it.

Works on the marks that the YAML parser sets in the text: what is new is inserted where it belongs,
in the manner (block or flow) of what stands around it, and the result is read back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import yaml

from tagwright.errors import TaxonomyError
from tagwright.taxonomy.labels import fold
from tagwright.taxonomy.loading import parse_taxonomy
from tagwright.taxonomy.model import Taxonomy
from tagwright.taxonomy.problems import InvalidTaxonomyError

_BY_HAND = "Write it into the file by hand, and check with 'tagwright taxonomy check'."
_SAFE = re.compile(r"[^\W_](?:[\w .()+-]*[\w.()+-])?")


def add_alternatives(
    text: str, concept_id: str, labels: Sequence[str], *, language: str | None = None
) -> str:
    """Return a taxonomy's text with further alternative labels of one concept.

    Args:
        text: YAML, as :func:`~tagwright.taxonomy.parse_taxonomy` reads it.
        concept_id: The concept's identifier.
        labels: What taggers say; those that it has already are left out.
        language: Of the labels, BCP 47; the taxonomy's own if None.

    Raises:
        TaxonomyError: there is no such concept, or the file cannot be edited so.
    """
    taxonomy = parse_taxonomy(text)
    concept = taxonomy[concept_id]
    tag = language or taxonomy.language
    known = {fold(label) for some in concept.alternatives.values() for label in some}
    known |= {fold(label) for label in concept.labels.values()}
    new = list({fold(label): label for label in labels if fold(label) not in known}.values())
    if not new:
        return text
    editor = _Editor(text, taxonomy)
    editor.add_also(concept_id, ", ".join(map(_scalar, new)), tag)
    after = _read(editor.text, concept_id)
    found = {fold(label) for label in after[concept_id].alternatives.get(tag, ())}
    before = {fold(label) for label in concept.alternatives.get(tag, ())}
    if found != before | set(map(fold, new)) or len(after) != len(taxonomy):
        raise TaxonomyError(f"{concept_id!r} cannot be edited where it stands.", cure=_BY_HAND)
    return editor.text


def add_concept(
    text: str, label: str, *, broader: str | None = None, also: Sequence[str] = ()
) -> str:
    """Return a taxonomy's text with one more concept, below another or at the top.

    Args:
        text: YAML, as :func:`~tagwright.taxonomy.parse_taxonomy` reads it.
        label: Its preferred label in the taxonomy's language.
        broader: Identifier of the concept to put it below.
        also: Its alternative labels.

    Raises:
        TaxonomyError: a concept of that label is there already, or the file cannot be edited so.
    """
    taxonomy = parse_taxonomy(text)
    for sibling in taxonomy.narrower(broader):
        if fold(taxonomy.label(sibling)) == fold(label):
            path = " > ".join(taxonomy.path(sibling))
            raise TaxonomyError(f"there is a concept {path!r} already.", cure="Adopt it into that.")
    names = ", ".join(map(_scalar, also))
    editor = _Editor(text, taxonomy)
    editor.add_narrower(broader, _scalar(label), f" {{also: [{names}]}}" if also else "")
    if len(_read(editor.text, label)) != len(taxonomy) + 1:
        raise TaxonomyError(f"{label!r} cannot be put there.", cure=_BY_HAND)
    return editor.text


def _read(text: str, what: str) -> Taxonomy:
    try:
        return parse_taxonomy(text)
    except InvalidTaxonomyError as exc:
        reason = exc.problems[0].message if exc.problems else "the file would not be read again"
        raise TaxonomyError(f"{what!r} cannot be put into the file: {reason}.") from exc


def _scalar(label: str) -> str:
    """Return a label as YAML takes it anywhere."""
    if _SAFE.fullmatch(label) and label != "null":
        return label
    return json.dumps(label, ensure_ascii=False)


class _Editor:
    """A text and the tree that stands in it."""

    def __init__(self, text: str, taxonomy: Taxonomy) -> None:
        self.text = text
        self._taxonomy = taxonomy
        self._end = "\r\n" if "\r\n" in text else "\n"
        # The parser in Python: its marks count characters, whatever they are.
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        assert isinstance(root, yaml.MappingNode)
        self._root = root

    def add_also(self, concept_id: str, names: str, tag: str) -> None:
        """Add labels, written out and joined by commas, to a concept."""
        key, value = self._concept(concept_id)
        default = tag == self._taxonomy.language
        fresh = f"also: [{names}]" if default else f"also: {{{tag}: [{names}]}}"
        also = _value(value, "also")
        if also is None or _is_nothing(also):
            self._add_key(key, value, fresh, also)
        elif isinstance(also, yaml.MappingNode):
            there = _value(also, tag)
            if there is None:
                self._append(also, f"{tag}: [{names}]")
            else:
                self._lengthen(there, names)
        elif default:
            self._lengthen(also, names)
        else:
            self._wrap(also, names, tag)

    def add_narrower(self, broader: str | None, label: str, body: str) -> None:
        """Add a concept below another, or at the top."""
        if broader is None:
            self._append_concept(_value(self._root, "concepts"), label, body)
            return
        key, value = self._concept(broader)
        narrower = _value(value, "narrower")
        if narrower is None or _is_nothing(narrower):
            fresh = f"narrower: {{{label}:{body}}}" if body else f"narrower: [{label}]"
            self._add_key(key, value, fresh, narrower)
        else:
            self._append_concept(narrower, label, body)

    def _append_concept(self, siblings: yaml.Node | None, label: str, body: str) -> None:
        if isinstance(siblings, yaml.SequenceNode):
            self._append(siblings, f"{label}:{body}" if body else label)
        elif isinstance(siblings, yaml.MappingNode):
            # "Lyon:}" would be a name with a colon.
            self._append(siblings, f"{label}:{body or ' ' * bool(siblings.flow_style)}")
        else:
            raise TaxonomyError("the concepts there cannot be edited.", cure=_BY_HAND)

    def _concept(self, concept_id: str) -> tuple[yaml.ScalarNode, yaml.Node | None]:
        """Return the name of a concept and what stands behind it, None for a bare list entry."""
        entry: tuple[yaml.ScalarNode, yaml.Node | None] | None = None
        siblings = _value(self._root, "concepts")
        for one in self._taxonomy.lineage(concept_id):
            wanted = fold(self._taxonomy.label(one))
            entry = next((e for e in _entries(siblings) if fold(e[0].value) == wanted), None)
            if entry is None:
                raise TaxonomyError(f"{one!r} cannot be found in the file.", cure=_BY_HAND)
            siblings = _value(entry[1], "narrower")
        assert entry is not None
        return entry

    def _add_key(
        self, key: yaml.ScalarNode, value: yaml.Node | None, fresh: str, empty: yaml.Node | None
    ) -> None:
        """Give a concept one more key, or one that stands there without a value its value."""
        if empty is not None:
            self._replace(empty.start_mark.index, empty.end_mark.index, fresh.partition(":")[2])
        elif value is None:
            self._insert(key.end_mark.index, f": {{{fresh}}}")
        elif _is_nothing(value):
            between = self.text[key.end_mark.index : value.start_mark.index]
            gap = {"": ": ", ":": " "}.get(between, "")
            self._replace(value.start_mark.index, value.end_mark.index, f"{gap}{{{fresh}}}")
        else:
            assert isinstance(value, yaml.MappingNode)
            self._append(value, fresh, first=True)

    def _append(
        self, node: yaml.MappingNode | yaml.SequenceNode, entry: str, *, first: bool = False
    ) -> None:
        """Add an entry to a mapping or list: in the block style, before or behind the others."""
        if node.flow_style:
            start, end = node.start_mark.index + 1, node.end_mark.index - 1
            inside = self.text[start:end].rstrip()
            comma = "" if not inside.strip() or inside.endswith(",") else ", "
            space = " " if inside.endswith(",") else ""
            self._insert(start + len(inside), f"{comma}{space}{entry}")
            return
        indent = " " * node.start_mark.column
        dash = "- " if isinstance(node, yaml.SequenceNode) else ""
        if first:
            self._insert(node.start_mark.index, f"{entry}{self._end}{indent}")
            return
        behind = _last(node).end_mark.index
        line_end = self.text.find("\n", behind)
        at = len(self.text) if line_end < 0 else line_end - (self.text[line_end - 1] == "\r")
        self._insert(at, f"{self._end}{indent}{dash}{entry}")

    def _lengthen(self, node: yaml.Node, names: str) -> None:
        if isinstance(node, yaml.SequenceNode):
            self._append(node, names if node.flow_style else self._lines(node, names))
        elif _is_nothing(node):
            self._replace(node.start_mark.index, node.end_mark.index, f" [{names}]")
        else:
            start, end = node.start_mark.index, node.end_mark.index
            self._replace(start, end, f"[{self.text[start:end]}, {names}]")

    def _lines(self, node: yaml.SequenceNode, names: str) -> str:
        items = yaml.compose(f"[{names}]", Loader=yaml.SafeLoader)
        assert isinstance(items, yaml.SequenceNode)
        between = f"{self._end}{' ' * node.start_mark.column}- "
        return between.join(_scalar(item.value) for item in items.value)

    def _wrap(self, node: yaml.Node, names: str, tag: str) -> None:
        """Turn labels of the taxonomy's language into labels by language."""
        start, end = node.start_mark.index, node.end_mark.index
        if isinstance(node, yaml.SequenceNode) and not node.flow_style:
            items = [self.text[i.start_mark.index : i.end_mark.index] for i in node.value]
            end = _last(node).end_mark.index
            own = f"[{', '.join(items)}]"
        else:
            own = self.text[start:end]
        self._replace(start, end, f"{{{self._taxonomy.language}: {own}, {tag}: [{names}]}}")

    def _insert(self, index: int, text: str) -> None:
        self._replace(index, index, text)

    def _replace(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]


def _entries(
    siblings: yaml.Node | None,
) -> list[tuple[yaml.ScalarNode, yaml.Node | None]]:
    """Return names with what stands behind them, from a mapping or from a list."""
    if isinstance(siblings, yaml.MappingNode):
        return list(siblings.value)
    found: list[tuple[yaml.ScalarNode, yaml.Node | None]] = []
    for item in siblings.value if isinstance(siblings, yaml.SequenceNode) else ():
        found += item.value if isinstance(item, yaml.MappingNode) else [(item, None)]
    return found


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _is_nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")


def _last(node: yaml.Node) -> yaml.Node:
    """Return the node that ends last in a block collection, whose own end is past comments."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node
