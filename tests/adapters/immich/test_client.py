"""The client against servers of two versions: what it reads, and how it fails."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.adapters.loopback import Response

from tagwright.errors import ErrorClass
from tagwright_adapters.immich.address import api_address, site
from tagwright_adapters.immich.errors import (
    ImmichError,
    ImmichPermissionError,
    ImmichSetupError,
    ImmichUnavailableError,
)

from .conftest import Connect
from .server import HERE, KEY, PAGE, ImmichServer

TAGS = "/api/tags"


async def test_version_and_tags(immich: ImmichServer, connect: Connect) -> None:
    """What both versions answer is read; the key is for what needs it."""
    immich.upsert("Places/Coast", "General/Coast")
    client = connect(immich.url)
    assert str(await client.account.version()) == immich.version
    assert [tag.path for tag in await client.tags.all()] == [
        ("General",),
        ("General", "Coast"),
        ("Places",),
        ("Places", "Coast"),
    ]
    assert immich.received == ["/api/server/version", TAGS]


@given(st.text() | st.builds("{}://{}".format, st.sampled_from(["http", "HTTPS"]), st.text()))
@example("javascript:alert(1)//http://x")
@example("data:text/html,<b>")
@example('http://photos.example.org/"><script>')
def test_where_a_link_leads(told: str) -> None:
    """Whatever a server says of itself, a link leads to a page of the web or there is none."""
    try:
        parts = urlsplit(site(told))
    except ImmichSetupError:
        return
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert (parts.username, parts.query, parts.fragment) == (None, "", "")
    assert parts.geturl().isprintable()


@pytest.mark.parametrize("ending", ["", "/", "/api", "/api/", "/api?x=1", "/#/photos"])
async def test_addresses(immich: ImmichServer, connect: Connect, ending: str) -> None:
    """However a person writes the address, it is the same."""
    assert await connect(f"  {immich.url}{ending} ").tags.all() == ()


@pytest.mark.parametrize("ending", ["", "/", "/api"])
async def test_below_a_path(connect: Connect, ending: str) -> None:
    """A proxy may show Immich under a path."""
    server = ImmichServer("3.1.0", prefix="/photos")
    server.start()
    assert await connect(server.url + ending).tags.all() == ()
    server.stop()
    assert server.received == ["/photos/api/tags"]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "192.168.1.20:2283",
        "photos.example.org",
        "ftp://x",
        "http://",
        "http://x:0",
        "http://x:99999",
        "http://[::1",
    ],
)
def test_no_addresses(written: str) -> None:
    """What is no address is told with one that is."""
    with pytest.raises(ImmichSetupError, match=r"is not an address.*http://192\.168"):
        api_address(written)


@pytest.mark.parametrize("key", ["", "with space", "bad\x01", "schlüssel"])
async def test_no_keys(connect: Connect, key: str) -> None:
    """A key that cannot be one is not sent."""
    with pytest.raises(ImmichSetupError, match=r"IMMICH_API_KEY.*Account Settings") as caught:
        connect("http://127.0.0.1:2283", key)
    assert not key or key not in str(caught.value)


async def test_wrong_key(immich: ImmichServer, connect: Connect) -> None:
    """A key that the server does not know; the message does not repeat it."""
    client = connect(immich.url, "another-key")
    await client.account.version()
    with pytest.raises(ImmichSetupError, match=r"does not accept the key.*API Keys") as caught:
        await client.tags.all()
    assert caught.value.exit_code == 2
    assert "another-key" not in str(caught.value)


async def test_missing_permission(immich: ImmichServer, connect: Connect) -> None:
    """The permission is named."""
    immich.permissions.clear()
    with pytest.raises(ImmichPermissionError, match=r"lacks the permission 'tag.read'.*Give it"):
        await connect(immich.url).tags.all()


async def test_wrong_path(immich: ImmichServer, connect: Connect) -> None:
    """Immich shows its web page under any path; that is not taken for an answer."""
    with pytest.raises(ImmichSetupError, match=r"is not Immich's API: “a web page”.*browser"):
        await connect(f"{immich.url}/wrong").account.version()


@pytest.mark.parametrize("body", ["", "[", "null", {"tags": []}, [{"id": 1}], [1], "[" * 100_000])
async def test_other_answers(immich: ImmichServer, connect: Connect, body: Any) -> None:
    """An answer of another form is no list of tags."""
    immich.instead[TAGS] = Response(body=body)
    with pytest.raises(ImmichSetupError, match="is not Immich's API"):
        await connect(immich.url).tags.all()


async def test_fields_of_later_versions(immich: ImmichServer, connect: Connect) -> None:
    """What a later version adds is passed over, and what is not read may be missing."""
    immich.instead[TAGS] = Response(body=[{"id": "1", "value": "a/b", "new": {"x": None}}])
    assert [tag.path for tag in await connect(immich.url).tags.all()] == [("a", "b")]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_server_in_trouble(immich: ImmichServer, connect: Connect, status: int) -> None:
    """The server's fault: worth trying again, with its own words, whatever shape they have."""
    immich.instead[TAGS] = immich.error(status, ["first thing", "second thing"], "Trouble")
    with pytest.raises(ImmichUnavailableError, match="“first thing; second thing”") as caught:
        await connect(immich.url).tags.all()
    assert caught.value.exit_code == 3
    assert caught.value.error_class is ErrorClass.TRANSIENT
    immich.instead[TAGS] = Response(PAGE, status)
    with pytest.raises(ImmichUnavailableError, match=f"fails with {status}: “a web page”"):
        await connect(immich.url).tags.all()


