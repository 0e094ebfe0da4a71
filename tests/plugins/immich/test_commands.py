"""What all commands do with photos of Immich: as with files, and called by their names."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Callable, Mapping

import httpx
import pytest
from click.testing import CliRunner, Result
from tests.adapters.immich.server import Asset, External
from tests.plugins.watch.living.waiting import wait_until

from tagwright_plugins.cli.main import cli

from .conftest import House

CAT = "Animals/Cat"
PUBLIC = "https://photos.example.org"
TO_GATHER = {"album.read", "album.create", "albumAsset.create", "albumAsset.delete"}
THEIRS = "My pets/Cat"
VOCABULARY = "name: T\nlanguage: en\nconcepts:\n  Animals: {narrower: {Cat: {id: cat}}}\n"
RENAMED = VOCABULARY.replace("Cat:", "Kitty:").replace("id: cat", "id: cat, also: [cat]")

Run = Callable[..., Result]


@pytest.fixture
def run(house: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run commands, in this process for speed."""
    (house.home / "mine.yaml").write_text(VOCABULARY)
    house.configure('taxonomy = "mine.yaml"')
    monkeypatch.chdir(house.home)
    env: Mapping[str, str] = house.environment
    return lambda *line, code=0: _checked(CliRunner().invoke(cli, line, env=env), code)


def _checked(done: Result, code: int) -> Result:
    assert done.exit_code == code, done.output
    return done


def _uploaded(house: House, *names: str) -> list[Asset]:
    """Upload photos to an account that is watched, and wait until they were worked on."""
    wait_until(lambda: house.immich.received.count("/api/search/metadata") >= 2)
    assets = [house.immich.upload(f"{name}.jpg") for name in names]
    wait_until(lambda: all(f"{one.name} ({one.id}): tagged" in house.log for one in assets))
    return assets


def test_taking_back(house: House, run: Run) -> None:
    """What serving wrote is undone by run, put back, and undone by address; theirs stays."""
    immich = house.immich
    with house.living() as daemon:
        assets = first, second = _uploaded(house, "IMG_1", "IMG_2")
        address = f"{immich.url}/photos/{first.id}"
        immich.tag(first, THEIRS)
        undone = run("undo", "--run", "last").output
        assert f"such as IMG_1.jpg ({address})" in undone
        assert [immich.tags_of(one) for one in assets] == [[THEIRS], []]
        number = re.findall(r"undo --run (\S+)", undone)[0]
        run("undo", "--run", number)
        assert [immich.tags_of(one) for one in assets] == [[CAT, THEIRS], [CAT]]
        run("undo", "--yes", "--concept", "Cat", address)
        assert house.end(daemon) == 0
    assert [immich.tags_of(one) for one in assets] == [[THEIRS], [CAT]]
    assert f"IMG_1.jpg ({address})" in run("search", "img_1").output
    assert CAT in run("history", first.id).output
    assert not json.loads(run("status", "--json").output)["troubled"]
    (house.home / "mine.yaml").write_text(RENAMED)
    run("remap", "--yes", second.id)
    assert immich.tags_of(second) == ["Animals/Kitty"]
    house.configure(immich='root = "AI"')
    assert "the root of our tags" in run("undo", "--yes", second.id, code=1).output
    house.configure(immich='[[immich.account]]\nname = "other"')
    told = run("undo", "--json", "--yes", "immich:main", code=1).stdout.splitlines()
    (failed,) = (one for one in map(json.loads, told) if one["type"] == "photo")
    assert (failed["name"], failed["status"]) == ("IMG_2.jpg", "failed")
    assert "'immich:main' is not configured" in failed["error"]


