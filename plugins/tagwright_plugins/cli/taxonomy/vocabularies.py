"""Vocabularies as the commands name them: a file, a sample, or what a host has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tagwright.errors import ConfigurationError
from tagwright.taxonomy import InvalidTaxonomyError, Problem, check, languages
from tagwright.taxonomy.samples import sample, sample_names
from tagwright_adapters.vocabularies import Vocabulary, format_of, read
from tagwright_plugins.cli.linked import is_linked, read_linked
from tagwright_plugins.cli.taxonomy.sources import HOST_SOURCES, SourceOptions


def from_sources(
    sources: Sequence[str], name: str | None, language: str | None, options: SourceOptions
) -> Vocabulary:
    """Return the vocabulary of a file or of a photo tool, mended where it does not fit.

    Raises:
        TagwrightError: it cannot be read.
    """
    first, *others = sources
    scheme, colon, argument = first.partition(":")
    if colon and scheme in HOST_SOURCES and not Path(first).exists():
        return HOST_SOURCES[scheme]([*filter(None, [argument]), *others], options)
    if others:
        msg = f"{others[0]!r} is one file too many."
        raise ConfigurationError(msg, cure="Import each into a file of its own.")
    return read(Path(first).expanduser(), name, language=language, mending=True)


def from_name(source: str, name: str | None) -> Vocabulary:
    """Return the vocabulary of a file as it stands there, a sample, or a photo tool's tags.

    Raises:
        TagwrightError: it cannot be read, or has errors.
    """
    path = Path(source).expanduser()
    if source in sample_names() and not path.is_file():
        return Vocabulary(sample(source))
    if is_linked(source):
        return read_linked(source)
    return read(path, name)


def all_problems(source: str, name: str | None) -> tuple[Vocabulary | None, list[Problem]]:
    """Return a vocabulary, if it can be used, and everything that is to be said of it."""
    try:
        vocabulary = from_name(source, name)
    except InvalidTaxonomyError as exc:
        return None, list(exc.problems)
    found = [*vocabulary.warnings, *check(vocabulary.taxonomy, source=source)]
    return vocabulary, sorted(found, key=lambda problem: problem.line or 0)


def is_foreign(source: str, name: str | None) -> bool:
    """Whether a file is not in our own format."""
    return format_of(Path(source), name).parse is not None


def language_tag(text: str | None) -> str | None:
    """Return a language that was given as an option in its usual spelling.

    Raises:
        ConfigurationError: it is none.
    """
    tag = languages.canonical(text) if text else None
    if text and tag is None:
        msg = f"{text!r} is not a language."
        raise ConfigurationError(msg, cure=languages.cure(text))
    return tag
