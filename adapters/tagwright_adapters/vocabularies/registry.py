"""The formats, by name and by suffix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tagwright.errors import ConfigurationError, MissingProgramError
from tagwright.taxonomy import Problems, Taxonomy, assemble, dump_taxonomy, load_taxonomy
from tagwright.taxonomy.decoding import (
    LARGEST,
    check_characters,
    read_bytes,
    read_text,
    source_name,
)
from tagwright_adapters.vocabularies import keyword_lists, tables
from tagwright_adapters.vocabularies.skos import writing as skos
from tagwright_adapters.vocabularies.vocabulary import Content, Rendered, Vocabulary

_LARGEST_RDF = 4 * LARGEST  # bytes; RDF takes many words for the same


@dataclass(frozen=True, slots=True)
class Format:
    """A file format for vocabularies."""

    name: str
    about: str
    suffixes: tuple[str, ...]
    parse: Callable[[Path, str | None, Problems], Content] | None  # None: YAML, which is ours
    write: Callable[[Taxonomy, str], Rendered]  # with a language, for those that hold but one


def _text(parse: Callable[[str, Problems], Content]) -> Callable[..., Content]:
    """Return a reader of files from one of texts."""

    def read_file(path: Path, _: str | None, problems: Problems) -> Content:
        text = read_text(path).removeprefix("\ufeff")
        content = parse(text, problems) if check_characters(text, problems) else Content([])
        problems.raise_errors()
        return content

    return read_file


def _rdf(syntax: str, path: Path, language: str | None, problems: Problems) -> Content:
    if find_spec("rdflib") is None:
        msg = f"the package that reads {source_name(path)} is not installed."
        raise MissingProgramError(msg, cure="Install it: pip install 'tagwright[skos]'.")
    data = read_bytes(path, _LARGEST_RDF)
    # rdflib takes long to import, and is not there in every installation.
    from tagwright_adapters.vocabularies.skos.reading import read as read_skos  # noqa: PLC0415

    return read_skos(data, syntax, language, problems)


def _yaml(taxonomy: Taxonomy, _: str) -> Rendered:
    return Rendered(dump_taxonomy(taxonomy), (*_without_main_label(taxonomy),))


def _without_main_label(taxonomy: Taxonomy) -> Iterator[str]:
    if count := sum(taxonomy.language not in concept.labels for concept in taxonomy):
        yield f"the language of {count} labels that there are not in {taxonomy.language!r}"


FORMATS = (
    Format("yaml", "Tagwright's own", (".yaml", ".yml"), None, _yaml),
    Format(
        "csv",
        "a table with commas, semicolons or tabs",
        (".csv", ".tsv"),
        _text(tables.read),
        lambda taxonomy, _: tables.render(taxonomy),
    ),
    Format(
        "lightroom",
        "a keyword list of Lightroom or Bridge",
        (".txt",),
        _text(keyword_lists.read),
        keyword_lists.render,
    ),
    Format(
        "skos-turtle",
        "SKOS in Turtle",
        (".ttl", ".nt"),
        partial(_rdf, "turtle"),
        lambda taxonomy, _: skos.turtle(taxonomy),
    ),
    Format(
        "skos-xml",
        "SKOS in RDF/XML",
        (".rdf", ".xml"),
        partial(_rdf, "xml"),
        lambda taxonomy, _: skos.rdf_xml(taxonomy),
    ),
    Format(
        "skos-json",
        "SKOS in JSON-LD",
        (".jsonld", ".json"),
        partial(_rdf, "json-ld"),
        lambda taxonomy, _: skos.json_ld(taxonomy),
    ),
)


def format_of(path: Path, name: str | None = None) -> Format:
    """Return the format of a name, or of a file by its suffix; without a suffix it is YAML.

    Raises:
        ConfigurationError: there is no such format, or the suffix says nothing.
    """
    suffix = path.suffix.lower()
    for one in FORMATS:
        if one.name == name or (name is None and suffix in one.suffixes):
            return one
    if name is None and not suffix:
        return FORMATS[0]
    known = ", ".join(f"{one.name} ({' '.join(one.suffixes)})" for one in FORMATS)
    what = f"a file called {source_name(path)}" if name is None else repr(name)
    msg = f"the format of {what} is not known."
    raise ConfigurationError(msg, cure=f"Name one of: {known}.")


def read(
    path: Path, name: str | None = None, *, language: str | None = None, mending: bool = False
) -> Vocabulary:
    """Return what stands in a file.

    Args:
        path: The file; it is not changed.
        name: The format's name; by default it is seen by the suffix.
        language: The language of paths, and of texts that have none; by default the file's.
        mending: Whether what we cannot hold is changed as little as possible, with a warning each,
            and not refused.

    Raises:
        InvalidTaxonomyError: it has errors; holds all of them, each with its line where known.
        ConfigurationError: the format is not known.
        MissingProgramError: a package that the format needs is not installed.
    """
    one = format_of(path, name)
    if one.parse is None:
        return Vocabulary(load_taxonomy(path))
    problems = Problems(source_name(path), mending=mending)
    content = one.parse(path, language, problems)
    language = language or content.language or "en"
    taxonomy = assemble(content.entries, content.name or path.stem, language, problems)
    return Vocabulary(taxonomy, tuple(problems.found))


def render(
    taxonomy: Taxonomy, path: Path, name: str | None = None, *, language: str | None = None
) -> Rendered:
    """Return a taxonomy as the text of a file, with what the format cannot hold.

    Args:
        taxonomy: What to write; nothing is written here.
        path: The file that it is for.
        name: The format's name; by default it is seen by the suffix.
        language: For formats that hold only one; by default the taxonomy's.

    Raises:
        ConfigurationError: the format is not known.
    """
    return format_of(path, name).write(taxonomy, language or taxonomy.language)
