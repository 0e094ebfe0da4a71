"""The unit and the agent that start the daemon, and the commands that put them there."""

from __future__ import annotations

import os
import plistlib
import pwd
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from tagwright.configuration import load
from tagwright.taxonomy.samples import sample_names
from tagwright_plugins.watch.service.command import WithInstall, install, uninstall
from tagwright_plugins.watch.service.files import Service, launchd_plist, systemd_unit

ODD = ("plain", "two words", "per%cent", 'quo"te', "dol$lar", "back\\slash", "Ünï")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any configuration, and with nobody to tell."""
    for name in ("TAGWRIGHT_CONFIG", "TAGWRIGHT_STATE", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state home"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "no session"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def unit_of(home: Path) -> Path:
    return home / ".config" / "systemd" / "user" / "tagwright-watch.service"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(install, arguments)


def service(folder: Path, user: str | None = None) -> Service:
    command = (sys.executable, "-m", "tagwright_plugins.cli", "watch", str(folder))
    return Service(command, (folder,), folder / "state", folder / "environment", user)


def setting(unit: str, name: str) -> str:
    (line,) = [line for line in unit.splitlines() if line.startswith(f"{name}=")]
    return line.removeprefix(f"{name}=")


def test_the_unit_names_program_configuration_and_folders_in_full(home: Path) -> None:
    (home / "tagwright.toml").write_text('taggers = ["basics"]\n')
    (home / "Pictures").mkdir()
    done = run("Pictures", "later")
    assert done.exit_code == 0, done.output
    command = shlex.split(setting(unit_of(home).read_text(), "ExecStart"))
    assert Path(command[0]).is_absolute()
    assert command[command.index("--config") + 1] == str(home / "tagwright.toml")
    assert command[command.index("--state") + 1] == str(home / "state home" / "tagwright")
    assert command[-2:] == [str(home / "Pictures"), str(home / "later")]
    assert "later is not there yet" in done.output
    assert "Pictures is not there" not in done.output
    assert "systemctl --user enable --now tagwright-watch" in done.output


def test_installing_again_changes_nothing_and_other_folders_something(home: Path) -> None:
    assert "Written:" in run("a").output
    before = unit_of(home).stat()
    assert "is as it should be" in run("a").output
    assert unit_of(home).stat().st_ino == before.st_ino
    assert "Written anew:" in run("a", "b").output


def test_a_dry_run_shows_the_unit_and_writes_nothing(home: Path) -> None:
    shown = run("a", "--dry-run")
    assert "WatchdogSec=" in shown.output
    assert not (home / ".config").exists()
    run("a")
    text = unit_of(home).read_text()
    assert text in run("a", "--dry-run").output
    gone = CliRunner().invoke(uninstall, ["--dry-run"])
    assert "Would remove" in gone.output
    assert unit_of(home).read_text() == text


def test_a_unit_of_another_is_left_alone(home: Path) -> None:
    unit_of(home).parent.mkdir(parents=True)
    unit_of(home).write_text("[Service]\nExecStart=/bin/true\n")
    for done in (run("a"), CliRunner().invoke(uninstall)):
        assert done.exit_code == 2
        assert "was not made by" in done.output
    assert unit_of(home).read_text().endswith("/bin/true\n")


def test_a_wrong_configuration_is_not_installed(home: Path) -> None:
    (home / "tagwright.toml").write_text("tagers = []\n")
    done = run("a")
    assert done.exit_code == 2
    assert "taggers" in done.output
    assert not unit_of(home).exists()


def test_uninstalling_takes_the_unit_and_its_links_away(home: Path) -> None:
    run("a")
    link = unit_of(home).parent / "default.target.wants" / unit_of(home).name
    link.parent.mkdir()
    link.symlink_to(unit_of(home))
    done = CliRunner().invoke(uninstall)
    assert done.exit_code == 0
    assert not unit_of(home).exists()
    assert not link.is_symlink()
    again = CliRunner().invoke(uninstall)
    assert again.exit_code == 0
    assert "nothing to do" in again.output


def test_a_service_of_the_system_has_a_user_that_there_is(home: Path) -> None:
    shown = run("a", "--system", "--user", "root", "--dry-run")
    assert setting(shown.output, "User") == "root"
    assert setting(shown.output, "ProtectSystem") == "strict"
    assert setting(shown.output, "ProtectHome") == "read-only"  # "strict" leaves homes open
    assert f'"-{home / "a"}"' in setting(shown.output, "ReadWritePaths")
    missing = run("a", "--system", "--user", "no-such-user-here", "--dry-run")
    assert missing.exit_code == 2
    assert run("a", "--user", "root").exit_code == 2


@pytest.mark.skipif(pwd.getpwuid(os.getuid()).pw_name == "nobody", reason="runs as that user")
def test_a_service_of_another_user_has_that_users_state(home: Path) -> None:
    """Root installs it, and what is root's own could not be entered."""
    shown = run("a", "--system", "--user", "nobody", "--dry-run")
    command = shlex.split(setting(shown.output, "ExecStart"))
    state = Path(pwd.getpwnam("nobody").pw_dir) / ".local" / "state" / "tagwright"
    assert command[command.index("--state") + 1] == str(state)
    assert f'"-{state}"' in setting(shown.output, "ReadWritePaths")
    assert os.environ["HOME"] == str(home)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("user", [None, "root"])