async def test_too_old(immich: ImmichServer, connect: Connect) -> None:
    """A server without the call is told from one that is down."""
    immich.instead[TAGS] = immich.error(404, "Cannot GET /api/tags", "Not Found")
    with pytest.raises(ImmichSetupError, match=r"answers /tags with 404: “Cannot GET"):
        await connect(immich.url).tags.all()


async def test_echoed_key(immich: ImmichServer, connect: Connect) -> None:
    """A server that repeats the key does not bring it into our messages."""
    immich.instead[TAGS] = immich.error(400, f"bad header {KEY}", "Bad Request")
    with pytest.raises(ImmichError, match="“bad header …”"):
        await connect(immich.url).tags.all()


async def test_redirected(immich: ImmichServer, connect: Connect) -> None:
    """The key is not carried to another address."""
    goal = {"Location": "https://evil.example/api/tags"}
    immich.instead[TAGS] = Response(status=302, headers=goal)
    with pytest.raises(ImmichSetupError, match=r"sends us on to https://evil\.example"):
        await connect(immich.url).tags.all()


@pytest.mark.parametrize("response", [Response(hangs=True), Response(drips=True)])
async def test_no_end(immich: ImmichServer, connect: Connect, response: Response) -> None:
    """Silence is bounded, and so is an answer that never ends."""
    immich.instead[TAGS] = response
    with pytest.raises(ImmichUnavailableError, match="has not answered in time"):
        await connect(immich.url, timeout=0.2).tags.all()


async def test_cut_off(immich: ImmichServer, connect: Connect) -> None:
    """Half an answer is none."""
    immich.instead[TAGS] = Response(body=[{"id": "1", "value": "a"}], cut=True)
    with pytest.raises(ImmichUnavailableError, match="broke off the connection"):
        await connect(immich.url).tags.all()


async def test_nobody_there(connect: Connect) -> None:
    """A closed port, without the password that the address holds."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        client = connect(f"http://user:secret@127.0.0.1:{port}")
        with pytest.raises(ImmichUnavailableError, match="cannot be reached") as caught:
            await client.account.version()
    assert "secret" not in str(caught.value)


async def test_tls(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate of one's own is refused, until its authority is named."""
    server = ImmichServer("3.1.0", tls=True)
    server.start()
    try:
        with pytest.raises(ImmichSetupError, match=r"not trusted.*SSL_CERT_FILE"):
            await connect(server.url).account.version()
        monkeypatch.setenv("SSL_CERT_FILE", str(Path(HERE / "self-signed.pem")))
        assert str(await connect(server.url).account.version()) == "3.1.0"
    finally:
        server.stop()


async def test_https_where_there_is_none(immich: ImmichServer, connect: Connect) -> None:
    """The wrong scheme is told by its own cure."""
    address = immich.url.replace("http://", "https://")
    with pytest.raises(ImmichSetupError, match=r"does not speak TLS.*http:// instead"):
        await connect(address).account.version()
