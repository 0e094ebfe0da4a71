"""One photo, one answer: what is sent and what comes of the reply."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tagwright.errors import TaggerAnswerError, TaggerRefusedError
from tagwright.model import Facts, Kind, Rendition
from tagwright.taxonomy import Taxonomy

from .conftest import Make
from .replies import TAGS, answer, calls_tool, chat, message
from .server import ModelServer


async def test_answer_becomes_observations(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Tags, caption, model, tokens and price come out as the model and the service said them."""
    server.plays(chat(answer()))
    told = await tagger().observe(rendition, facts)
    first = told.observations[0]
    assert (first.label, first.confidence, first.kind) == ("tabby cat", 0.97, Kind.OBJECT)
    assert first.synonyms == ("striped cat", "tiger cat")
    assert (first.language, first.concept, first.how) == ("en", None, "model answer")
    assert [one.label for one in told.observations] == ["tabby cat", "windowsill", "backlight"]
    assert told.caption == "A cat on a windowsill."
    assert told.alt_text == "A tabby cat looks out."
    assert told.model == "gpt-4o-mini-2024-07-18"
    assert (told.usage.requests, told.usage.input_tokens, told.usage.output_tokens) == (
        1,
        1000,
        100,
    )
    assert told.usage.cost == Decimal("0.00021")  # 0.15 and 0.60 USD a million tokens


