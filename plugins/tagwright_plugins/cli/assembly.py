"""Where core and adapters are put together, from the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tagwright import taggers
from tagwright.configuration import Configuration, secret
from tagwright.configuration.binding import make_policy
from tagwright.configuration.chains import make_chains, members_of
from tagwright.configuration.settings import FilesSection
from tagwright.mapping import Embedder, MappingOptions, MappingRule
from tagwright.model import RenditionSpec
from tagwright.pipeline import Budget, Settings
from tagwright.pipeline.bursts import BurstBounds
from tagwright.pipeline.consulting.chains import Chain
from tagwright.ports import Tagger
from tagwright.privacy import Guard, TrustedHosts
from tagwright.state import Database, Lane
from tagwright.state.owners import Owner
from tagwright.state.spending import Caps
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.samples import sample, sample_names
from tagwright_adapters import vocabularies
from tagwright_adapters.basics.document import looks_like_document
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions
from tagwright_adapters.xmp.digikam import Path as TagPath
from tagwright_plugins.cli.linked import is_digikam, is_linked, linked_place, read_linked


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
    """Load the user's taxonomy, or a sample by its name, or the tags of a photo tool."""
    named = configuration.taxonomy
    if is_sample(configuration):
        loaded = sample(named)
    elif is_linked(named):
        return read_linked(named, configuration).taxonomy
    else:
        loaded = vocabularies.read(Path(named).expanduser()).taxonomy
    return in_language(loaded, configuration.language)


def in_language(taxonomy: Taxonomy, language: str | None) -> Taxonomy:
    """Return a taxonomy with paths in another language, if one is given."""
    return Taxonomy(taxonomy.name, language, list(taxonomy)) if language else taxonomy


def make_tagger(configuration: Configuration, taxonomy: Taxonomy, spec: str) -> Tagger:
    """Make the tagger that a specification names."""
    return taggers.create(tagger_context(configuration, taxonomy, spec))


def tagger_context(
    configuration: Configuration, taxonomy: Taxonomy, spec: str
) -> taggers.TaggerContext:
    """Return all that a tagger may know."""
    return taggers.TaggerContext(
        spec=spec,
        taxonomy=taxonomy,
        secret=secret,
        profile=configuration.profile,
        language=configuration.language or taxonomy.language,
        options=configuration.tagger.get(spec.partition(":")[0], {}),
        state=configuration.state,
    )


def make_mapping(configuration: Configuration) -> MappingOptions:
    """Make the options of mapping; loads the embedding model if one is set."""
    rules = tuple(
        MappingRule(rule.label, rule.concept, rule.tagger, rule.kind)
        for rule in configuration.mapping
    )
    return MappingOptions(
        rules,
        _make_embedder(configuration),
        configuration.embeddings.threshold,
        configuration.state / "embeddings",
    )


def _make_embedder(configuration: Configuration) -> Embedder | None:
    if configuration.embeddings.model is None:
        return None
    from tagwright_adapters.embeddings import OnnxEmbedder  # noqa: PLC0415 - an extra

    return OnnxEmbedder(configuration.embeddings.model)


def make_settings(
    configuration: Configuration,
    taxonomy: Taxonomy,
    made: Sequence[Tagger],
    *,
    dry_run: bool,
    force: bool,
    reask: bool,
) -> Settings:
    """Freeze the configuration of one run; ``made`` are the taggers of its chains, in order."""
    files = configuration.files
    return Settings(
        taxonomy=taxonomy,
        policy=make_policy(configuration, taxonomy),
        taggers=made,
        writing=_writing(files),
        rendition=RenditionSpec(**configuration.rendition.model_dump()),
        mapping=make_mapping(configuration),
        dry_run=dry_run,
        force=force,
        reask=reask,
        patience=configuration.run.patience,
        bursts=_make_bounds(configuration),
        chains=_by_name(make_chains(configuration), made),
        attempts=configuration.run.attempts,
        budget=make_budget(configuration),
        guard=make_guard(configuration),
    )


def _writing(files: FilesSection) -> str:
    """Return what decides which files take tags; as it was before there were pairs, where it is."""
    pairs = "" if files.pairs == "both" else f" {files.pairs}"
    return f"{files.sidecar} {files.sidecar_name}{pairs}"


def _make_bounds(configuration: Configuration) -> BurstBounds | None:
    bursts = configuration.bursts
    return BurstBounds(bursts.seconds, bursts.distance) if bursts.share else None


def _by_name(chains: Sequence[Chain], made: Sequence[Tagger]) -> list[Chain]:
    """Name the members as they name themselves."""
    names = {spec: tagger.name for spec, tagger in zip(members_of(chains), made, strict=True)}
    return [replace(one, members=tuple(names[spec] for spec in one.members)) for one in chains]


def make_budget(configuration: Configuration) -> Budget:
    """Return what may be spent."""
    section = configuration.budget
    caps = Caps(section.run, section.day, section.month)
    return Budget(caps, unknown_prices=section.unknown_prices == "warn")


def make_guard(configuration: Configuration) -> Guard:
    """Make the guard of the user's privacy fences."""
    section = configuration.privacy
    return Guard(section.fence, TrustedHosts(section.trusted_hosts), looks_like_document)


def make_library(
    configuration: Configuration,
    roots: Sequence[Path],
    skipped: Callable[[Path, str], None] | None = None,
    further: Callable[[Path], tuple[TagPath, ...]] | None = None,
) -> FileLibrary:
    """Make the library of plain folders; see :class:`FileLibrary` for the last two.

    Whose vocabulary is digiKam's loses no tag of its database by what is written here.
    """
    files = configuration.files
    if further is None and is_digikam(configuration.taxonomy):
        from tagwright_plugins.digikam.protecting import database_tags  # noqa: PLC0415 - lazy

        further = database_tags(configuration, linked_place(configuration.taxonomy))
    options = FileOptions(files.sidecar, files.sidecar_name, files.pairs)
    return FileLibrary(roots, options, skipped=skipped, further=further)
