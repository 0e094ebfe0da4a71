"""The address by which Immich reaches us."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from tagwright.errors import ConfigurationError
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.immich.receiving.hooks import hook_path

_NOWHERE = ("0.0.0.0", "::")  # noqa: S104 - to be refused


def hook_url(written: str, account: str) -> str:
    """Return where an account's workflows call, from an address with or without the path.

    Raises:
        ConfigurationError: it is no address that can be called.
    """
    try:
        parts = urlsplit(written.strip())
        callable_ = parts.scheme in ("http", "https") and parts.port != 0
        callable_ = callable_ and (parts.hostname or _NOWHERE[0]) not in _NOWHERE
    except ValueError:
        callable_ = False
    if not callable_:
        message = f"{written.strip()!r} is no address that Immich can call."
        raise ConfigurationError(message, cure="Write it as in --url http://tagwright:8485.")
    path, own = parts.path.rstrip("/"), hook_path(account)
    path = path if path.endswith(own) else path + own
    return parts._replace(path=path, query="", fragment="").geturl()


def doubts(url: str, listen: str) -> Iterator[str]:
    """Say what may keep Immich from reaching an address where we listen at another."""
    called = urlsplit(url).hostname or ""
    if is_loopback(called):
        yield (
            f"{called} is Immich's own container where it runs in one. If it does, name"
            " Tagwright's: --url http://tagwright:8485."
        )
    elif is_loopback(listen.rpartition(":")[0].strip("[]")):
        yield (
            f"Tagwright listens at {listen}, where only this machine reaches it. If Immich runs"
            " in a container or elsewhere, set 'listen' under [immich] to \"0.0.0.0:8485\"."
        )
