"""Where links to photos of Immich lead: to what the people's browsers can open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.adapters.immich.server import KEY, VERSIONS, ImmichServer
from tests.adapters.loopback import Response

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection, ImmichSection
from tagwright.model import AssetRef
from tagwright_plugins.cli.naming import Naming

PHOTO = AssetRef("immich:main", "0c9f")
ASKED = "/api/server/config"


@pytest.fixture(params=VERSIONS)
def immich(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ImmichServer]:
    """A server of each version, and a key of it."""
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    server = ImmichServer(request.param)
    server.start()
    yield server
    server.stop()
    assert server.faults == []


def _naming(**immich: object) -> Naming:
    return Naming(Configuration(state=Path(), immich=ImmichSection.model_validate(immich)))


@pytest.mark.parametrize(
    "told",
    [
        "https://photos.example.org",
        "https://photos.example.org/",
        "https://me:x@photos.example.org",
    ],
)
def test_the_server_says_where(immich: ImmichServer, told: str) -> None:
    """It is asked once, by whoever makes the first link."""
    immich.library.external_domain = told
    naming = _naming(address=immich.url)
    assert immich.received == []
    for _ in range(2):
        assert naming.address(PHOTO) == "https://photos.example.org/photos/0c9f"
    assert immich.received == [ASKED]


@pytest.mark.parametrize("told", ["", "photos", "javascript:alert(1)", "http://", "ftp://x/y"])
def test_the_server_says_nothing(immich: ImmichServer, told: str) -> None:
    """Nor does it where that is no page of the web: its address is one."""
    immich.library.external_domain = told
    naming = _naming(address=immich.url)
    for _ in range(2):
        assert naming.address(PHOTO) == f"{immich.url}/photos/0c9f"
    assert immich.received == [ASKED]


def test_the_settings_go_first(immich: ImmichServer) -> None:
    """They are those of the one server: an account on another one asks that."""
    immich.library.external_domain = "https://photos.example.org"
    naming = _naming(address="http://immich-server:2283", public="http://nas:2283/")
    assert naming.address(PHOTO) == "http://nas:2283/photos/0c9f"
    account = AccountSection(address=immich.url)
    naming = _naming(public="http://nas:2283", account=(account,))
    assert naming.address(PHOTO) == "https://photos.example.org/photos/0c9f"


def test_the_server_is_away(immich: ImmichServer) -> None:
    """Then links lead to its address; the command goes on."""
    immich.instead[ASKED] = Response({"message": "no"}, 500)
    assert _naming(address=immich.url).address(PHOTO) == f"{immich.url}/photos/0c9f"
    immich.down()
    assert _naming(address=immich.url).address(PHOTO) == f"{immich.url}/photos/0c9f"
    immich.up()
