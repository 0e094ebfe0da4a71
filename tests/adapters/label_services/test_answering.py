"""What the services say, and what is kept of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.adapters.loopback import Response

from tagwright.model import Answer, Facts, Kind, Rendition, Usage

from . import azure_service, google_service, imagga_service, rekognition_service
from .conftest import Make
from .rekognition_service import label, labels
from .server import LabelServer
from .vendors import AZURE, GOOGLE, IMAGGA, REKOGNITION, Vendor, title

only = pytest.mark.parametrize


def seen(answer: Answer) -> dict[tuple[str, Kind], float]:
    """Return the confidence of each label and kind."""
    assert len({(one.label, one.kind) for one in answer.observations}) == len(answer.observations)
    return {(one.label, one.kind): one.confidence for one in answer.observations}


async def test_picture_goes_out_and_labels_come_back(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """One request with the very picture; what the service doubts is left out; it is counted."""
    server.plays(vendor.cat)
    made = tagger()
    answer = await made.observe(rendition, facts)
    assert [one.label.lower() for one in answer.observations] == ["cat", "whiskers"]
    assert {one.language for one in answer.observations} == {"en"}
    assert answer.observations[0].confidence == pytest.approx(0.97)
    assert server.pictures == [rendition.data]
    assert "secret" not in server.received[0].target.lower()
    assert answer.usage == Usage(requests=1, cost=Decimal(vendor.cost))
    assert answer.model
    assert made.leaves_machine
    assert not made.reads_facts
    assert (made.name, made.concurrency >= 1) == (vendor.spec, True)


async def test_nothing_is_seen(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """A photo of nothing has an answer too."""
    server.plays(vendor.nothing)
    answer = await tagger().observe(rendition, facts)
    assert answer.observations == ()
    assert answer.usage.requests == 1


async def test_options_shape_request_and_recipe(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Fewer and surer labels are another question; time-outs and addresses are not."""
    server.plays(vendor.cat)
    answer = await tagger(max_labels=1, min_confidence=0.5).observe(rendition, facts)
    assert [one.label.lower() for one in answer.observations] == ["cat"]
    usual = tagger().recipe
    assert usual == tagger(timeout=5, concurrency=1, base_url="http://127.0.0.2").recipe
    assert usual != tagger(max_labels=1).recipe
    assert usual != tagger(min_confidence=0.5).recipe
    assert all(secret not in str(usual) for secret in vendor.secrets.values())


