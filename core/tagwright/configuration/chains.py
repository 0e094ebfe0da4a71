"""Makes the chains of the settings: who is asked, and who is asked only then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tagwright.configuration.settings import CHAIN, ChainSection, Configuration
from tagwright.errors import ConfigurationError
from tagwright.pipeline.consulting.chains import Chain


def make_chains(configuration: Configuration, specs: Iterable[str] | None = None) -> list[Chain]:
    """Return the chains that taggers stand for, each by its specification, each once.

    Args:
        configuration: Declares the chains.
        specs: Names of taggers and of chains (``chain:NAME``); default: the configured ones.

    Raises:
        ConfigurationError: there is no such chain, or its cascade can never be content.
    """
    chosen = configuration.taggers if specs is None else specs
    return [_make(configuration, spec) for spec in dict.fromkeys(chosen)]


def members_of(chains: Sequence[Chain]) -> list[str]:
    """Return the specifications of all taggers in chains, each once."""
    return list(dict.fromkeys(member for chain in chains for member in chain.members))


def _make(configuration: Configuration, spec: str) -> Chain:
    if not spec.startswith(CHAIN):
        return Chain.alone(spec)
    section = configuration.chain.get(spec.removeprefix(CHAIN))
    if section is None:
        raise _unknown(configuration, spec)
    if section.fallback:
        return Chain(spec, section.fallback, "fallback")
    _check_reachable(configuration, spec, section)
    return Chain(spec, section.cascade, "cascade", section.enough)


def _unknown(configuration: Configuration, spec: str) -> ConfigurationError:
    names = ", ".join(CHAIN + name for name in sorted(configuration.chain))
    cure = f"Choose one of: {names}." if names else f"Declare it as [{spec.replace(':', '.')}]."
    return ConfigurationError(f"{configuration.origin}: there is no {spec!r}.", cure=cure)


def _check_reachable(configuration: Configuration, spec: str, section: ChainSection) -> None:
    most = configuration.policy.max_tags
    if section.enough > most:
        raise ConfigurationError(
            f"{configuration.origin}: {spec} wants {section.enough} concepts to be content, and a"
            f" photo gets {most} at most.",
            cure=f"Set 'enough' to {most} or less, or raise 'max_tags' in [policy].",
        )
