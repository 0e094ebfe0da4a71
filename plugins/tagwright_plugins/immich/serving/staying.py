"""What a process that serves cannot change while it lives."""

from __future__ import annotations

import logging

from tagwright.configuration import Configuration

logger = logging.getLogger(__name__)


def say_what_stays(begun: Configuration, new: Configuration) -> None:
    """Say what another configuration changes that is taken over only by a new process."""
    before, after = _lasting(begun), _lasting(new)
    changed = [name for name, value in before.items() if after[name] != value]
    if changed:
        logger.warning("Start it anew for what changed of: %s.", ", ".join(changed))


def _lasting(configuration: Configuration) -> dict[str, object]:
    immich, watch = configuration.immich, configuration.watch
    return {
        "the accounts": {one.name for one in immich.accounts},
        "immich.listen": immich.listen,
        "immich.review": immich.review,
        "watch.listen": watch.listen,
        "watch.notify": watch.notify,
        "watch.away": watch.away,
        "watch.log": watch.log,
    }
