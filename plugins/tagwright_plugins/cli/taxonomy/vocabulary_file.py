"""The user's own vocabulary file, edited in place while everything else in it stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.taxonomy import Taxonomy, parse_taxonomy
from tagwright.taxonomy.decoding import read_text, source_name
from tagwright.taxonomy.editing import add_alternatives, add_concept
from tagwright_plugins.cli import saving
from tagwright_plugins.cli.assembly import in_language, is_sample
from tagwright_plugins.cli.linked import is_immich, is_linked
from tagwright_plugins.cli.taxonomy import vocabularies


def own_file(configuration: Configuration) -> Path:
    """Return the file of the vocabulary.

    Raises:
        ConfigurationError: it is a sample, a photo tool's, or not in our own format.
    """
    if is_linked(configuration.taxonomy):
        tool = "Immich" if is_immich(configuration.taxonomy) else "digiKam"
        msg = f"your vocabulary is the tags of {tool}, which are changed there alone."
        raise ConfigurationError(msg, cure=f"Make the tag in {tool}; the next run knows it.")
    if is_sample(configuration):
        name = configuration.taxonomy
        msg = f"{name!r} is a sample, which cannot be changed."
        cure = (
            f"Make it yours: tagwright taxonomy export {name} -o mine.yaml;"
            " then give --taxonomy mine.yaml, or set it in tagwright.toml."
        )
        raise ConfigurationError(msg, cure=cure)
    path = Path(configuration.taxonomy).expanduser()
    if vocabularies.is_foreign(str(path), None):
        msg = f"{source_name(path)} is not in Tagwright's own format."
        cure = f"Import it first: tagwright taxonomy import {source_name(path)} -o mine.yaml."
        raise ConfigurationError(msg, cure=cure)
    return path


def parsed(text: str, path: Path) -> Taxonomy:
    """Return the taxonomy that a file holds, or would hold."""
    return parse_taxonomy(text, source=source_name(path), name=path.stem)


def grown(text: str, path: Path, label: str, broader: str | None) -> tuple[str, str]:
    """Return a vocabulary's text with one more concept, and that one's identifier."""
    after = add_concept(text, label, broader=broader)
    known = {concept.id for concept in parsed(text, path)}
    (new,) = (concept.id for concept in parsed(after, path) if concept.id not in known)
    return after, new


def new_concept(
    configuration: Configuration, labels: Sequence[str], broader: str | None
) -> tuple[Taxonomy, str]:
    """Add a concept to the file; return the taxonomy as it is then, and the identifier.

    The first label is its preferred one, the others are alternative ones.

    Raises:
        TagwrightError: the file cannot be changed, or has that concept already.
    """
    path = own_file(configuration)
    text, concept = grown(read_text(path), path, labels[0], broader)
    text = add_alternatives(text, concept, labels[1:])
    saving.save(text, str(path))
    return in_language(parsed(text, path), configuration.language), concept


def new_labels(configuration: Configuration, concept: str, labels: Sequence[str]) -> Taxonomy:
    """Add alternative labels to a concept in the file; return the taxonomy as it is then.

    Raises:
        TagwrightError: the file cannot be changed.
    """
    path = own_file(configuration)
    text = add_alternatives(read_text(path), concept, labels)
    saving.save(text, str(path))
    return in_language(parsed(text, path), configuration.language)
