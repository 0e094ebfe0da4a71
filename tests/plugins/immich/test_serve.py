"""``tagwright immich serve`` as a process: photos come, people have their will, it dies."""

from __future__ import annotations

import re
import signal
import socket

import httpx
import pytest
from tests.adapters.immich.server import KEY, Asset
from tests.plugins.watch.living.waiting import wait_until

from .conftest import POLLING, House

CAT = "Animals/Cat"
SOCKET = "/api/socket.io/?EIO=4&transport=websocket"
TO_INSTALL = {"workflow.read", "workflow.create", "workflow.update", "plugin.read"}


def tagged(house: House, *assets: Asset, tag: str = CAT) -> bool:
    """Return whether all have a tag, as a person sees it."""
    return all(tag in house.immich.tags_of(asset) for asset in assets)


def settled(house: House, daemon_said: str, times: int) -> None:
    """Wait until the log has said something so often."""
    wait_until(lambda: house.log.count(daemon_said) >= times)


def test_a_day_in_its_life(house: House) -> None:
    """New uploads are tagged, once and for one answer each; what was there stays as it is.

    It listens at the websocket where the key may.
    """
    immich = house.immich
    old = immich.upload("old.jpg")
    with house.living() as daemon:
        settled(house, "Looking once", 1)
        wait_until(lambda: "/api/search/metadata" in immich.received)
        wait_until(lambda: immich.received.count("/api/search/metadata") >= 2)
        new = [immich.upload(f"{number}.jpg") for number in range(3)]
        wait_until(lambda: tagged(house, *new))
        second = house.run("immich", "serve")
        assert (second.returncode, f"as process {daemon.pid}" in second.stderr) == (2, True)
        assert house.end(daemon) == 0
    assert house.log.count("lacks the permission 'all'") == 1
    missed = immich.upload("missed.jpg")
    immich.permissions.add("all")
    with house.living() as daemon:
        wait_until(lambda: tagged(house, missed))
        wait_until(lambda: immich.sockets.heard_by == 1)
        assert house.end(daemon) == 0
    wait_until(lambda: immich.sockets.heard_by == 0)
    assert immich.tags_of(old) == []
    assert sorted(house.model.shown.values()) == [1] * 4


def test_the_users_will(house: House) -> None:
    """A tag that they take away stays away, which is said; theirs of the same last name stays.

    What was rejected is noted with the photo.
    """
    immich = house.immich
    immich.permissions.add("asset.update")
    with house.living() as daemon:
        wait_until(lambda: immich.received.count("/api/search/metadata") >= 2)
        asset = immich.upload("a.jpg")
        settled(house, "tagged, 1 tag", 1)
        immich.tag(asset, "My pets/Cat")
        settled(house, "tagged, nothing to write", 1)
        immich.untag(asset, CAT)
        settled(house, f"tagged, nothing to write; a person deleted {CAT}: rejected", 1)
        immich.refresh(asset)
        settled(house, "tagged, nothing to write", 3)
        assert immich.tags_of(asset) == ["My pets/Cat"]
        assert house.end(daemon) == 0
    note, _ = asset.notes["tagwright"]
    assert (len(note["rejected"]), note["tags"]) == (1, [])


def test_a_tag_that_was_deleted_is_not_made_again(house: House) -> None:
    """Until they allow it: no photo gets it, not even while the old ones are unchanged."""
    immich = house.immich
    with house.living() as daemon:
        wait_until(lambda: immich.received.count("/api/search/metadata") >= 2)
        first = immich.upload("a.jpg")
        wait_until(lambda: tagged(house, first))
        settled(house, "tagged, 1 tag", 1)
        assert house.end(daemon) == 0
    immich.delete(CAT)
    with house.living() as daemon:
        settled(house, "was deleted in Immich", 1)
        second = immich.upload("b.jpg")
        settled(house, "tagged, nothing to write", 1)
        assert (immich.tags_of(first), immich.tags_of(second)) == ([], [])
        assert CAT in house.run("immich", "allow").stdout
        assert house.run("immich", "allow", "cat").returncode == 0
        third = immich.upload("c.jpg")
        wait_until(lambda: tagged(house, third))
        assert house.end(daemon) == 0
    assert "No tag is kept out" in house.run("immich", "allow").stdout


def test_two_accounts(house: House) -> None:
    """Each has a key and a vocabulary of its own; what one shares with the other is left alone."""
    immich = house.immich
    bob = immich.library.account("Bob", "key-of-bob")
    bob.permissions.add("user.read")
    immich.permissions.add("user.read")
    house.environment |= {"IMMICH_API_KEY_ALICE": KEY, "IMMICH_API_KEY_BOB": "key-of-bob"}
    (house.home / "bob.yaml").write_text("name: Bob\nlanguage: en\nconcepts:\n  Cat:\n")
    accounts = '[[immich.account]]\nname = "alice"\n[[immich.account]]\nname = "bob"\n'
    house.configure(immich=f'{POLLING}\n{accounts}taxonomy = "bob.yaml"\n')
    with house.living() as daemon:
        settled(house, "Looking once", 2)
        wait_until(lambda: immich.received.count("/api/search/metadata") >= 4)
        hers, his = immich.upload("hers.jpg"), immich.upload("his.jpg", by=bob)
        immich.library.album("Shared", bob, (immich.account,)).assets.append(his.id)
        wait_until(lambda: tagged(house, hers) and tagged(house, his, tag="Cat"))
        assert house.end(daemon) == 0
    assert (immich.tags_of(hers), immich.tags_of(his)) == ([CAT], ["Cat"])


