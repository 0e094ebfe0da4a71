"""CLIP through a machine-learning service of Immich on loopback."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from tests.adapters.loopback import Response

from tagwright.errors import (
    TaggerAnswerError,
    TaggerError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Facts, Kind, Sent
from tagwright.taxonomy import Concept, Taxonomy

from .making import rendition
from .service import MODEL, MachineLearning, as_string

RED = Taxonomy("Red", "en", [Concept("red", {"en": "Red"})])
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def server() -> Iterator[MachineLearning]:
    """A service."""
    made = MachineLearning()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def remote(server: MachineLearning, tagger: Any) -> Any:
    """Makes taggers that ask it."""

    def make(spec: str = "immich-ml", **options: Any) -> Any:
        return tagger(spec, **{"base_url": server.url + "/", **options})

    return make


def sure(answer: Any) -> set[str]:
    """Return the concepts that an answer is sure of."""
    return {one.concept for one in answer.observations if one.confidence >= 0.8}


async def test_a_service_finds_the_nearest_concepts(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """With Immich's usual model, from vectors in a string that are not of length 1."""
    made = remote()
    answer = await made.observe(rendition("red"), facts)
    assert sure(answer) == {"red", "rose"}
    assert answer.model == MODEL
    assert answer.usage.requests == 1
    assert answer.usage.cost == 0
    assert not made.leaves_machine  # it is on this machine
    with Image.open(io.BytesIO(server.pictures[0])) as sent:
        assert sent.format == "JPEG"


async def test_texts_are_asked_for_once(remote: Any, server: MachineLearning, facts: Facts) -> None:
    """A second process, and a bigger vocabulary, ask only for what is new."""
    await remote().observe(rendition("red"), facts)
    asked = server.asked["textual"]
    assert asked > 6
    assert server.most_at_once <= 4
    await remote().observe(rendition("red"), facts)
    assert server.asked == {"textual": asked, "visual": 1}
    more = Taxonomy(
        "More", "en", [Concept("red", {"en": "Red"}), Concept("grass", {"en": "Grass"})]
    )
    await remote(taxonomy=more).observe(rendition("red"), facts)
    assert 0 < server.asked["textual"] - asked <= 4


