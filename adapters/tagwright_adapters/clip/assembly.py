"""Which model is asked and where: the specification and options, put together."""

from __future__ import annotations

import re
from pathlib import Path

from tagwright.errors import ConfigurationError
from tagwright.taggers import TaggerContext
from tagwright_adapters.clip.download import Source
from tagwright_adapters.clip.encoder import Encoder
from tagwright_adapters.clip.local import LocalModel
from tagwright_adapters.clip.options import (
    ModelOptions,
    ScoringOptions,
    ServiceOptions,
    read_options,
)
from tagwright_adapters.clip.prompts import prompt_language
from tagwright_adapters.clip.service import ImmichService
from tagwright_adapters.clip.store import VectorStore
from tagwright_adapters.clip.tagger import ClipTagger
from tagwright_adapters.clip.vocabulary import Vocabulary

DEFAULT_MODEL = "ViT-B-32__openai"
"""What Immich uses unless its administrator chose another."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def make_tagger(context: TaggerContext) -> ClipTagger:
    """Make the tagger that a specification names.

    Raises:
        ConfigurationError: it names no model or folder, or an option cannot be used.
    """
    rest = context.spec.partition(":")[2].strip()
    form: type[ScoringOptions] = ServiceOptions if context.scheme == "immich-ml" else ModelOptions
    options = read_options(form, context)
    language = options.language
    if language == "auto":
        language = prompt_language(Path(rest).name or DEFAULT_MODEL, context.language)
    encoder: Encoder
    service: ImmichService | None = None
    if isinstance(options, ServiceOptions):
        service = ImmichService(rest or DEFAULT_MODEL, options, language)
        encoder = service
    else:
        assert isinstance(options, ModelOptions)
        encoder = _local(context, rest, options, language)
    store = VectorStore(context.state / "clip" / "vectors.db" if context.state else None)
    reader = service if isinstance(options, ServiceOptions) and options.ocr else None
    vocabulary = Vocabulary(context.taxonomy, language)
    return ClipTagger(context.spec, encoder, vocabulary, store, options=options, reader=reader)


def _local(context: TaggerContext, named: str, options: ModelOptions, language: str) -> LocalModel:
    folder = Path(named).expanduser()
    if named and (folder.is_dir() or folder.is_absolute() or len(folder.parts) > 1):
        return LocalModel(folder, language)
    if not _NAME.fullmatch(named):
        msg = f"{context.spec!r} names no model and no folder."
        raise ConfigurationError(msg, cure=f"Write it as in 'clip:{DEFAULT_MODEL}'.")
    if context.state is None:
        msg = f"there is no directory to keep the model {named!r} in."
        raise ConfigurationError(msg, cure="Name a folder that holds the model.")
    kept = context.state / "clip" / "models" / named
    return LocalModel(kept, language, Source(named, options.download_from))
