"""What ``tagwright digikam install`` and ``uninstall`` do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.errors import ConfigurationError
from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam import workflows
from tagwright_adapters.digikam.errors import DigikamError, DigikamNotFoundError
from tagwright_adapters.digikam.homes import Home, data_folder, home_of, is_running, newest
from tagwright_adapters.digikam.settings import find
from tagwright_plugins.cli.saving import save
from tagwright_plugins.digikam.calling import Called
from tagwright_plugins.digikam.installing import files

_OUTSIDE = ("flatpak-spawn", "--host")
_MENUS = 30  # s that the desktop has to learn of its new entries


@dataclass(frozen=True, slots=True)
class Change:
    """A file as it is to be; None: it is not there."""

    path: Path
    before: bytes | None
    after: bytes | None

    def said(self, *, done: bool) -> str:
        """Say what is done to the file, or would be."""
        what = "remove" if self.after is None else "write" if self.before is None else "change"
        past = {"remove": "Removed", "write": "Written", "change": "Changed"}
        return f"{past[what] if done else f'Would {what}'}: {self.path}"


def install(called: Called, *, dry_run: bool) -> int:
    """Put the files in their places and say what comes next; return the exit code.

    Raises:
        DigikamError: there is no digiKam, or it runs and may write over its workflows.
        ConfigurationError: a file that we did not write is in the way, or this is not Linux.
    """
    if sys.platform != "linux":
        message = "digiKam's queues and Open With call Tagwright on Linux only."
        raise ConfigurationError(message, cure="Use 'tagwright digikam sync'.")
    home = _home(called.place)
    changed = _apply([*_wanted(home, called)], dry_run=dry_run)
    if not changed:
        click.echo("All is as it should be.")
    if not dry_run:
        _say_next(home)
    return 0


def uninstall(place: Path | None, *, dry_run: bool) -> int:
    """Take away what is ours, and nothing else; return the exit code."""
    # Where digiKam itself has gone, what was put there for it goes, too.
    home = Home(data_folder()) if place is None and newest() is None else _home(place)
    if not _apply([*_gone(home)], dry_run=dry_run):
        click.echo("Nothing of Tagwright is there; nothing to do.")
    return 0


def is_installed(rc: Path) -> bool:
    """Say whether the workflow is there, in the digiKam of a ``digikamrc``.

    Raises:
        DigikamError: its list cannot be read.
    """
    there = workflows.read(home_of(rc).workflows)
    return there is not None and workflows.without(there, files.MARK) != there


def _home(place: Path | None) -> Home:
    rc = newest() if place is None else find(place).rc
    if rc is None:
        message = "no settings of digiKam were found."
        raise DigikamNotFoundError(message, cure="Start it once, or name its digikamrc.")
    return home_of(rc.absolute())


def _wanted(home: Home, called: Called) -> Iterator[Change]:
    if home.box != "Snap":
        before = workflows.read(home.workflows)
        mine = files.workflow(_reached(home, called.command("batch")))
        yield Change(home.workflows, before, workflows.put(before, mine, files.MARK))
    for what, path, outside in _entries(home):
        command = called.command(what)
        text = files.desktop_entry(what, (*_OUTSIDE, *command) if outside else command)
        yield Change(path, _ours(path), text.encode())


def _gone(home: Home) -> Iterator[Change]:
    before = workflows.read(home.workflows)
    if before is not None:
        after = workflows.without(before, files.MARK)
        empty = after != before and workflows.is_bare(after)
        yield Change(home.workflows, before, None if empty else after)
    for _, path, _ in _entries(home):
        yield Change(path, _ours(path), None)


def _reached(home: Home, command: Sequence[str]) -> Sequence[str]:
    """Return how a command is called from within a digiKam: a sandbox sees no program of ours."""
    return (*_OUTSIDE, *command) if home.box == "Flatpak" else command


def _entries(home: Home) -> Iterator[tuple[str, Path, bool]]:
    """Yield the desktop entries: what each is for, its file, and if it is read in a sandbox."""
    for what in ("tag", "review"):
        yield what, data_folder() / "applications" / files.entry_name(what), False
        if home.box == "Flatpak":
            yield what, home.data / "applications" / files.entry_name(what), True


def _ours(path: Path) -> bytes | None:
    there = workflows.read(path)
    if there is not None and files.MARK.encode() not in there:
        message = f"{source_name(path)} is there, and was not made by 'tagwright digikam install'."
        raise ConfigurationError(message, cure="Move it away first.")
    return there


def _apply(wanted: Sequence[Change], *, dry_run: bool) -> list[Change]:
    """Make the changes that there are; nothing is done where digiKam would undo one of them."""
    changes = [one for one in wanted if one.before != one.after]
    if any(one.path.name == workflows.NAME for one in changes) and is_running():
        message = "digiKam runs, and may write over its list of workflows."
        if not dry_run:
            raise DigikamError(message, cure="End it, and run the same command again.")
        click.echo(f"Note: {message} End it before you run this without --dry-run.")
    for change in changes:
        if not dry_run:
            _make(change)
        click.echo(change.said(done=not dry_run))
    if not dry_run:
        _tell_desktop({one.path.parent for one in changes if one.path.suffix == ".desktop"})
    return changes


def _make(change: Change) -> None:
    try:
        if change.after is None:
            change.path.unlink()
            return
        change.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        message = f"{source_name(change.path)} cannot be changed: {exc.strerror}."
        raise ConfigurationError(message, cure="Check the permissions of its folder.") from exc
    save(change.after.decode(), str(change.path))


def _tell_desktop(folders: set[Path]) -> None:
    """Have the desktop learn at once which programs open photos; else it does by itself, later."""
    program = shutil.which("update-desktop-database")
    for folder in folders if program else ():
        command = [str(program), str(folder)]
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, timeout=_MENUS, check=False)


def _say_next(home: Home) -> None:
    if home.box == "Snap":
        click.echo(
            "Your digiKam is a Snap, which can call no program outside of its box, so nothing was"
            " put into it. In your file manager: photos > Open With > Tag with Tagwright."
        )
        return
    click.echo("In digiKam, or your file manager: photos > Open With > Tag with Tagwright.")
    click.echo("In digiKam's Batch Queue Manager: Workflow > Tag with Tagwright.")
    if home.box == "Flatpak":
        click.echo(
            "Your digiKam is a Flatpak, which may call no program outside of its sandbox. Both work"
            " in it once you allow that, for all programs alike, and have started it anew:\n"
            "    flatpak override --user --talk-name=org.freedesktop.Flatpak org.kde.digikam\n"
            "Without it, the Batch Queue Manager reports each photo as failed. Your file manager's"
            " Open With works without it."
        )
    click.echo("'tagwright digikam check' says whether digiKam will show the tags.")
