"""Photos tagged in process, by a model whose vector of a picture is its mean colour."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tagwright.errors import ConfigurationError, MissingProgramError, TaggerAnswerError
from tagwright.model import Facts, Kind, Rendition
from tagwright.taxonomy import Concept, Taxonomy

from .making import make_model, rendition


def sure(answer: Any, least: float = 0.8) -> set[str]:
    """Return the concepts that an answer is sure of."""
    return {one.concept for one in answer.observations if one.confidence >= least}


@pytest.mark.parametrize("batch", ["texts", 1])
async def test_the_nearest_concept_of_each_facet_is_seen(
    tmp_path: Path, tagger: Any, facts: Facts, batch: str | int
) -> None:
    """With what it rests on; also where the model takes one text at a time."""
    made = tagger(f"clip:{make_model(tmp_path / 'model', batch=batch)}")
    answer = await made.observe(rendition("red"), facts)
    assert sure(answer) == {"red", "rose"}
    best = {one.concept: one for one in answer.observations}
    assert best["red"].kind is Kind.COLOUR
    assert best["red"].label == "Red"
    assert best["red"].how.startswith("CLIP similarity 0.9")
    assert best["red"].how.endswith("within Colours")
    assert best["rose"].kind is Kind.OBJECT
    assert answer.model == "model"
    assert answer.usage.cost == 0
    assert sure(await made.observe(rendition("blue"), facts)) == {"blue", "sea"}


async def test_a_photo_without_any_of_them_gets_nothing(
    model: Path, tagger: Any, facts: Facts
) -> None:
    """A grey picture is nearer to what fits any photo; groups and bookkeeping are never meant."""
    made = tagger(f"clip:{model}", min_confidence=0.0, max_observations=100)
    answer = await made.observe(rendition("grey"), facts)
    assert max(one.confidence for one in answer.observations) < 0.1
    assert {one.concept for one in answer.observations} <= {
        *("red", "green", "blue", "things", "rose", "sea")
    }


async def test_a_model_may_do_the_preparation_itself(
    tmp_path: Path, tagger: Any, facts: Facts
) -> None:
    """Given bytes where it takes bytes."""
    made = tagger(f"clip:{make_model(tmp_path / 'model', uint8=True)}")
    assert sure(await made.observe(rendition("red"), facts)) == {"red", "rose"}


@pytest.mark.parametrize(("resize", "seen"), [("shortest", {"green"}), ("squash", set())])
async def test_the_middle_is_seen_or_all_of_it(
    tmp_path: Path, tagger: Any, facts: Facts, resize: str, seen: set[str]
) -> None:
    """As the model was trained: a wide picture, green in the middle and blue beside it."""
    wide = Image.new("RGB", (120, 40), "blue")
    wide.paste((0, 255, 0), (40, 0, 80, 40))
    file = io.BytesIO()
    wide.save(file, "JPEG", quality=95, subsampling=0)
    made = tagger(f"clip:{make_model(tmp_path / 'model', resize=resize)}")
    assert sure(await made.observe(Rendition(file.getvalue(), 120, 40), facts)) & {"green"} == seen


async def test_at_most_so_many_are_said(model: Path, tagger: Any, facts: Facts) -> None:
    """The surest."""
    made = tagger(f"clip:{model}", max_observations=1)
    few = await made.observe(rendition("red"), facts)
    many = await tagger(f"clip:{model}").observe(rendition("red"), facts)
    assert len(few.observations) == 1
    assert few.observations[0].confidence == max(one.confidence for one in many.observations)


async def test_nothing_is_looked_at_twice(
    model: Path, tagger: Any, facts: Facts, garden: Taxonomy
) -> None:
    """Not after the taxonomy changed either: its vector is kept, and so are those of the rest."""
    first = tagger(f"clip:{model}")
    before = await first.observe(rendition("red"), facts)
    assert before.usage.requests == 1
    bigger = Taxonomy("Garden", "en", [*garden, Concept("rot", {"en": "rot"})])
    second = tagger(f"clip:{model}", taxonomy=bigger)
    after = await second.observe(rendition("red"), facts)
    assert after.usage.requests == 0
    assert sure(after) == sure(before) | {"rot"}
    kept = {one.concept: one for one in after.observations}
    assert all(kept[one.concept] == one for one in before.observations)


async def test_a_broken_store_costs_time_only(
    model: Path, tagger: Any, facts: Facts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Said once."""
    (tmp_path / "state" / "clip").mkdir(parents=True)
    (tmp_path / "state" / "clip" / "vectors.db").write_bytes(b"no database at all" * 100)
    made = tagger(f"clip:{model}")
    for _ in range(2):
        assert sure(await made.observe(rendition("red"), facts)) == {"red", "rose"}
    assert len(caplog.messages) == 1
    assert "vectors.db" in caplog.messages[0]


