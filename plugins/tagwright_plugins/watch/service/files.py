"""The files by which systemd or launchd start the daemon."""

from __future__ import annotations

import plistlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

NAME = "tagwright-watch"
LABEL = "org.tagwright.watch"
MARK = "# Made by 'tagwright watch install'; make it anew rather than change it."
_MEMORY = "2G"


@dataclass(frozen=True, slots=True)
class Service:
    """What is to be started; all paths are absolute."""

    command: tuple[str, ...]  # program and arguments
    folders: tuple[Path, ...]  # that are watched, and so written to
    state: Path
    environment: Path  # file with keys of vision services
    user: str | None = None  # of a service of the whole system; None: one of the user's own


def systemd_unit(service: Service) -> str:
    """Return the text of a unit."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - no HTML
    environment.filters["escaped"] = _percent
    template = environment.from_string(_template(f"{NAME}.service.jinja"))
    return template.render(
        mark=MARK,
        command=" ".join(map(_argument, service.command)),
        # "-": a folder that is not there, such as a disk that is not mounted, must not stop it.
        writable=" ".join(_quoted(f"-{path}") for path in (service.state, *service.folders)),
        environment=str(service.environment),
        user=service.user,
        memory=_MEMORY,
    )


def launchd_plist(service: Service, log: Path, path: str) -> bytes:
    """Return a property list; ``path`` is where programs such as exiftool are looked for."""
    content = plistlib.loads(_template(f"{LABEL}.plist").encode())
    content["ProgramArguments"] = list(service.command)
    content["EnvironmentVariables"] = {"PATH": path}
    content["StandardOutPath"] = content["StandardErrorPath"] = str(log)
    return plistlib.dumps(content)


def _template(name: str) -> str:
    return (files("tagwright_plugins.watch.service") / "units" / name).read_text(encoding="utf-8")


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(text: str) -> str:
    r"""Quote a word as systemd.syntax(7) reads it: blanks, quotes and control characters."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{_percent(plain)}"'


def _argument(text: str) -> str:
    """Quote an argument of a command, where variables are put in, too."""
    return _quoted(text).replace("$", "$$")
