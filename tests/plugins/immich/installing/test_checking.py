"""``tagwright immich check``."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import Result
from tests.adapters.immich.server import LEAST, External, ImmichServer

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
        "notes: none are kept with photos, from which a lost database is made anew: the key lacks",
        "tags in Immich: whether they are shown is not known: the key lacks userPreference.read",
    )
    for line in lines:
        assert f"note    main: {line}" in done.stdout
    assert "ok      main: albums: no rule names any" in done.stdout
    assert "Nothing keeps photos from being tagged" in done.stdout
    rule = '[[rule]]\nname = "pets"\nwhen.any = ["Cat"]\nthen.albums = ["Pets"]\n'
    Path("tagwright.toml").write_text(rule)
    said = run("check").stdout
    assert "note    main: albums: your rules name some in vain: the key lacks album.create" in said


@ONLY_NEWER
def test_all_there_is(immich: ImmichServer, run: Run, state: Path) -> None:
    """Where nothing is missing, nothing is remarked upon; a state that is lost shows."""
    immich.permissions.add("all")
    assert found(run("check", "--json"))["webhook"] == "note"
    run("install", "--url", "http://tagwright:8485")
    immich.library.external_domain = "https://photos.example.org"
    done = run("check", "--json")
    assert "photos are opened at https://photos.example.org" in done.stdout
    assert (done.exit_code, set(found(done).values())) == (0, {"ok"})
    assert "Immich calls http://tagwright:8485/immich/webhook/main" in done.stdout
    (state / "immich-main.webhook").unlink()
    assert "'tagwright immich install' repairs it" in run("check").stdout
    run("install")
    assert found(run("check", "--json"))["webhook"] == "ok"


def test_what_keeps_photos_from_being_tagged(immich: ImmichServer, run: Run) -> None:
    """Told with what is missing, and by the exit code."""
    immich.permissions.add("userPreference.read")
    immich.permissions.discard("tag.asset")
    immich.account.tags_on = False
    done = run("check")
    assert done.exit_code == 2
    assert "FAILED  main: tagging: the key lacks tag.asset: nothing can be tagged" in done.stdout
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


def test_a_canary_proves_each_step_and_leaves_nothing(immich: ImmichServer, run: Run) -> None:
    """A tag is set on the newest photo, found by Immich's search, and taken away again."""
    immich.permissions.add("tag.delete")
    photo = immich.upload("a.jpg")
    immich.settle()
    immich.tag(photo, "Mine")
    immich.settle()
    immich.run()
    done = run("check", "--canary", "--json")
    assert done.exit_code == 0, done.output
    steps = {what: status for what, status in found(done).items() if what.startswith("canary")}
    assert list(steps) == [f"canary: {step}" for step in ("picture", "tag", "search", "tidied")]
    assert set(steps.values()) == {"ok"}
    assert immich.tags_of(photo) == ["Mine"]
    assert immich.account.tags.find("Tagwright/Canary") is None
    immich.permissions.add("userPreference.read")
    immich.account.tags_on = False  # as in every new account: nothing that it needs
    done = run("check", "--canary", "--json")
    assert (done.exit_code, found(done)["canary: search"]) == (2, "ok")


def test_a_canary_in_a_library_that_takes_no_tags(immich: ImmichServer, run: Run) -> None:
    """What keeps tags from staying is told, and nothing is left."""
    photo = immich.upload("a.jpg", external=External(immich.clock.uuid()))
    immich.settle()
    immich.run()
    done = run("check", "--canary")
    assert done.exit_code == 1
    assert "read-only" in done.output
    assert immich.tags_of(photo) == []


def test_a_canary_needs_a_photo(immich: ImmichServer, run: Run) -> None:
    """An account without any that will do is no failure; those that will not are passed over."""
    assert "has no photo of its own yet" in run("check", "--canary").stdout
    immich.upload("external.jpg", external=External(immich.clock.uuid()))
    older = immich.upload("older.jpg", taken="2020-01-01T00:00:00.000Z")
    alone = immich.upload("alone.jpg")
    private = immich.upload("private.jpg", taken="2022-01-01T00:00:00.000Z")
    rule = '[[rule]]\nname = "Private"\nwhen.dates = ["2022-01-01"]\nthen.leave_alone = true\n'
    Path("tagwright.toml").write_text(rule)
    immich.settle()
    immich.tag(alone, "Tagwright/Leave alone")
    immich.settle()
    immich.run()
    done = run("check", "--canary")
    assert (done.exit_code, "canary: picture: older.jpg" in done.stdout) == (0, True), done.output
    assert "1 photo: it has the tag Tagwright/Leave alone" in done.stdout
    assert "1 photo: the rule 'Private' leaves it alone" in done.stdout
    assert immich.tags_of(alone) == ["Tagwright/Leave alone"]
    del immich.library.assets[older.id], immich.library.assets[private.id]
    for asset in list(immich.library.assets.values()):
        asset.external = None
        immich.tag(asset, "Tagwright/Leave alone")
    done = run("check", "--canary")
    assert (done.exit_code, "no photo among the newest will do (2 photos: " in done.stdout) == (
        0,
        True,
    )
