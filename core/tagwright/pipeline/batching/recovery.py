"""Taking up what dead processes left behind."""

from __future__ import annotations

from tagwright.pipeline.batching.options import Reach
from tagwright.pipeline.batching.sending import look_up
from tagwright.state import Lane, batches
from tagwright.state.owners import Owner


async def recover(lane: Lane, owner: Owner, reach: Reach) -> None:
    """Settle what became of batches that were being made when their process died.

    What had not begun to be handed over was never sent. Of all else the service is asked.

    Raises:
        TaggerError: a service cannot be asked.
    """
    for batch in await lane(batches.open_ones):
        # What this very process has left behind is as dead: it has one lane, and begins it here.
        alive = batch.owner != owner.id and owner.is_alive(batch.owner)
        if batch.status == "submitted" or alive:
            continue
        name = ""
        if batch.status == "submitting":
            to = reach(batch)
            if to is None:
                continue
            name = await look_up(lane, to, batch)
        if name:
            await lane(lambda c, b=batch, name=name: batches.submitted(c, b.id, name))  # type: ignore[misc]  # the defaults bind the loop variables
        else:
            await lane(lambda c, b=batch: batches.end(c, b, "lost"))  # type: ignore[misc]  # as above