async def test_only_the_picture_is_sent(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """The picture goes out byte for byte; names, folders and places stay at home."""
    server.plays(chat(answer()))
    await tagger().observe(rendition, facts)
    (sent,) = server.received
    assert sent.picture == rendition.data
    assert sent.body["model"] == "gpt-4o-mini"
    assert "ecret" not in json.dumps(sent.body)
    assert "48.1" not in json.dumps(sent.body)


async def test_schema_is_native_and_strict(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """The answer is asked for by schema; concepts are in it only when some are offered."""
    server.plays(chat(answer()))
    await tagger().observe(rendition, facts)
    (sent,) = server.received
    assert sent.body["response_format"]["json_schema"]["strict"] is True
    assert list(sent.schema["properties"]) == ["tags", "caption", "alt_text"]
    kinds = sent.schema["properties"]["tags"]["items"]["properties"]["kind"]["enum"]
    assert set(kinds) <= set(Kind)


@pytest.mark.parametrize(
    "content",
    [
        "Here you are:\n```json\n" + json.dumps(answer()) + "\n```\nAnything else?",
        "<think>A cat {maybe}.</think>" + json.dumps(answer(), indent=2),
        json.dumps(answer()) + " \n\n" + "x" * 50,
    ],
)
async def test_words_around_the_answer_do_not_matter(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, content: str
) -> None:
    """Fences, thoughts and prose around the JSON are passed over, without another request."""
    server.plays(chat(content))
    told = await tagger().observe(rendition, facts)
    assert [one.label for one in told.observations] == [tag["label"] for tag in TAGS]
    assert len(server.received) == 1


async def test_tool_call_is_an_answer_too(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """A model that calls a tool where a message was wanted has answered all the same."""
    server.plays(calls_tool(json.dumps(answer())))
    told = await tagger().observe(rendition, facts)
    assert len(told.observations) == 3
    assert len(server.received) == 1


async def test_truncated_answer_is_salvaged(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Of an answer that was cut off, the complete tags are kept; nothing is paid again."""
    text = json.dumps(answer())
    server.plays(chat(text[: text.index("backlight") + 4], finish="length"))
    told = await tagger().observe(rendition, facts)
    assert [one.label for one in told.observations] == ["tabby cat", "windowsill"]
    assert told.caption is None
    assert len(server.received) == 1


async def test_lost_answer_is_asked_for_again_with_more_room(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """When thinking used up all tokens, the one repair has twice as many; both are accounted."""
    server.plays(chat("", finish="length", reasoning="Let me see …"), chat(answer()))
    told = await tagger(max_tokens=512).observe(rendition, facts)
    first, second = server.received
    limits = [one.body["max_completion_tokens"] for one in (first, second)]
    assert limits == [512, 1024]
    assert first.request != second.request
    assert second.picture == rendition.data
    assert told.usage.requests == 2
    assert told.usage.input_tokens == 2000


@pytest.mark.parametrize(
    ("content", "quoted"),
    [
        ("<html><body>502 Bad Gateway</body></html>", "502 Bad Gateway"),
        ("I see a cat!\x1b[31m\n" + "very " * 500, "I see a cat! [31m very"),
        ('{"answer": 42}', '{"answer": 42}'),
        ('{"tags": [{"label": 7}, {"name": "cat"}]}', '{"label": 7}'),
        (None, "nothing at all"),
    ],
)
async def test_garbage_is_repaired_once_then_quoted(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    content: str | None,
    quoted: str,
) -> None:
    """Two requests at most; the message quotes the start of the reply, bounded and printable."""
    server.plays(chat(content, reasoning_content="Hmm …"))
    with pytest.raises(TaggerAnswerError) as caught:
        await tagger().observe(rendition, facts)
    assert len(server.received) == 2
    assert quoted in caught.value.message
    assert len(caught.value.message) < 400
    assert caught.value.message.isprintable()


async def test_wrong_types_cost_only_their_entry(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Confidences as text or per cent are read; entries without label or confidence are not."""
    tags = [
        {"label": "cat", "confidence": "0.9", "kind": 3, "synonyms": "kitty"},
        {"label": "sill", "confidence": 85, "kind": "furniture", "synonyms": [1, None, "ledge"]},
        {"label": "sun", "confidence": "70 %"},
        {"label": "fog", "confidence": "high"},
        {"label": "rain", "confidence": True},
        {"label": "hail", "confidence": -1},
        {"label": ["snow"], "confidence": 0.9},
        {"label": "Cat", "confidence": 0.1},
        "dog",
        None,
    ]
    server.plays(chat(answer(tags=tags, caption=["no"], alt_text=None)))
    told = await tagger().observe(rendition, facts)
    assert [(one.label, one.confidence, one.kind) for one in told.observations] == [
        ("cat", 0.9, Kind.OTHER),
        ("sill", 0.85, Kind.OTHER),
        ("sun", 0.7, Kind.OTHER),
    ]
    assert told.observations[1].synonyms == ("ledge",)
    assert (told.caption, told.alt_text) == (None, None)


async def test_hostile_labels_are_made_harmless(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Control characters, lone surrogates and bidi marks go; endless labels are left out."""
    labels = [
        "cat\x00\x1b[2J\nblack",
        "x" * 10_000,
        "\ud800sea",
        "\u202eevil",
        "<b>bold</b>",
        "\x07",
    ]
    tags = [{**TAGS[0], "label": label, "synonyms": [label]} for label in labels]
    server.plays(chat(answer(tags=tags, caption="a\ud800\x00b" + "c" * 5_000)))
    told = await tagger().observe(rendition, facts)
    assert [one.label for one in told.observations] == [
        "cat [2J black",
        "sea",
        "evil",
        "<b>bold</b>",
    ]
    assert told.caption is not None
    assert len(told.caption) <= 1_000
    json.dumps([one.label for one in told.observations], ensure_ascii=False).encode()


async def test_empty_answer_is_an_answer(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """A model that finds nothing in a black picture is not asked again."""
    server.plays(chat(answer(tags=[])))
    told = await tagger().observe(rendition, facts)
    assert told.observations == ()
    assert len(server.received) == 1


@pytest.mark.parametrize(
    "reply",
    [
        chat(None, refusal="I'm sorry, I can't help with that."),
        chat("I'm sorry, I can't help with that.", finish="content_filter"),
    ],
)
async def test_refusal_is_not_argued_with(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, reply: object
) -> None:
    """A refusal costs one request and says what the model said."""
    server.plays(reply)  # type: ignore[arg-type]  # a Response by parametrize
    with pytest.raises(TaggerRefusedError, match="can't help with that"):
        await tagger().observe(rendition, facts)
    assert len(server.received) == 1


async def test_anthropic_answers(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts, pets: Taxonomy
) -> None:
    """The Messages API: picture and schema are where it wants them; instructions are cached."""
    concepts = [{"id": 2, "term": "Cat", "confidence": 0.98}]
    server.plays(message(json.dumps(answer(concepts=concepts))))
    told = await tagger("anthropic:claude-haiku-4-5", taxonomy=pets).observe(rendition, facts)
    (sent,) = server.received
    assert sent.path == "/v1/messages"
    assert sent.picture == rendition.data
    assert sent.body["output_config"]["format"]["type"] == "json_schema"
    assert sent.body["system"][-1]["cache_control"]["type"] == "ephemeral"
    assert "cache_control" not in sent.body
    assert "cache_control" not in json.dumps(sent.body["messages"])
    assert told.observations[0].concept == "cat"
    assert told.model == "claude-haiku-4-5-20251001"
    assert told.usage.cost == Decimal("0.0015")  # 1 and 5 USD a million tokens


async def test_anthropic_refusal(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Its stop reason is understood."""
    server.plays(message("", stop="refusal"))
    with pytest.raises(TaggerRefusedError):
        await tagger("anthropic:claude-haiku-4-5").observe(rendition, facts)
    assert len(server.received) == 1
