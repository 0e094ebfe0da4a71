"""Where core and adapters are put together, from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tagwright import taggers
from tagwright.configuration import Configuration, secret
from tagwright.model import RenditionSpec
from tagwright.pipeline import Settings
from tagwright.policy import Policy
from tagwright.ports import Tagger
from tagwright.state import Database, Lane
from tagwright.state.owners import Owner
from tagwright.taxonomy import Taxonomy, load_taxonomy
from tagwright.taxonomy.samples import sample, sample_names
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions


@dataclass(frozen=True, slots=True)
class State:
    """The open database of one process."""

    lane: Lane
    owner: Owner


@contextmanager
def open_state(configuration: Configuration) -> Iterator[State]:
    """Open the database for as long as the block lasts."""
    database = Database(configuration.state / "tagwright.db")
    try:
        owner = Owner(configuration.state / "owners")
        lane = Lane(database)
        try:
            yield State(lane, owner)
        finally:
            lane.close()
            owner.close()
    finally:
        database.close()


def is_sample(configuration: Configuration) -> bool:
    """Say whether the taxonomy is a sample; a file of the same name goes before it."""
    named = configuration.taxonomy
    return named in sample_names() and not Path(named).is_file()


def make_taxonomy(configuration: Configuration) -> Taxonomy:
    """Load the user's taxonomy, or a sample by its name."""
    named = configuration.taxonomy
    loaded = sample(named) if is_sample(configuration) else load_taxonomy(Path(named).expanduser())
    if configuration.language is None:
        return loaded
    return Taxonomy(loaded.name, configuration.language, list(loaded))


def make_tagger(configuration: Configuration, taxonomy: Taxonomy, spec: str) -> Tagger:
    """Make the tagger that a specification names."""
    scheme = spec.partition(":")[0]
    return taggers.create(
        taggers.TaggerContext(
            spec=spec,
            taxonomy=taxonomy,
            secret=secret,
            profile=configuration.profile,
            language=configuration.language or taxonomy.language,
            options=configuration.tagger.get(scheme, {}),
        )
    )


def make_policy(configuration: Configuration) -> Policy:
    """Make the policy: when a suggestion becomes a tag."""
    return Policy(**configuration.policy.model_dump())


def make_settings(
    configuration: Configuration,
    taxonomy: Taxonomy,
    made: Sequence[Tagger],
    *,
    dry_run: bool,
    force: bool,
    reask: bool,
) -> Settings:
    """Freeze the configuration of one run."""
    files = configuration.files
    return Settings(
        taxonomy=taxonomy,
        policy=make_policy(configuration),
        taggers=made,
        writing=f"{files.sidecar} {files.sidecar_name}",
        rendition=RenditionSpec(**configuration.rendition.model_dump()),
        dry_run=dry_run,
        force=force,
        reask=reask,
        patience=configuration.run.patience,
    )


def make_library(
    configuration: Configuration,
    roots: Sequence[Path],
    skipped: Callable[[Path, str], None] | None = None,
) -> FileLibrary:
    """Make the library of plain folders."""
    files = configuration.files
    options = FileOptions(sidecar=files.sidecar, sidecar_name=files.sidecar_name)
    return FileLibrary(roots, options, skipped=skipped)
