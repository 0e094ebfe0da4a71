"""What "Review in Tagwright" does among the programs that photos are opened with."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from tagwright.configuration import Configuration, load
from tagwright.errors import MissingProgramError, TagwrightError
from tagwright_adapters.digikam import bus
from tagwright_adapters.digikam.installation import look
from tagwright_adapters.files.names import to_reference
from tagwright_plugins.digikam.syncing import obeying

_IDLE = 600.0  # s; nobody sees it run, to end it
_MOST = 200  # photos that are asked for one by one
_PAGE = ("fastapi", "uvicorn", "python_multipart")


def run(
    photos: Sequence[Path],
    place: Path | None,
    config: Path | None,
    state: Path | None,
    *,
    opens: bool = True,
) -> int:
    """Serve the review page about some photos, or all, and return the exit code."""
    try:
        return _serve(photos, place, config, state, opens=opens)
    except TagwrightError as exc:
        bus.notify("Tagwright: no review", str(exc))
        raise


def _serve(
    photos: Sequence[Path],
    place: Path | None,
    config: Path | None,
    state: Path | None,
    *,
    opens: bool,
) -> int:
    if not all(map(find_spec, _PAGE)):
        cure = "Install it: pip install 'tagwright[review]'."
        raise MissingProgramError("the review page is not installed.", cure=cure)
    from tagwright_plugins.review_page.run import Serving, run  # noqa: PLC0415 - an extra

    serving = Serving(
        "127.0.0.1",
        None,
        open=opens,
        new_token=False,
        query="",
        config=config,
        under=_references(photos),
        idle=_IDLE,
    )
    return run(_configuration(place, config, state), serving)


def _configuration(place: Path | None, config: Path | None, state: Path | None) -> Configuration:
    """Return what ``tagwright digikam sync`` goes by."""
    configuration, _ = load(config, {"state": state})
    behaviour = look(place).behaviour
    return configuration if behaviour is None else obeying(behaviour, configuration, place)


def _references(photos: Sequence[Path]) -> tuple[str, ...]:
    """Name the photos; where they are many, the folders that they lie in."""
    paths = [photo.resolve() for photo in photos]
    if len(paths) > _MOST:
        paths = [path.parent for path in paths]
    return tuple(dict.fromkeys(map(to_reference, paths)))