def test_a_tag_that_is_deleted_while_it_is_in_use(house: House) -> None:
    """The very next photo does not get it, however lately it was deleted."""
    immich = house.immich
    with house.living() as daemon:
        wait_until(lambda: immich.received.count("/api/search/metadata") >= 2)
        immich.upload("a.jpg")
        settled(house, "tagged, 1 tag", 1)
        assert house.end(daemon) == 0
    with house.living() as daemon:  # one that has not used the tag itself
        looks = immich.received.count("/api/search/metadata")
        wait_until(lambda: immich.received.count("/api/search/metadata") >= looks + 2)
        immich.delete(CAT)
        second = immich.upload("b.jpg")
        settled(house, "tagged, nothing to write", 1)
        assert house.end(daemon) == 0
    assert immich.tags_of(second) == []
    assert immich.account.tags.find(CAT) is None


@pytest.mark.parametrize("house", ["3.1.0"], indirect=True)
def test_another_key(house: House) -> None:
    """At SIGHUP all go by it: the looks, the websocket and the page. What stays is said."""
    immich, kept = house.immich, house.home / "key"
    kept.write_text(KEY)
    del house.environment["IMMICH_API_KEY"]
    house.environment["IMMICH_API_KEY_FILE"] = str(kept)
    immich.permissions.add("all")
    house.configure(review="127.0.0.1:0")
    with house.living() as daemon, httpx.Client(trust_env=False, follow_redirects=True) as browser:
        wait_until(lambda: immich.sockets.heard_by == 1)
        wait_until(lambda: immich.received.count("/api/search/metadata") >= 2)
        asset = immich.upload("a.jpg")
        wait_until(lambda: tagged(house, asset))
        [page] = re.findall(r"Review: (\S+)/", house.log)
        settled(house, "tagged, 1 tag", 1)
        found = browser.get(f"{page}/search", params={"q": "a"}).text
        [number] = set(re.findall(r'href="/photo/(\d+)"', found))
        assert browser.get(f"{page}/pictures/small/{number}").status_code == 200
        immich.account.key = "another-key"
        kept.write_text("another-key")
        assert browser.get(f"{page}/pictures/large/{number}").status_code != 200
        house.configure(review="none")
        daemon.send_signal(signal.SIGHUP)
        settled(house, "The configuration was read anew.", 1)
        wait_until(lambda: immich.received.count(SOCKET) == 2 and immich.sockets.heard_by == 1)
        assert browser.get(f"{page}/pictures/large/{number}").status_code == 200
        second = immich.upload("b.jpg")
        wait_until(lambda: tagged(house, second))
        assert house.end(daemon) == 0
    assert "Start it anew for what changed of: immich.review." in house.log


def test_the_page_is_not_open_to_others(house: House) -> None:
    """Where others reach it, a token is asked for that stands in no log; without one it is told."""
    house.configure(review="0.0.0.0:0")
    done = house.run("immich", "serve")
    assert (done.returncode, "TAGWRIGHT_REVIEW_TOKEN" in done.stderr) == (2, True)
    house.environment["TAGWRIGHT_REVIEW_TOKEN"] = "a-token-of-mine"
    with house.living() as daemon:
        settled(house, "Review: http", 1)
        [port] = re.findall(r"Review: http://0\.0\.0\.0:(\d+)/", house.log)
        page = f"http://127.0.0.1:{port}/"
        assert httpx.get(page, trust_env=False).headers["location"] == "/login"
        cookies = {"tagwright_token": "a-token-of-mine"}
        assert httpx.get(page, cookies=cookies, trust_env=False).status_code == 200
        assert house.end(daemon) == 0
    assert "a-token-of-mine" not in house.log


@pytest.mark.parametrize("setting", ["address", "key"])
def test_what_is_not_set_is_said(house: House, setting: str) -> None:
    """Before anything begins, with what to do."""
    if setting == "key":
        del house.environment["IMMICH_API_KEY"]
    else:
        (house.home / "tagwright.toml").write_text("")
    done = house.run("immich", "serve")
    assert done.returncode == 2
    assert ("IMMICH_API_KEY" if setting == "key" else "TAGWRIGHT_IMMICH__ADDRESS") in done.stderr


def test_immich_says_that_there_is_something(house: House) -> None:
    """A workflow's call has a photo tagged at once, though nobody looks by himself for an hour."""
    if house.immich.version.startswith("2."):
        pytest.skip("there are no workflows before 3.0")
    house.immich.permissions.update(TO_INSTALL)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    house.configure(immich=f'poll = 3600\nlisten = "127.0.0.1:{port}"')
    done = house.run("immich", "install", "--url", f"http://127.0.0.1:{port}")
    assert done.returncode == 0, done.stderr
    with house.living() as daemon:
        settled(house, "Looking once", 1)
        wait_until(lambda: house.immich.received.count("/api/search/metadata") >= 2)
        asset = house.immich.upload("a.jpg")
        wait_until(lambda: tagged(house, asset), 10)
        assert house.end(daemon) == 0
