"""Options that several commands share, and how a command runs."""

from __future__ import annotations

import functools
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

Command = Callable[..., Any]


def configured(command: Command) -> Command:
    """Add ``--config`` and ``--state``, and turn our errors into a line and an exit code."""

    @click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Configuration file (default: tagwright.toml here or in the user's configuration).",
    )
    @click.option(
        "--state",
        type=click.Path(path_type=Path, file_okay=False),
        help="Directory of Tagwright's own database.",
    )
    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from tagwright.errors import TagwrightError  # noqa: PLC0415 - keeps --help quick

        _quieten()
        try:
            code = command(*args, **kwargs)
        except TagwrightError as exc:
            fail(exc)
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing is lost.", err=True)
            sys.exit(130)
        except BrokenPipeError:  # "tagwright … | head" is no error
            _leave_quietly()
        except BaseExceptionGroup as exc:  # likewise, met by one of several tasks
            if exc.split(TagwrightError)[1] is None:
                fail(_first(exc))
            if exc.split(BrokenPipeError)[1] is not None:
                raise
            _leave_quietly()
        if code is not None:  # else a command below this one follows
            sys.exit(code)

    return run


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _leave_quietly() -> NoReturn:
    sys.stderr.close()
    sys.exit(0)


def _quieten() -> None:
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    # Libraries warn of damaged EXIF and the like; what matters of it comes as an error of ours.
    logging.captureWarnings(capture=True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)


def fail(error: BaseException) -> NoReturn:
    """Print an error of ours and leave with its exit code."""
    click.secho("Error: ", fg="red", bold=True, err=True, nl=False)
    click.echo(str(error), err=True)
    sys.exit(getattr(error, "exit_code", 1))


_ASKING = (
    click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family)."),
    click.option(
        "--tagger",
        "taggers",
        multiple=True,
        metavar="SPEC",
        help="Who looks at the photos: basics, ollama:MODEL, chain:NAME … May be repeated.",
    ),
    click.option("--profile", help="Business profile for vision models (default: general)."),
    click.option("--sidecar", is_flag=True, help="Write beside the photos, never into them."),
)


def asking_options(command: Command) -> Command:
    """Add the options of every command that has photos looked at: by whom, in which words."""
    for option in reversed(_ASKING):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class AskingOptions:
    """Those options and the ones that all commands have, as click gives them."""

    config: Path | None
    state: Path | None
    taxonomy: str | None
    taggers: tuple[str, ...]
    profile: str | None
    sidecar: bool

    def overrides(self) -> dict[str, object]:
        """Return what they lay over the configuration."""
        return {
            "state": self.state,
            "taxonomy": self.taxonomy,
            "taggers": self.taggers or None,
            "profile": self.profile,
            "files.sidecar": "always" if self.sidecar else None,
        }


json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, one object a line, for scripts."
)
