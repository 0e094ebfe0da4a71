"""Naming a concept at the keyboard: a broader or narrower one, any other, or a new one."""

from __future__ import annotations

from tagwright.configuration import Configuration
from tagwright.errors import TaxonomyError
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names
from tagwright_plugins.cli.review.terminal import Terminal
from tagwright_plugins.cli.taxonomy.vocabulary_file import new_concept, new_labels

_NEAR = 12  # concepts offered


async def choose(
    terminal: Terminal, configuration: Configuration, taxonomy: Taxonomy, concept: str
) -> tuple[Taxonomy, str | None]:
    """Ask for a concept; return it, and the taxonomy, which may have grown.

    Raises:
        EndedError: the person leaves.
        ConfigurationError: what was named, or wished to be new, cannot be.
    """
    near = _near(taxonomy, concept)
    for number, one in enumerate(near, 1):
        terminal.say(f"  {number}  {' > '.join(taxonomy.path(one))}")
    text = await terminal.line("Which concept (number or name)")
    if not text:
        return taxonomy, None
    if text.isdecimal() and 1 <= int(text) <= len(near):
        return taxonomy, near[int(text) - 1]
    try:
        return taxonomy, Names(taxonomy).concept(text)
    except TaxonomyError as exc:
        terminal.say(str(exc))
    return await _make(terminal, configuration, taxonomy, text)


def _near(taxonomy: Taxonomy, concept: str) -> list[str]:
    """Return concepts that may be meant instead: narrower ones, broader ones, siblings."""
    broader = taxonomy[concept].broader
    siblings = [one for above in broader for one in taxonomy.narrower(above)]
    found = dict.fromkeys((*taxonomy.narrower(concept), *broader, *siblings))
    return [one for one in found if one != concept and not taxonomy[one].group][:_NEAR]


async def _make(
    terminal: Terminal, configuration: Configuration, taxonomy: Taxonomy, label: str
) -> tuple[Taxonomy, str | None]:
    terminal.say(f"Make {label!r} [c] a new concept, [w] another word for one; any key: neither")
    key = await terminal.key()
    if key == "w":
        into = Names(taxonomy).concept(await terminal.line("For which concept"))
        return new_labels(configuration, into, [label]), into
    if key == "c":
        under = await terminal.line("Below which concept (empty: at the top)")
        broader = Names(taxonomy).concept(under) if under else None
        return new_concept(configuration, [label], broader)
    return taxonomy, None
