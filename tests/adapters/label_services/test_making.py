"""Making and checking taggers of label services."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from typing import Any

import pytest

from tagwright.errors import ConfigurationError, TaggerError, TaggerSetupError
from tagwright.model import Facts, Rendition
from tagwright.ports import Limits, ProbingTagger
from tagwright.taggers import discover
from tagwright_adapters.label_services import factory
from tagwright_adapters.label_services.tagger import LabelTagger

from . import azure_service, google_service, imagga_service
from .conftest import Make, context
from .server import LabelServer
from .vendors import AZURE, GOOGLE, IMAGGA, REKOGNITION, VENDORS, Vendor, title

only = pytest.mark.parametrize


def test_they_are_offered() -> None:
    """By entry point, each with a line that says where pictures go."""
    found = discover()
    for vendor in VENDORS:
        assert "pictures go to" in found[title(vendor)].schemes[title(vendor)]


def test_listing_loads_no_client() -> None:
    """`tagwright taggers` stays quick."""
    code = (
        "import sys; from tagwright_adapters.label_services import factory; dict(factory.schemes);"
        "sys.exit(bool({'httpx', 'botocore', 'pydantic'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@only("key", ["GOOGLE_VISION_API_KEY", "AZURE_VISION_KEY", "IMAGGA_API_KEY", "IMAGGA_API_SECRET"])
@only("value", [None, "", "two words", "kéy"])
def test_key_is_needed(key: str, value: str | None) -> None:
    """The variable is named, with what to do; what is in it is not shown."""
    vendor = next(one for one in VENDORS if key in one.secrets)
    secrets = {**vendor.secrets, key: value}
    with pytest.raises(TaggerSetupError) as caught:
        factory.create(context(vendor.spec, secrets, base_url="http://127.0.0.1:9"))  # type: ignore[arg-type]
    assert key in str(caught.value)
    assert not value or value not in str(caught.value)


@only(
    "options",
    [
        {"features": ["labels", "faces"]},
        {"features": []},
        {"features": "labels"},
        {"max_labels": 0},
        {"min_confidence": 55},
        {"timeout": 0},
        {"concurrency": 0},
        {"key": "x"},
        {"base_url": "vision.example"},
        {"base_url": "https://me:secret@vision.example"},
        {"base_url": "ftp://vision.example"},
        {"base_url": "http://[::1"},
    ],
)
@only("vendor", VENDORS, ids=title)
def test_options_are_checked(vendor: Vendor, options: dict[str, Any]) -> None:
    """What cannot be is said before anything is sent."""
    options = {"base_url": "http://127.0.0.1:9", **options}
    with pytest.raises(ConfigurationError) as caught:
        factory.create(context(vendor.spec, vendor.secrets, **options))
    assert title(vendor) in str(caught.value)
    assert caught.value.cure
    assert "secret" not in str(caught.value)


@only(
    "spec",
    [
        "google-vision:v2",
        "azure-vision:",
        "imagga:x",
        "rekognition",
        "rekognition:",
        "rekognition:x",
    ],
)
def test_specification_is_checked(spec: str) -> None:
    """Only Rekognition takes something behind the colon, and needs it."""
    vendor = next(one for one in VENDORS if title(one) == spec.partition(":")[0])
    with pytest.raises(ConfigurationError, match="Write"):
        factory.create(context(spec, vendor.secrets))


def test_azure_needs_an_address() -> None:
    """From the environment or the option."""
    with pytest.raises(TaggerSetupError, match="AZURE_VISION_ENDPOINT"):
        factory.create(context(AZURE.spec, AZURE.secrets))
    endpoint = {"AZURE_VISION_ENDPOINT": "https://mine.cognitiveservices.azure.com/"}
    factory.create(context(AZURE.spec, AZURE.secrets | endpoint))


@only("vendor", [GOOGLE, AZURE, REKOGNITION], indirect=True, ids=title)
async def test_check_shows_a_made_picture(
    vendor: Vendor, server: LabelServer, tagger: Make
) -> None:
    """The cheapest request that proves key, address and permission; its price is told."""
    server.plays(vendor.cat)
    line = await tagger().check()
    assert "answers" in line
    assert "it sees " in line
    assert f"{float(vendor.cost) * 1_000:g} USD for 1,000 photos" in line
    assert len(server.pictures) == 1


@only("vendor", [IMAGGA], indirect=True, ids=title)
async def test_check_of_imagga_is_free(server: LabelServer, tagger: Make) -> None:
    """It says how much of the month is used."""
    server.plays(imagga_service.usage(42, 1_000))
    assert "42 of 1,000 requests used this month" in await tagger().check()
    assert server.pictures == []


async def test_check_tells_a_wrong_key(vendor: Vendor, server: LabelServer, tagger: Make) -> None:
    """With the same words as a run."""
    server.plays(vendor.unauthorised)
    with pytest.raises(TaggerSetupError, match=vendor.key_name):
        await tagger().check()


@only("vendor", [AZURE], indirect=True, ids=title)
async def test_feature_that_a_region_lacks(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Every photo would fail alike: the run stops, and the feature is named."""
    message = "The feature 'Caption' is not supported in this region."
    server.plays(azure_service.error(400, message, "InvalidRequest", "InvalidArgument"))
    with pytest.raises(TaggerSetupError, match="Leave it out"):
        await tagger(features=["tags", "caption"]).observe(rendition, facts)