def test_systemd_understands_the_unit(tmp_path: Path, user: str | None) -> None:
    unit = tmp_path / "tagwright-watch.service"
    folder = tmp_path / "photos"
    unit.write_text(systemd_unit(service(folder, user)))
    done = verify(unit)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("name", ODD)
def test_systemd_reads_folders_of_any_name(tmp_path: Path, name: str) -> None:
    """Were a name read otherwise, systemd would miss the program that lies in that folder."""
    folder = tmp_path / name
    folder.mkdir()
    # systemd takes no such characters in the name of a program.
    program = (tmp_path if set(name) & set('"\\$') else folder) / "show"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    one = Service((str(program), str(folder)), (folder,), folder, folder / "environment", "root")
    unit = tmp_path / "tagwright-watch.service"
    unit.write_text(systemd_unit(one))
    done = verify(unit)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_the_unit_of_the_system_is_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "tagwright-watch.service"
    unit.write_text(systemd_unit(service(tmp_path, "nobody")))
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=35", str(unit)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-400:]


def verify(unit: Path) -> subprocess.CompletedProcess[str]:
    manager = "--system" if "\nUser=" in unit.read_text() else "--user"
    return subprocess.run(
        ["systemd-analyze", manager, "verify", "--man=false", str(unit)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(unit.parent)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_install_stands_beside_a_command_that_takes_folders(home: Path) -> None:
    @click.command(cls=WithInstall)
    @click.argument("folders", nargs=-1)
    def watch(folders: tuple[str, ...]) -> None:
        click.echo(f"watching {' '.join(folders)}")

    group = click.Group(commands={"watch": watch})
    shown = CliRunner().invoke(group, ["watch", "install", "a", "--dry-run"])
    assert "WatchdogSec=" in shown.output
    usage = CliRunner().invoke(group, ["watch", "uninstall", "--help"]).output
    assert "watch uninstall [OPTIONS]" in usage
    assert CliRunner().invoke(group, ["watch", "./install", "b"]).output == "watching ./install b\n"
    assert CliRunner().invoke(group, ["watch"]).output == "watching \n"


def test_the_agent_holds_any_name(tmp_path: Path) -> None:
    for name in ODD:
        folder = tmp_path / name / "<&>"
        made = launchd_plist(service(folder), tmp_path / "watch.log", "/opt/bin:/usr/bin")
        content = plistlib.loads(made)
        assert content["ProgramArguments"][-1] == str(folder)
        assert content["EnvironmentVariables"] == {"PATH": "/opt/bin:/usr/bin"}
        assert content["StandardErrorPath"] == str(tmp_path / "watch.log")
        assert content["KeepAlive"] == {"SuccessfulExit": False}
        assert content["Label"] == "org.tagwright.watch"


def test_a_reader_finds_the_files_in_packaging() -> None:
    """They lie in the package, since the wheel needs them; links show them where one looks."""
    packaging = Path(__file__).parents[3] / "packaging"
    unit = packaging / "systemd" / "tagwright-watch.service.jinja"
    agent = packaging / "launchd" / "org.tagwright.watch.plist"
    assert "Type=notify" in unit.read_text()
    assert plistlib.loads(agent.read_bytes())["RunAtLoad"] is True


def test_the_container_runs_with_little_and_is_asked_how_it_is() -> None:
    """Building it takes an engine and minutes; what can be read is held to the rest."""
    folder = Path(__file__).parents[3] / "packaging" / "container"
    steps = (folder / "Containerfile").read_text()
    assert "libimage-exiftool-perl" in steps
    assert steps.index("USER tagwright") < steps.index("ENTRYPOINT")
    assert "-m 1777 /state" in steps  # any PHOTOS_UID can write to the volume
    assert "/healthz" in steps
    for file in ("compose.immich.yaml", "compose.watch.yaml"):
        (service,) = yaml.safe_load((folder / file).read_text())["services"].values()
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["healthcheck"]["test"][-1] in steps
        assert service["build"]["dockerfile"] == "packaging/container/Containerfile"
    top = folder.parents[1]
    copied = re.findall(r"^COPY ([^-].*) \S+$", steps, re.MULTILINE)
    names = set(" ".join(copied).split())
    assert all((top / name).exists() for name in names)
    sent = re.findall(r"^!(.+)$", (top / ".dockerignore").read_text(), re.MULTILINE)
    assert set(sent) == names


def test_what_the_container_beside_immich_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each variable is a setting that exists; what nobody sets is as if it were not there."""
    file = Path(__file__).parents[3] / "packaging" / "container" / "compose.immich.yaml"
    told = yaml.safe_load(file.read_text())["services"]["tagwright"]["environment"]
    monkeypatch.chdir(tmp_path)
    for name, value in told.items():
        monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*)\}", r"\1", value))
    configuration, _ = load()
    assert configuration.immich.address == "http://immich-server:2283"
    assert configuration.immich.public == ""
    assert configuration.taxonomy in sample_names()
    for account in configuration.immich.accounts:
        assert f"{account.secret}_FILE" in told
