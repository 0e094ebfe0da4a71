"""``tagwright review`` in the browser, where the extra for it is installed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from urllib.parse import urlencode

from tagwright.errors import ConfigurationError
from tagwright_plugins.cli.assembly import make_taxonomy
from tagwright_plugins.cli.places import given
from tagwright_plugins.cli.review.session import Where
from tagwright_plugins.cli.selecting import Selected


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served, as click gives it."""

    host: str
    port: int | None
    opens: bool
    new_token: bool


def is_there() -> bool:
    """Say whether the packages of the extra are installed."""
    return all(find_spec(name) for name in ("fastapi", "uvicorn", "python_multipart"))


def run(where: Where, selected: Selected, address: Address) -> int:
    """Serve the page, filtered as the options say, and return the exit code.

    Raises:
        ConfigurationError: the address cannot be used, or the options make no sense.
    """
    if len(selected.paths) > 1:
        raise ConfigurationError("the page takes one folder.", cure="--terminal takes several.")
    from tagwright_plugins.review_page.run import Serving, run  # noqa: PLC0415 - an extra

    configuration = where.configuration()
    selected.filter(make_taxonomy(configuration))
    serving = Serving(
        address.host,
        address.port,
        open=address.opens,
        new_token=address.new_token,
        query=_query(selected),
        config=where.config,
    )
    return run(configuration, serving)


def _query(selected: Selected) -> str:
    """Return the filter as the page's own addresses have it."""
    fields = {
        "facet": selected.branch,
        "min": selected.least or None,
        "max": selected.most if selected.most < 1.0 else None,
        "tagger": selected.tagger,
        "run": selected.run,
        "folder": next(map(given, selected.paths), None),
        "from": selected.taken_from,
        "to": selected.taken_to,
    }
    return urlencode({name: one for name, one in fields.items() if one})
