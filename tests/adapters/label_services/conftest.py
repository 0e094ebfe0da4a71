"""A tagger in front of a label service on loopback."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tagwright.model import Facts, Rendition
from tagwright.ports import Tagger
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.label_services import factory

from .server import LabelServer
from .vendors import VENDORS, Vendor, title

NOBODY = Taxonomy("empty", "en", [])

Make = Callable[..., Tagger]


def context(
    spec: str, secrets: Mapping[str, str], language: str = "en", **options: Any
) -> TaggerContext:
    """Return the context of a tagger."""
    return TaggerContext(spec, NOBODY, secrets.get, language=language, options=options)


@pytest.fixture(params=VENDORS, ids=title)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    """Each of the services in turn; a test may choose some."""
    chosen: Vendor = request.param
    return chosen


@pytest.fixture
def server(vendor: Vendor) -> Iterator[LabelServer]:
    """The service; at the end, every request that it got must have been in order."""
    made = LabelServer(vendor.check)
    made.start()
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def credentials(vendor: Vendor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What AWS's own chain finds: no file, no network, and the environment where it is about."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in vendor.secrets.items():
        if name.startswith("AWS_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
async def tagger(vendor: Vendor, server: LabelServer, credentials: None) -> AsyncIterator[Make]:
    """Makes taggers that talk to the service, and closes them."""
    made: list[Tagger] = []

    def make(language: str = "en", **options: Any) -> Tagger:
        options = {"base_url": server.url, **options}
        made.append(factory.create(context(vendor.spec, vendor.secrets, language, **options)))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


@pytest.fixture(scope="session")
def rendition(photos: Path) -> Rendition:
    """A photo as the pipeline renders it."""
    with Image.open(photos / "cat.jpg") as image:
        small = image.convert("RGB")
    small.thumbnail((750, 750))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=85)
    return Rendition(file.getvalue(), *small.size)


@pytest.fixture
def facts() -> Facts:
    """What is known of the photo; none of it may be sent."""
    return Facts(name="secret-name.jpg", folders=("Secret folder",), latitude=48.1, longitude=11.5)
