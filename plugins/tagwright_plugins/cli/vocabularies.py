"""Vocabularies as the commands name them: a file, a sample, or what a host has."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.taxonomy import InvalidTaxonomyError, Problem, check, languages
from tagwright.taxonomy.samples import sample, sample_names
from tagwright_adapters.vocabularies import Vocabulary, format_of, read

HOSTS: dict[str, str] = {}
"""What reads the vocabulary of a host, by the scheme of its source, as ``module:function``.

The function takes what follows the colon, and the configuration, and returns a ``Vocabulary``.
"""


def from_source(
    source: str, name: str | None, language: str | None, configuration: Configuration
) -> Vocabulary:
    """Return the vocabulary of a file or host, mended where it does not fit.

    Raises:
        TagwrightError: it cannot be read.
    """
    scheme, colon, argument = source.partition(":")
    if colon and scheme in HOSTS and not Path(source).exists():
        module, _, function = HOSTS[scheme].partition(":")
        reader: Callable[[str, Configuration], Vocabulary]
        reader = getattr(importlib.import_module(module), function)
        return reader(argument, configuration)
    return read(Path(source).expanduser(), name, language=language, mending=True)


def from_name(source: str, name: str | None) -> Vocabulary:
    """Return the vocabulary of a file as it stands there, or a sample.

    Raises:
        TagwrightError: it cannot be read, or has errors.
    """
    path = Path(source).expanduser()
    if source in sample_names() and not path.is_file():
        return Vocabulary(sample(source))
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