@only("vendor", [GOOGLE], indirect=True, ids=title)
async def test_google_project_without_billing(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """The cure is said."""
    message = "This API method requires billing to be enabled."
    server.plays(google_service.error(403, message, "BILLING_DISABLED"))
    with pytest.raises(TaggerSetupError, match="Switch on billing"):
        await tagger().observe(rendition, facts)


@only("vendor", [REKOGNITION], indirect=True, ids=title)
async def test_aws_without_credentials(
    server: LabelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is sent."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(TaggerSetupError, match="AWS_SECRET_ACCESS_KEY"):
        await tagger().observe(rendition, facts)
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(TaggerSetupError, match="nobody"):
        await tagger().observe(rendition, facts)
    assert server.received == []


@only("vendor", [REKOGNITION], indirect=True, ids=title)
async def test_aws_region_without_the_service(
    vendor: Vendor, credentials: None, rendition: Rendition, facts: Facts
) -> None:
    """The regions that have it are listed; a price is known for some only."""
    made = factory.create(context("rekognition:xx-nowhere-1", vendor.secrets))
    with pytest.raises(TaggerError, match="eu-west-1"):
        await made.observe(rendition, facts)
    await made.aclose()


@only("vendor", [REKOGNITION], indirect=True, ids=title)
async def test_price_of_a_region_that_is_not_known(
    vendor: Vendor, server: LabelServer, credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not guessed."""
    made = factory.create(context("rekognition:sa-east-1", vendor.secrets, base_url=server.url))
    server.plays(vendor.cat)
    assert "price not known" in await made.check()
    await made.aclose()
    server.faults.clear()  # the service checks that the signature is for eu-west-1


@only("vendor", VENDORS, indirect=True, ids=title)
async def test_loopback_takes_no_proxy(
    vendor: Vendor,
    server: LabelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture for a server on this machine does not go out through the proxy of the house."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.plays(vendor.cat)
    assert (await tagger().observe(rendition, facts)).observations


def test_missing_extra_is_named() -> None:
    """Without botocore the command that installs it is told, and it is there to be installed."""
    code = """
import sys
sys.modules["botocore"] = None
from tagwright.errors import MissingProgramError
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.label_services import factory
try:
    factory.create(TaggerContext("rekognition:eu-west-1", Taxonomy("t", "en", []), {}.get))
except MissingProgramError as exc:
    print(exc)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'tagwright[rekognition]'" in done.stdout
    assert "rekognition" in (
        importlib.metadata.metadata("tagwright").get_all("Provides-Extra") or []
    )


async def test_taggers_of_one_account_share_its_limits(vendor: Vendor, tagger: Make) -> None:
    """They are told by address and key, of which nothing is to be seen."""
    one, other = tagger(requests_per_minute=20), tagger(max_labels=5)
    assert isinstance(one, LabelTagger)
    assert isinstance(other, LabelTagger)
    assert one.account == other.account
    assert (one.limits, other.limits) == (Limits(requests_per_minute=20), Limits())
    assert one.quota() is None
    assert not any(secret in one.account for secret in vendor.secrets.values())


@only("vendor", VENDORS, ids=title, indirect=True)
async def test_probe_costs_nothing(vendor: Vendor, server: LabelServer, tagger: Make) -> None:
    """Only Imagga has something to ask for that is free; nobody else is asked."""
    made = tagger()
    assert isinstance(made, ProbingTagger) == (vendor is IMAGGA)
    if isinstance(made, ProbingTagger):
        server.plays(imagga_service.usage(10, 1_000), imagga_service.error(503, "down"))
        await made.probe()
        with pytest.raises(TaggerError, match="down"):
            await made.probe()
        assert server.pictures == []