def test_deciding(house: House, run: Run) -> None:
    """What waits is decided on the page that is served, and by command; a decision can go back."""
    immich = house.immich
    with socket.create_server(("127.0.0.1", 0)) as free:
        page = f"127.0.0.1:{free.getsockname()[1]}"
    immich.library.external_domain = PUBLIC
    policy = 'taxonomy = "mine.yaml"\n[policy]\napply = 1.0\nreview = 0.5'
    house.configure(policy, review=page)
    with house.living() as daemon:
        names = ("on the page", "accepted", "rejected")
        assets = dict(zip(names, _uploaded(house, *names), strict=True))
        with httpx.Client(base_url=f"http://{page}", follow_redirects=True) as browser:
            _decide(browser, assets["on the page"], PUBLIC)
        wait_until(lambda: f"[review] on the page.jpg ({PUBLIC}/photos/" in house.log)
        assert immich.tags_of(assets["on the page"]) == [CAT]
        run("accept", "cat", assets["accepted"].id)
        run("reject", "cat", "immich:main")
        assert house.end(daemon) == 0
    immich.settle()
    assert [immich.tags_of(assets[name]) for name in names] == [[CAT], [CAT], []]
    run("undo", "--yes", assets["accepted"].id)
    assert immich.tags_of(assets["accepted"]) == []


def _decide(browser: httpx.Client, asset: Asset, url: str) -> None:
    """Look at a photo and accept what is suggested for it."""
    found = browser.get("/search", params={"q": f'"{asset.name.removesuffix(".jpg")}"'}).text
    number = re.findall(r'href="/photo/(\d+)"', found)[0]
    shown = browser.get(f"/photo/{number}").text
    assert f'href="{url}/photos/{asset.id}"' in shown
    assert asset.name in shown
    picture = browser.get(f"/pictures/small/{number}")
    assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', shown)[0]
    form = {"csrf": csrf, "concept": "cat", "choice": "accept", "photo": number}
    assert browser.post("/decide", data=form).status_code == 200


def test_an_album_is_theirs(house: House, run: Run) -> None:
    """Filled under the name that they give it, not made again once deleted, theirs taken then."""
    immich = house.immich
    immich.permissions.update(TO_GATHER)
    rule = '[[rule]]\nname = "pets"\nwhen.any = ["Cat"]\nthen.albums = ["Pets"]'
    house.configure(f'taxonomy = "mine.yaml"\n{rule}')

    said = ""

    def tagged_anew(name: str) -> str:
        nonlocal said
        asset = immich.upload(name)
        immich.settle()
        said += run("immich", "backfill").output
        assert immich.tags_of(asset) == [CAT]
        return asset.id

    first = tagged_anew("1.jpg")
    (album,) = immich.library.albums.values()
    album.name = "Our pets"
    assert album.assets == [first, tagged_anew("2.jpg")]
    immich.library.albums.clear()
    tagged_anew("3.jpg")
    assert immich.library.albums == {}
    mine = immich.library.album("Pets", immich.account)
    assert mine.assets == [tagged_anew("4.jpg")]
    assert said.count("The album Pets was deleted in Immich") == 1


@pytest.mark.parametrize("house", ["3.1.0"], indirect=True)
def test_what_fails_is_named(house: House, run: Run) -> None:
    """By the name of its file, also where it was never tagged; scripts are told as ever."""
    immich = house.immich
    asset = immich.upload("IMG_7.jpg", external=External(immich.clock.uuid()))
    immich.settle()
    said = "Immich cannot write its sidecar"
    sheet = house.home / "sheet.html"
    done = run("immich", "backfill", "--report", str(sheet), code=1).output
    assert f"failed: IMG_7.jpg ({asset.id}): {said}" in done
    assert "IMG_7.jpg" in sheet.read_text()
    assert f"IMG_7.jpg ({immich.url}/photos/{asset.id}): {said}" in run("status").output
    (failed,) = json.loads(run("status", "--json").output)["troubled"]
    assert (failed["path"], failed["name"]) == (asset.id, "IMG_7.jpg")


def test_a_lost_database(house: House, run: Run) -> None:
    """From the notes with the photos: ours is undone afterwards, and what was rejected stays so."""
    immich = house.immich
    immich.permissions.add("asset.update")
    first, second = (immich.upload(f"{number}.jpg") for number in range(2))
    immich.settle()
    run("immich", "backfill")
    immich.untag(first, CAT)
    immich.settle()
    shutil.rmtree(house.home / "state")
    found = json.loads(run("ledger", "rebuild", "immich:main", "--json").stdout)
    assert (found["photos"], found["tags"], found["rejections"], found["runs"]) == (2, 1, 1, 1)
    run("immich", "backfill")
    assert [immich.tags_of(one) for one in (first, second)] == [[], [CAT]]
    run("undo", "--yes", "--concept", "Cat")
    assert immich.tags_of(second) == []
