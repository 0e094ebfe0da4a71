"""The ways to the services that have open batches."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pydantic import ValidationError

from tagwright.configuration import Configuration
from tagwright.errors import TagwrightError
from tagwright.ports import BatchingTagger, BatchTagger, Tagger
from tagwright.state import Lane, batches
from tagwright.state.batches import Batch
from tagwright_plugins.cli.assembly import make_tagger, make_taxonomy

logger = logging.getLogger(__name__)


class Services:
    """Reaches each batch under the configuration that it was made with.

    So its answers are read as they were asked for, whatever has been configured since.
    """

    def __init__(self, own: Mapping[str, BatchTagger], run_id: str = "") -> None:
        """``own`` are the ways to batches of the run ``run_id``, by the names of taggers."""
        self._own = own
        self._run_id = run_id
        self._others: dict[tuple[str, str], BatchTagger] = {}
        self._made: list[Tagger | BatchTagger] = []

    async def load(self, lane: Lane) -> None:
        """Find the ways to all batches that are open now; what cannot be reached is said."""
        for batch in await lane(batches.open_ones):
            key = batch.run_id, batch.tagger
            if key in self._others or batch.run_id == self._run_id:
                continue
            content = await lane(lambda c, batch=batch: batches.configuration(c, batch))  # type: ignore[misc]  # the default binds the loop variable
            try:
                self._others[key] = self._make(content, batch.tagger)
            except (TagwrightError, ValidationError) as exc:
                logger.warning("batch %d of %s is out of reach: %s", batch.id, batch.tagger, exc)

    def __call__(self, batch: Batch) -> BatchTagger | None:
        """Return the way to a batch; None: there is none."""
        if batch.run_id == self._run_id:
            return self._own.get(batch.tagger)
        return self._others.get((batch.run_id, batch.tagger))

    async def aclose(self) -> None:
        """Close what was opened here."""
        for one in self._made:
            await one.aclose()

    def _make(self, content: Mapping[str, object], spec: str) -> BatchTagger:
        configuration = Configuration.model_validate(content)
        tagger = make_tagger(configuration, make_taxonomy(configuration), spec)
        self._made.append(tagger)
        service = tagger.batches() if isinstance(tagger, BatchingTagger) else None
        if service is None:
            raise TagwrightError("its service takes no batches any more.")
        self._made.append(service)
        return service
