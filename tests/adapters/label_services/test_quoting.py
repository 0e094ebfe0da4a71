"""Label services say beforehand what a photo will cost: their prices are by the request."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tagwright.errors import TaggerUnavailableError
from tagwright.model import Facts, Quote, Rendition
from tagwright.ports import OpenTagger, PricedTagger

from .conftest import Make
from .server import LabelServer
from .vendors import AZURE, REKOGNITION, Vendor, title


def _exactly(cost: str) -> Quote:
    return Quote(Decimal(cost), Decimal(cost), Decimal(cost))


async def test_a_quote_is_what_is_paid(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """No more and no less."""
    server.plays(vendor.cat)
    made = tagger()
    assert isinstance(made, PricedTagger)
    assert await made.quote(rendition, facts) == _exactly(vendor.cost)
    assert (await made.observe(rendition, facts)).usage.cost == Decimal(vendor.cost)


async def test_a_price_of_the_user_goes_before_the_list(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """For each request; as in another region, or in another plan."""
    server.plays(vendor.cat)
    made = tagger(price=0.0004)
    assert isinstance(made, PricedTagger)
    assert await made.quote(rendition, facts) == _exactly("0.0004")
    assert (await made.observe(rendition, facts)).usage.cost == Decimal("0.0004")


@pytest.mark.parametrize("vendor", [REKOGNITION], ids=title)
async def test_what_is_paid_already_is_not_in_the_quote(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """One of two requests was answered before the service went away."""
    server.plays(vendor.cat, vendor.down)
    made = tagger(features=["labels", "text"])
    assert isinstance(made, PricedTagger)
    assert await made.quote(rendition, facts) == _exactly("0.002")
    with pytest.raises(TaggerUnavailableError):
        await made.observe(rendition, facts)
    assert await made.quote(rendition, facts) == _exactly("0.001")


@pytest.mark.parametrize("vendor", [AZURE], ids=title)
async def test_only_the_picture_goes(server: LabelServer, tagger: Make, facts: Facts) -> None:
    """To the user's own resource."""
    made = tagger()
    assert isinstance(made, OpenTagger)
    sent = made.sends(facts)
    assert (sent.host, dict(sent.facts)) == (server.url.partition("//")[2], {})