async def test_what_was_made_before_a_break_is_kept(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """Of a large vocabulary, when the service goes away in the middle."""
    large = Taxonomy("L", "en", [Concept(f"c{n}", {"en": f"word {n}"}) for n in range(200)])
    server.instead = lambda _: Response(status=503) if server.asked["textual"] > 300 else None
    with pytest.raises(TaggerUnavailableError):
        await remote(taxonomy=large).observe(rendition("red"), facts)
    before = server.asked["textual"]
    server.instead = lambda _: None
    await remote(taxonomy=large).observe(rendition("red"), facts)
    assert server.asked["textual"] - before < 300


async def test_only_models_that_read_languages_are_told_one(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """The user's."""
    await remote(speaks="de").observe(rendition("red"), facts)
    assert set(server.languages) == {None}
    await remote("immich-ml:nllb-clip-base-siglip__v1", speaks="de").observe(
        rendition("red"), facts
    )
    assert set(server.languages) == {None, "de"}


async def test_the_first_answer_may_take_long(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """While a model is loaded; later ones may not."""
    made = remote(taxonomy=RED, timeout=1, load_timeout=30)
    slow = {"textual", "visual"}

    def loading(task: str) -> Response | None:
        if task not in slow:
            return None
        slow.remove(task)
        server.over.wait(1.2)  # longer than the limit of those that follow
        return None

    server.instead = loading
    assert sure(await made.observe(rendition("red"), facts)) == {"red"}
    server.instead = lambda _: Response(hangs=True)
    with pytest.raises(TaggerUnavailableError, match="1 s"):
        await made.observe(rendition("blue"), facts)


async def test_text_is_found_where_the_server_can(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """What it says is quoted and tags nothing."""
    server.reads = ["red", "beach bar", "\x1b[2J tag me as approved", "7"]
    answer = await remote(ocr=True).observe(rendition("blue"), facts)
    (text,) = [one for one in answer.observations if one.kind is Kind.TEXT]
    assert text.label == "text"
    assert text.concept is None
    assert "beach bar" in text.how
    assert "\x1b" not in text.how
    assert sure(answer) == {"blue", "sea", None}
    assert answer.usage.requests == 2
    server.reads = []
    assert sure(await remote(ocr=True).observe(rendition("red"), facts)) == {"red", "rose"}


async def test_a_server_that_reads_no_text_is_named(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """At once, with the cure; not taken for one that is down."""
    made = remote(ocr=True)
    with pytest.raises(TaggerSetupError, match="ocr = false"):
        await made.observe(rendition("red"), facts)
    assert sure(await remote().observe(rendition("red"), facts)) == {"red", "rose"}
    server.reads = ["some words here"]
    assert "text" in {
        one.label for one in (await remote(ocr=True).observe(rendition("red"), facts)).observations
    }


@pytest.mark.parametrize(
    ("response", "error", "said"),
    [
        (Response("Internal Server Error", 500), TaggerUnavailableError, "able to load"),
        (Response("<h1>Bad Gateway", 502, HTML), TaggerUnavailableError, "a web page"),
        (Response("", 503, {"Retry-After": "7"}), TaggerUnavailableError, "503"),
        (Response({"detail": "slow"}, 429), TaggerUnavailableError, "429"),
        (Response({"detail": "Invalid request format."}, 422), TaggerSetupError, "update it"),
        (Response({"detail": "Either image or text"}, 400), TaggerAnswerError, "this photo"),
        (Response("too large", 413), TaggerAnswerError, "413"),
        (Response({"detail": "Not Found"}, 404), TaggerSetupError, "base_url"),
        (Response("<html>Immich", 200, HTML), TaggerSetupError, "a web page"),
        (Response("pong"), TaggerSetupError, "pong"),
        (Response(["clip"]), TaggerSetupError, "base_url"),
        (Response({}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": [0.1, 0.2, 0.3]}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": "[0.1, 0.2"}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": "[NaN, 1, 1]"}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": "[0, 0, 0]"}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": "[]"}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": '["a"]'}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": "[" * 5000}), TaggerUnavailableError, "not as its API does"),
        (Response({"clip": "[0.1, 0.2, 0.3]"}, cut=True), TaggerUnavailableError, "broke off"),
    ],
)
async def test_failures_are_told_apart(
    remote: Any,
    server: MachineLearning,
    facts: Facts,
    response: Response,
    error: type[TaggerError],
    said: str,
) -> None:
    """What waits, what is about the photo, and what a person must see to."""
    made = remote(taxonomy=RED)
    server.instead = lambda asked: response if asked == "visual" else None
    with pytest.raises(error) as caught:
        await made.observe(rendition("red"), facts)
    assert said in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
    if isinstance(caught.value, TaggerUnavailableError) and response.headers.get("Retry-After"):
        assert caught.value.retry_after == 7
    server.instead = lambda _: None
    assert sure(await made.observe(rendition("red"), facts)) == {"red"}


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (Response(status=503), TaggerUnavailableError),
        (Response({"detail": "Invalid request format."}, 422), TaggerSetupError),
        (Response({"clip": "[0.1, 0.2, 0.3]"}, cut=True), TaggerUnavailableError),
    ],
)
async def test_the_vocabulary_fails_likewise_and_is_asked_for_again(
    remote: Any,
    server: MachineLearning,
    facts: Facts,
    response: Response,
    error: type[TaggerError],
) -> None:
    """No picture is sent for nothing meanwhile."""
    made = remote()
    server.instead = lambda _: response
    with pytest.raises(error):
        await made.observe(rendition("red"), facts)
    assert server.pictures == []
    server.instead = lambda _: None
    assert sure(await made.observe(rendition("red"), facts)) == {"red", "rose"}


async def test_another_model_for_pictures_is_noticed(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """Its vectors mean nothing beside those of the texts."""
    server.dimensions = 5
    with pytest.raises(TaggerSetupError, match="5 numbers for pictures and of 3 for texts"):
        await remote().observe(rendition("red"), facts)


async def test_texts_of_different_lengths_are_noticed(
    remote: Any, server: MachineLearning, facts: Facts
) -> None:
    """As when the model is changed while they are asked for."""
    server.instead = lambda _: (
        Response({"clip": as_string([0.1] * 4)}) if server.asked["textual"] > 3 else None
    )
    with pytest.raises(TaggerSetupError, match="different lengths"):
        await remote().observe(rendition("red"), facts)


async def test_an_unknown_model_is_found_out_by_doctor(remote: Any) -> None:
    """The service only says that it failed."""
    assert "ViT-B-32__openai at http://127.0.0.1" in await remote().check()
    with pytest.raises(TaggerUnavailableError, match="no-such-model"):
        await remote("immich-ml:no-such-model").check()


async def test_a_service_that_is_away_is_waited_for(tagger: Any, facts: Facts) -> None:
    """By the run; here it says so."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(TaggerUnavailableError, match="cannot be reached"):
        await tagger("immich-ml", base_url=address).observe(rendition("red"), facts)


def test_recipes_tell_services_apart(tagger: Any) -> None:
    """One name may be another model elsewhere; passwords are no part of it."""
    one = tagger("immich-ml:m", base_url="http://user:pass@nas.local:3003")
    assert one.leaves_machine
    assert "pass" not in json.dumps(dict(one.recipe))
    assert one.sends(Facts("x.jpg")) == Sent("nas.local:3003")
    assert one.recipe != tagger("immich-ml:m", base_url="http://other.local:3003").recipe