async def test_it_is_asked_in_english_unless_it_reads_more(
    model: Path, tagger: Any, tmp_path: Path
) -> None:
    """Most models know English only; the user may know better."""
    reads = tmp_path / "XLM-Roberta-mean-colour"
    model.rename(reads)
    many = tagger(f"clip:{reads}", speaks="de")
    assert many.recipe["language"] == "de"
    assert "asked for in 'de', in which 5 have no label" in await many.check()
    plain = make_model(tmp_path / "plain")
    assert tagger(f"clip:{plain}", speaks="de").recipe["language"] == "en"
    chosen = tagger(f"clip:{plain}", language="fr")
    assert chosen.recipe["language"] == "fr"


async def test_the_recipe_tells_models_options_and_vocabularies_apart(
    model: Path, tagger: Any, garden: Taxonomy, tmp_path: Path
) -> None:
    """The vocabulary under a key of its own: answers under another one are still answers."""
    one = tagger(f"clip:{model}").recipe
    json.dumps(dict(one))
    assert tagger(f"clip:{model}", logit_scale=50).recipe != one
    assert tagger(f"clip:{make_model(tmp_path / 'other', uint8=True)}").recipe != one
    small = Taxonomy("Garden", "en", list(garden)[:3])
    other = tagger(f"clip:{model}", taxonomy=small).recipe
    assert {key for key in one if one[key] != other[key]} == {"vocabulary"}


async def test_an_empty_taxonomy_is_no_error(model: Path, tagger: Any, facts: Facts) -> None:
    """There is nothing to see."""
    made = tagger(f"clip:{model}", taxonomy=Taxonomy("none", "en", []))
    assert (await made.observe(rendition("red"), facts)).observations == ()


async def test_what_is_no_picture_fails_alone(model: Path, tagger: Any, facts: Facts) -> None:
    """The photo, and not the run."""
    with pytest.raises(TaggerAnswerError):
        await tagger(f"clip:{model}").observe(Rendition(b"no picture", 1, 1), facts)


@pytest.mark.parametrize(
    "file",
    [
        "config.json",
        "textual/tokenizer.json",
        "textual/tokenizer_config.json",
        "textual/model.onnx",
        "visual/preprocess_cfg.json",
        "visual/model.onnx",
    ],
)
@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"size": 8, "text_cfg": 3}'])
async def test_what_is_no_model_is_refused(
    model: Path, tagger: Any, facts: Facts, file: str, content: bytes | None
) -> None:
    """With the folder, and what belongs there."""
    (model / file).unlink()
    if content is not None:
        (model / file).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        await tagger(f"clip:{model}").observe(rendition("red"), facts)
    assert str(model) in str(caught.value)
    assert "visual/model.onnx" in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "options", "said"),
    [
        ("clip:", {}, "names no model"),
        ("clip:..", {}, "lacks"),
        ("clip:no/such/folder", {}, "lacks"),
        ("clip:a b", {}, "names no model"),
        ("clip:x", {"logit_scale": 0}, "logit_scale"),
        ("clip:x", {"colour": 1}, "colour"),
        ("clip:x", {"download_from": "ftp://a/{path}"}, "download_from"),
        ("clip:x", {"download_from": "http://a/{model}"}, "download_from"),
        ("immich-ml", {"base_url": "immich:3003"}, "base_url"),
        ("immich-ml", {"download_from": "http://a/{path}"}, "download_from"),
    ],
)
def test_bad_settings_are_named(tagger: Any, spec: str, options: dict[str, Any], said: str) -> None:
    """With a cure, before anything begins."""
    with pytest.raises(ConfigurationError, match=said) as caught:
        tagger(spec, **options)
    assert caught.value.cure


@pytest.mark.parametrize("spec", ["clip:x", "immich-ml"])
def test_a_missing_package_is_named(
    tagger: Any, monkeypatch: pytest.MonkeyPatch, spec: str
) -> None:
    """With the extra that brings it."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingProgramError, match=r"tagwright\[clip\]"):
        tagger(spec)
