"""Puts the daemon's unit or agent in its place, and takes it away."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import platformdirs

from tagwright.configuration import load
from tagwright.errors import ConfigurationError
from tagwright_plugins.cli.program import program
from tagwright_plugins.cli.saving import save
from tagwright_plugins.watch.service import files as services
from tagwright_plugins.watch.service.files import LABEL, NAME, Service

_SYSTEM = Path("/etc/systemd/system")
_KEYS = Path("/etc/tagwright/environment")
_MANAGER = 30  # s that systemd has to read its units


@dataclass(frozen=True, slots=True)
class Place:
    """Where the file belongs, and what to do with it."""

    path: Path
    environment: Path
    start: tuple[str, ...]  # commands, for people
    stop: tuple[str, ...]
    user: str | None = None
    launchd: bool = False


def place(*, system: bool, user: str | None) -> Place:
    """Return the place for this machine.

    Raises:
        ConfigurationError: the options do not fit it, or the user does not exist.
    """
    if sys.platform == "darwin":
        if system:
            raise ConfigurationError(
                "--system is for systemd.", cure="Leave it out: the agent starts with your login."
            )
        return _launchd()
    if system:
        return _of_system(user)
    if user is not None:
        raise ConfigurationError("--user goes with --system.", cure="Leave it out, or add that.")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Place(
        path=config / "systemd" / "user" / f"{NAME}.service",
        environment=config / "tagwright" / "environment",
        start=(
            f"systemctl --user enable --now {NAME}",
            "loginctl enable-linger   # so that it runs while you are logged out, too",
            f"journalctl --user -u {NAME} -f   # what it does",
        ),
        stop=(f"systemctl --user stop {NAME}",),
    )


def _of_system(user: str | None) -> Place:
    name = user or os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name
    try:
        pwd.getpwnam(name)
    except KeyError as exc:
        msg = f"there is no user {name!r} on this machine."
        raise ConfigurationError(msg, cure="Name the owner of the photos with --user.") from exc
    return Place(
        path=_SYSTEM / f"{NAME}.service",
        environment=_KEYS,
        start=(
            "systemctl daemon-reload",
            f"systemctl enable --now {NAME}",
            f"journalctl -u {NAME} -f   # what it does",
        ),
        stop=("systemctl daemon-reload", f"systemctl stop {NAME}"),
        user=name,
    )


def _launchd() -> Place:
    path = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    domain = f"gui/{os.getuid()}"
    return Place(
        path=path,
        environment=Path(platformdirs.user_config_dir("tagwright")) / "environment",
        start=(f"launchctl bootstrap {domain} {shlex.quote(str(path))}",),
        stop=(f"launchctl bootout {domain}/{LABEL}",),
        launchd=True,
    )


def install(
    where: Place,
    folders: Sequence[Path],
    config: Path | None,
    state: Path | None,
    *,
    dry_run: bool,
) -> int:
    """Write the file, unless it stands there just so, and say what comes next.

    Raises:
        ConfigurationError: the configuration is wrong, or a file that we did not write is there.
    """
    with _home_of(where.user):
        service = _service(where, folders, config, state)
    text = _text(where, service)
    there = _ours(where.path)
    if dry_run:
        click.echo(f"# {where.path}")
        click.echo(text, nl=False)
        return 0
    if where.user is not None:
        _make_state(service.state, pwd.getpwnam(where.user))
    if there == text:
        click.echo(f"{where.path} is as it should be.")
    else:
        _write(where.path, text)
        click.echo(f"{'Written' if there is None else 'Written anew'}: {where.path}")
        _reload(where)
    missing = [folder for folder in folders if not folder.is_dir()]
    for folder in missing:
        click.echo(f"Note: {folder} is not there yet; it is watched from when it is.")
    _say_next(where.start)
    return 0


def uninstall(where: Place, *, dry_run: bool) -> int:
    """Remove the file, if it is there and ours."""
    if _ours(where.path) is None:
        click.echo(f"{where.path} is not there; nothing to do.")
        return 0
    if dry_run:
        click.echo(f"Would remove {where.path}")
        return 0
    # Links by which systemd starts it, as "enable" made them.
    links = where.path.parent.glob(f"*.wants/{where.path.name}")
    try:
        for path in (*links, where.path):
            path.unlink()
    except OSError as exc:
        raise _denied(where.path, exc) from exc
    click.echo(f"Removed: {where.path}")
    _reload(where)
    _say_next(where.stop)
    return 0


@contextmanager
def _home_of(user: str | None) -> Iterator[None]:
    """Have configuration and state found where ``user`` has them, whoever installs the unit."""
    if user is None or pwd.getpwnam(user).pw_uid == os.getuid():
        yield
        return
    before = dict(os.environ)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ.pop(name, None)
    os.environ["HOME"] = pwd.getpwnam(user).pw_dir
    try:
        yield
    finally:
        os.environ.update(before)


def _make_state(state: Path, user: pwd.struct_passwd) -> None:
    """Make the state directory with the rights of its user: the unit could not, in its fences."""
    if state.is_dir():
        return
    try:
        subprocess.run(
            ["mkdir", "-p", "-m", "700", str(state)],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=(),
            check=True,
            capture_output=True,
        )
    except PermissionError as exc:  # to act for another user
        raise _denied(state, exc) from exc
    except (OSError, subprocess.SubprocessError) as exc:
        raise ConfigurationError(
            f"{user.pw_name} cannot make the state directory {state}.",
            cure="Name one with --state in which that user may write.",
        ) from exc


def _service(
    where: Place, folders: Sequence[Path], config: Path | None, state: Path | None
) -> Service:
    configuration, source = load(config, {"state": state})
    watched = tuple(folder.expanduser().absolute() for folder in folders)
    options: list[object] = ["--state", configuration.state]
    if source is not None:
        options += ["--config", source.absolute()]
    command = tuple(map(str, (*program(), "watch", *options, *watched)))
    return Service(command, watched, configuration.state, where.environment, where.user)


def _text(where: Place, service: Service) -> str:
    if not where.launchd:
        return services.systemd_unit(service)
    log = Path.home() / "Library" / "Logs" / f"{NAME}.log"
    found = shutil.which("exiftool")
    beside = [str(Path(found).parent)] if found else []
    path = ":".join(dict.fromkeys((*beside, "/usr/local/bin", "/usr/bin", "/bin")))
    return services.launchd_plist(service, log, path).decode()


def _ours(path: Path) -> str | None:
    """Return the file's text; None: there is none.

    Raises:
        ConfigurationError: somebody else wrote it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise _denied(path, exc) from exc
    if services.MARK not in text and LABEL not in text:
        msg = f"{path} is there, and was not made by 'tagwright watch install'."
        raise ConfigurationError(msg, cure="Move it away first.")
    return text


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise _denied(path, exc) from exc
    save(text, str(path))


def _denied(path: Path, exc: Exception) -> ConfigurationError:
    reason = getattr(exc, "strerror", None) or exc
    cure = "Check who may change it; with --system, run this with sudo."
    return ConfigurationError(f"{path} cannot be read or changed: {reason}.", cure=cure)


def _reload(where: Place) -> None:
    """Let the user's own systemd read its units anew; the system's is left to the person."""
    if where.launchd or where.user is not None or shutil.which("systemctl") is None:
        return
    command = ["systemctl", "--user", "daemon-reload"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_MANAGER, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return
    if done.returncode:  # no session of this user: the next login reads them
        click.echo("Your systemd was not there to be told; the next login reads it.")


def _say_next(commands: Sequence[str]) -> None:
    click.echo("Next:")
    for command in commands:
        click.echo(f"    {command}")
