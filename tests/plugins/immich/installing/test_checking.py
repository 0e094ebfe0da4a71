"""``tagwright immich check``."""

from __future__ import annotations

import json

from click.testing import Result
from tests.adapters.immich.server import LEAST, ImmichServer

from .conftest import ONLY_NEWER, Run


def found(done: Result) -> dict[str, str]:
    """Return the status of each thing that was looked at."""
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["what"]: line["status"] for line in lines}


def test_the_least_key_is_enough(immich: ImmichServer, run: Run) -> None:
    """What else it would need for what is told, and is no failure."""
    immich.permissions.intersection_update(LEAST)
    done = run("check")
    assert done.exit_code == 0, done.output
    assert f"ok      main: server: Immich {immich.version} at {immich.url}" in done.stdout
    assert "ok      main: tagging: allowed" in done.stdout
    lines = (
        "captions and notes: not used: the key lacks asset.update",
        "albums: not used: the key lacks album.create, album.read, albumAsset.create",
        "websocket: not used: the key lacks all",
        "tags in Immich: the key may not know whether they are shown (userPreference.read)",
    )
    for line in lines:
        assert f"note    main: {line}" in done.stdout


@ONLY_NEWER
def test_all_there_is(immich: ImmichServer, run: Run) -> None:
    """Where nothing is missing, nothing is remarked upon."""
    immich.permissions.add("all")
    assert found(run("check", "--json"))["webhook"] == "note"
    run("install", "--url", "http://tagwright:8485")
    done = run("check", "--json")
    assert (done.exit_code, set(found(done).values())) == (0, {"ok"})
    assert "Immich calls http://tagwright:8485/immich/webhook/main" in done.stdout


def test_what_keeps_photos_from_being_tagged(immich: ImmichServer, run: Run) -> None:
    """Told with what is missing, and by the exit code."""
    immich.permissions.add("userPreference.read")
    immich.permissions.discard("tag.asset")
    immich.account.tags_on = False
    done = run("check")
    assert done.exit_code == 2
    assert "FAILED  main: tagging: lacks tag.asset: nothing can be tagged" in done.stdout
    assert "FAILED  main: tags in Immich: not shown: switch them on" in done.stdout


def test_another_key_and_no_server(immich: ImmichServer, run: Run) -> None:
    """What comes before is told; what comes behind cannot be looked at."""
    immich.account.key = "renewed"
    done = run("check", "--json")
    assert (done.exit_code, found(done)["key"]) == (2, "failed")
    assert "webhook" not in found(done)
    immich.down()
    done = run("check", "--json")
    assert (done.exit_code, found(done)) == (3, {"server": "failed"})
    immich.up()