@only("vendor", [GOOGLE], indirect=True, ids=title)
async def test_all_that_google_has(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """One request; each feature is billed, but safe search is free beside labels."""
    server.plays(google_service.EVERYTHING)
    features = ["safe_search", "colours", "logos", "landmarks", "text", "objects", "labels"]
    answer = await tagger(features=features).observe(rendition, facts)
    assert seen(answer) == {
        ("Cat", Kind.OTHER): 0.97,
        ("Carnivore", Kind.OTHER): 0.8,
        ("Cat", Kind.OBJECT): 0.88,
        ("Eiffel Tower", Kind.PLACE): 0.79,
        ("Lego", Kind.TEXT): 0.66,
        ("red", Kind.COLOUR): 0.85,
        ("text", Kind.TEXT): 0.9,
        ("meme", Kind.OTHER): 0.75,
    }
    how = {one.label: one.how for one in answer.observations}
    assert how["text"] == 'Google Cloud Vision read 3 words: "FRESH BREAD daily"'
    assert "48.858, 2.294" in how["Eiffel Tower"]
    assert "45%" in how["red"]
    assert answer.usage == Usage(requests=1, cost=Decimal("0.00975"))
    (request,) = server.received[0].json["requests"]
    assert {feature["type"] for feature in request["features"]} == {
        "LABEL_DETECTION",
        "OBJECT_LOCALIZATION",
        "TEXT_DETECTION",
        "LANDMARK_DETECTION",
        "LOGO_DETECTION",
        "IMAGE_PROPERTIES",
        "SAFE_SEARCH_DETECTION",
    }


@only("vendor", [GOOGLE], indirect=True, ids=title)
async def test_features_are_part_of_the_question(tagger: Make) -> None:
    """Their order is not."""
    two = tagger(features=["labels", "objects"]).recipe
    assert two == tagger(features=["objects", "labels"]).recipe
    assert two != tagger().recipe


@only("vendor", [REKOGNITION], indirect=True, ids=title)
async def test_aliases_are_synonyms_and_parents_are_not(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """What is broader is told to the reader only."""
    phone = label(
        "Mobile Phone",
        99.0,
        category="Technology and Computing",
        parents=("Electronics", "Phone"),
        aliases=("Cell Phone", "mobile phone"),
    )
    server.plays(labels(phone))
    (one,) = (await tagger().observe(rendition, facts)).observations
    assert one.synonyms == ("Cell Phone",)
    assert "below Electronics, Phone, in Technology and Computing" in one.how


@only("vendor", [REKOGNITION], indirect=True, ids=title)
async def test_category_tells_the_kind_where_it_is_sure(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """What has a place in the picture is an object; mixed categories say nothing."""
    server.plays(
        labels(
            label("Beach", 99.0, category="Nature and Outdoors"),
            label("Running", 98.0, category="Actions"),
            label("Soccer Ball", 97.0, category="Sports", instances=2),
            label("Soccer", 96.0, category="Sports"),
            label("Colosseum", 95.0, category="Popular Landmarks"),
            label("Unheard", 94.0, category="Something New"),
        )
    )
    answer = await tagger().observe(rendition, facts)
    assert {one.label: one.kind for one in answer.observations} == {
        "Beach": Kind.SCENE,
        "Running": Kind.ACTIVITY,
        "Soccer Ball": Kind.OBJECT,
        "Soccer": Kind.OTHER,
        "Colosseum": Kind.PLACE,
        "Unheard": Kind.OTHER,
    }
    assert answer.model == "Amazon Rekognition 3.0"


@only("vendor", [REKOGNITION], indirect=True, ids=title)
async def test_text_takes_a_second_request(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Lines count, words repeat them; both operations are billed."""
    texts = rekognition_service.texts(("FRESH BREAD", 99.0), ("smudge", 20.0))
    server.plays(rekognition_service.CAT, texts)
    answer = await tagger(features=["labels", "text"]).observe(rendition, facts)
    text = answer.observations[-1]
    assert (text.label, text.kind, text.confidence) == ("text", Kind.TEXT, 0.7)
    assert text.how == 'Amazon Rekognition read 2 words: "FRESH BREAD"'
    assert answer.usage == Usage(requests=2, cost=Decimal("0.002"))
    targets = [one.headers["x-amz-target"] for one in server.received]
    assert targets == ["RekognitionService.DetectLabels", "RekognitionService.DetectText"]


@only("vendor", [AZURE], indirect=True, ids=title)
async def test_all_that_azure_has(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """One request in English."""
    server.plays(azure_service.EVERYTHING)
    features = ["tags", "caption", "objects", "text"]
    answer = await tagger(features=features).observe(rendition, facts)
    assert seen(answer) == {
        ("cat", Kind.OTHER): 0.97,
        ("mammal", Kind.OTHER): 0.9,
        ("cat", Kind.OBJECT): 0.88,
        ("text", Kind.TEXT): 0.9,
    }
    assert answer.caption == "a cat on a sofa"
    assert answer.model == "Azure AI Vision 2023-10-01"
    assert answer.usage == Usage(requests=1, cost=Decimal("0.005"))


@only("vendor", [AZURE], indirect=True, ids=title)
async def test_azure_tags_in_the_users_language_and_captions_in_english(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """A request for captions in German would be rejected, tags and all."""
    german = azure_service.answer(tagsResult=azure_service.tags(("Katze", 0.97)))
    english = azure_service.answer(captionResult={"text": "a cat", "confidence": 0.7})
    server.plays(german, english)
    answer = await tagger("de-CH", features=["caption", "tags"]).observe(rendition, facts)
    assert [(one.label, one.language) for one in answer.observations] == [("Katze", "de")]
    assert answer.caption == "a cat"
    asked = [(one.query["features"], one.query["language"]) for one in server.received]
    assert asked == [("tags", "de"), ("caption", "en")]
    assert answer.usage == Usage(requests=2, cost=Decimal("0.0025"))


@only(
    ("vendor", "wanted", "asked"),
    [
        (AZURE, "no", "nb"),
        (AZURE, "pt-BR", "pt-BR"),
        (AZURE, "sr", "sr-Cyrl"),
        (AZURE, "la", "en"),
        (IMAGGA, "nb-NO", "no"),
        (IMAGGA, "sr", "sr_cyrl"),
        (IMAGGA, "zh-Hans-CN", "zh_chs"),
        (IMAGGA, "la", "en"),
    ],
    indirect=["vendor"],
)
async def test_language_is_asked_for_in_the_services_own_code(
    vendor: Vendor,
    server: LabelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    wanted: str,
    asked: str,
) -> None:
    """A language that a service has not is English; it is part of the question."""
    server.plays(vendor.cat)
    made = tagger(wanted)
    await made.observe(rendition, facts)
    assert server.received[0].query["language"] == asked
    assert (made.recipe == tagger("en").recipe) == (asked == "en")


@only("vendor", [IMAGGA], indirect=True, ids=title)
async def test_imagga_speaks_the_users_language(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """What it has no translation of comes in English and is marked so."""
    answer = imagga_service.tags(("Katze", 97.0), language="de").body
    answer["result"]["tags"] += imagga_service.tags(("tabby", 80.0)).body["result"]["tags"]
    server.plays(lambda _: Response(answer))
    found = (await tagger("de").observe(rendition, facts)).observations
    assert [(one.label, one.language) for one in found] == [("Katze", "de"), ("tabby", "en")]


@only("vendor", [IMAGGA], indirect=True, ids=title)
async def test_imagga_colours_take_a_second_request(
    server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """They are named as everywhere here, whatever the service's palette calls them."""
    colours = imagga_service.colours((200, 30, 25, 35.0), (180, 20, 10, 10.0), (20, 20, 20, 40.0))
    server.plays(imagga_service.CAT, colours)
    answer = await tagger(features=["tags", "colours"]).observe(rendition, facts)
    assert seen(answer) == {
        ("cat", Kind.OTHER): 0.97,
        ("whiskers", Kind.OTHER): 0.91,
        ("red", Kind.COLOUR): 0.85,
    }
    assert answer.usage == Usage(requests=2, cost=Decimal("0.00226"))


HOSTILE = ["x" * 10_000, "\x1b[2J", "  ", "…", "<script>", "a\u202eb"]


def hostile(vendor: Vendor) -> Any:
    """Return an answer whose labels are made to do harm."""
    match title(vendor):
        case "google-vision":
            entities = [google_service.entity(text, 2.0) for text in HOSTILE]
            return google_service.answer(labelAnnotations=entities)
        case "azure-vision":
            named = [{"name": text, "confidence": 2.0} for text in HOSTILE]
            return {**azure_service.answer().body, "tagsResult": {"values": named}}
        case "imagga":
            return imagga_service.tags(*((text, 200.0) for text in HOSTILE))
        case _:
            return {"Labels": [{"Name": text, "Confidence": 200.0} for text in HOSTILE]}


async def test_hostile_labels_are_made_harmless(
    vendor: Vendor, server: LabelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Bounded, printable, never more than certain; what says nothing is left out."""
    made = hostile(vendor)
    server.plays(made if isinstance(made, Response) else Response(made))
    found = (await tagger().observe(rendition, facts)).observations
    assert found
    for one in found:
        assert len(one.label) <= 200
        assert one.label.isprintable()
        assert one.label.strip()
        assert one.confidence == 1.0
