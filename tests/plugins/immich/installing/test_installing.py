"""``tagwright immich install`` and ``uninstall``, from the command to the webhook."""

from __future__ import annotations

import asyncio
import json
import stat
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.immich.server import KEY, LEAST, ImmichServer
from tests.adapters.loopback import Response
from tests.plugins.immich.receiving.serving import served

from tagwright_plugins.immich.installing.keeping import webhook_secret
from tagwright_plugins.immich.receiving.hooks import HEADER
from tagwright_plugins.immich.receiving.webhook import webhook

from .conftest import ONLY_NEWER, TO_INSTALL, Run

URL = "http://tagwright:8485"
FIRST, SECOND = "Tagwright (main): new assets", "Tagwright (main): read assets"


def workflows(immich: ImmichServer) -> list[tuple[str, str, str]]:
    """Return name, trigger and address of what the server has."""
    return [
        (one["name"], one["trigger"], one["steps"][0]["config"]["url"])
        for one in immich.library.workflows.values()
    ]


def ask(immich: ImmichServer, method: str, path: str, body: Any = None) -> Any:
    """Ask as the person in the browser does."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    request = urllib.request.Request(f"{immich.url}/api{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read() or b"null")


@ONLY_NEWER
async def test_from_the_command_to_the_webhook(immich: ImmichServer, run: Run, state: Path) -> None:
    """What was installed is taken by our end: both triggers, with the secret, which nobody sees."""
    heard: list[str] = []
    secret = webhook_secret(state, "main")
    async with served(webhook("main", secret, heard.extend)) as address:
        done = await asyncio.to_thread(run, "install", "--url", address)
        assert done.exit_code == 0, done.output
        asset = immich.upload()
        immich.settle()
        assert await asyncio.to_thread(immich.webhooks.delivered) == [204, 204]
    assert heard == [asset.id, asset.id]
    assert secret not in done.output
    assert "Note: 127.0.0.1 is Immich's own container" in done.stderr
    assert stat.S_IMODE((state / "immich-main.webhook").stat().st_mode) == 0o600


@ONLY_NEWER
def test_again_and_away(immich: ImmichServer, run: Run) -> None:
    """A second time changes nothing; what others made stays, also in the end."""
    others = {
        "trigger": "AssetCreate",
        "name": "Mine",
        "enabled": True,
        "steps": [
            {"method": "immich-plugin-core#webhook", "config": {"url": URL, "method": "POST"}}
        ],
    }
    ask(immich, "POST", "/workflows", others)
    first = run("install", "--url", URL)
    assert first.stdout.splitlines() == [
        f"main: workflow “{FIRST}”: made.",
        f"main: workflow “{SECOND}”: made.",
    ]
    assert "set 'listen' under [immich]" in first.stderr
    made = workflows(immich)
    assert made[1:] == [
        (FIRST, "AssetCreate", f"{URL}/immich/webhook/main"),
        (SECOND, "AssetMetadataExtraction", f"{URL}/immich/webhook/main"),
    ]
    again = run("install")  # knows its address from what is there
    assert (again.exit_code, again.stdout.count("is as it should be")) == (0, 2)
    assert workflows(immich) == made
    assert run("uninstall", "--dry-run").stdout.count("would be removed") == 2
    assert workflows(immich) == made
    assert run("uninstall").stdout.count("removed") == 2
    assert workflows(immich) == made[:1]
    assert "no workflow of ours" in run("uninstall").stdout


@ONLY_NEWER
def test_repairs(immich: ImmichServer, run: Run, state: Path) -> None:
    """Whatever a person or a move has changed; doubles go."""
    run("install", "--url", URL)
    first, second = immich.library.workflows
    ask(immich, "PUT", f"/workflows/{first}", {"enabled": False, "name": "Renamed"})
    ask(immich, "POST", "/workflows", immich_copy(immich, second))
    (state / "immich-main.webhook").unlink()  # a lost state: the secret is another one now
    moved = f"{URL.replace('tagwright', 'nas')}/tags/"
    done = run("install", "--url", moved)
    assert done.stdout.splitlines() == [
        "main: workflow “Renamed”: repaired.",
        f"main: workflow “{SECOND}”: repaired.",
        f"main: workflow “{SECOND}”: removed.",
    ]
    secret = webhook_secret(state, "main")
    for one in immich.library.workflows.values():
        config = one["steps"][0]["config"]
        assert one["enabled"]
        assert config["url"] == "http://nas:8485/tags/immich/webhook/main"
        assert (config["headerName"], config["headerValue"]) == (HEADER, secret)
    assert len(immich.library.workflows) == 2


def immich_copy(immich: ImmichServer, number: str) -> dict[str, Any]:
    """Return a workflow as it is made."""
    kept = ("trigger", "name", "enabled", "steps")
    return {key: immich.library.workflows[number][key] for key in kept}


@ONLY_NEWER
def test_what_keeps_it_from_being_done(immich: ImmichServer, run: Run, state: Path) -> None:
    """All that the key lacks is named, and where we are must be known; nothing is half done."""
    assert run("install", "--dry-run", "--url", URL).stdout.count("would be made") == 2
    assert not state.exists()
    unknown = run("install")
    assert (unknown.exit_code, "--url http://tagwright:8485" in unknown.stderr) == (2, True)
    for wrong in ("tagwright:8485", "http://0.0.0.0:8485", "http://[x"):
        assert run("install", "--url", wrong).exit_code == 2
    immich.instead["/api/plugins/methods"] = Response([])
    bare = run("install", "--url", URL)
    assert (bare.exit_code, "has no workflows that call an address" in bare.stderr) == (2, True)
    immich.permissions.difference_update({"workflow.create", "plugin.read", "workflow.delete"})
    lacking = run("install", "--url", URL)
    assert lacking.exit_code == 2
    assert "lacks permissions: plugin.read, workflow.create." in lacking.stderr
    assert "lacks permissions: workflow.delete." in run("uninstall").stderr
    assert workflows(immich) == []
    assert not state.exists()


@pytest.mark.parametrize("immich", ["2.7.5"], indirect=True)
def test_without_workflows(immich: ImmichServer, run: Run, state: Path) -> None:
    """2.x is looked at again and again instead, and the least key will do."""
    immich.permissions.intersection_update(LEAST)
    done = run("install", "--url", URL)
    assert done.exit_code == 0
    assert "Tagwright looks every 60 s by itself" in done.stdout
    assert run("uninstall").exit_code == 0
    assert not state.exists()
    immich.upgrade("3.1.0")
    immich.permissions.update(TO_INSTALL, {"plugin.read"})
    assert run("install", "--url", URL).stdout.count("made") == 2


@ONLY_NEWER
def test_several_accounts(
    immich: ImmichServer, run: Run, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has workflows, a path and a secret of its own."""
    bob = immich.library.account("Bob", "bobs-key-0123456789")
    bob.permissions |= TO_INSTALL | {"plugin.read"}
    monkeypatch.setenv("IMMICH_API_KEY_ALICE", KEY)
    monkeypatch.setenv("IMMICH_API_KEY_BOB", bob.key)
    names: Iterable[str] = ("alice", "bob")
    accounts = "".join(f'[[immich.account]]\nname = "{name}"\n' for name in names)
    (state.parent / "tagwright.toml").write_text(accounts, encoding="utf-8")
    assert run("install", "--url", URL, "--account", "bob").exit_code == 0
    assert {name for name, _, _ in workflows(immich)} == {
        "Tagwright (bob): new assets",
        "Tagwright (bob): read assets",
    }
    assert run("install", "--url", URL).exit_code == 0
    configs = [one["steps"][0]["config"] for one in immich.library.workflows.values()]
    assert len({(config["url"], config["headerValue"]) for config in configs}) == 2
    assert run("install", "--account", "carol").exit_code == 2
    bob.key = "renewed"
    refused = run("install")
    assert "does not accept the key in IMMICH_API_KEY_BOB" in refused.stderr
    assert "alice: workflow" in refused.stdout
