"""Which pictures look like frames of one burst."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.quality.frames import joined, jpeg, others, photo, shaken

from tagwright.errors import UnreadableError
from tagwright.pictures.look import Look, look

DISTANCE = 16


def seen(picture: Image.Image) -> Look:
    found = look(jpeg(picture))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["cat.jpg", "temple.jpg", "photographer-bw.jpg", "rocket.jpg"])
def test_a_hand_that_shakes_a_little_does_not_matter(photos: Path, name: str) -> None:
    """Nor do noise, compression and a little more light."""
    random, whole = Random(3), photo(photos / name)
    frames = [seen(shaken(whole, random, 0.005)) for _ in range(4)]
    assert all(one.resembles(other, DISTANCE) for one in frames for other in frames)


@pytest.mark.parametrize("name", ["cat.jpg", "temple.jpg", "photographer-bw.jpg", "rocket.jpg"])
def test_another_composition_is_another_picture(photos: Path, name: str) -> None:
    random, whole = Random(4), photo(photos / name)
    for what, picture in others(whole, random):
        assert not seen(whole).resembles(seen(picture), DISTANCE), what


def test_who_comes_in_is_seen_by_colour(photos: Path) -> None:
    """While the edges of the rest stay where they were."""
    whole, subject = photo(photos / "grass-bw.jpg"), photo(photos / "cat.jpg")
    empty, with_cat = seen(whole), seen(joined(whole, subject, Random(5), 0.3))
    assert not empty.resembles(with_cat, 128)


def test_a_bracket_of_exposures_is_no_burst(photos: Path) -> None:
    """What one shows, the next may have lost in the dark."""
    whole = photo(photos / "coffee.jpg")
    darker = whole.point(lambda value: value // 2)
    assert not seen(whole).resembles(seen(darker), 128)


def _sky() -> Image.Image:
    rows = Image.frombytes("L", (1, 500), bytes(90 + row // 4 for row in range(500)))
    return Image.merge("RGB", [rows.resize((750, 500))] * 3)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (750, 500), "white"),
        Image.new("RGB", (750, 500), "black"),
        Image.new("RGB", (1, 1), "red"),
        Image.effect_noise((750, 500), 30).convert("RGB"),
        _sky(),
    ],
    ids=["white", "black", "one pixel", "noise", "a clear sky"],
)
def test_a_picture_without_features_looks_like_none(picture: Image.Image) -> None:
    assert look(jpeg(picture)) is None


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=192, max_size=192))
def test_a_look_is_stored_as_text(gradients: bytes, cells: bytes) -> None:
    made = Look(int.from_bytes(gradients), cells)
    assert Look.parse(str(made)) == made
    assert Look.parse(str(made)[2:]) is None
    assert made.distance(made) == 0


@given(st.data())
def test_likeness_goes_both_ways(data: st.DataObject) -> None:
    """Whoever is asked first."""
    base = data.draw(st.binary(min_size=192, max_size=192))
    nudges = data.draw(st.lists(st.integers(-30, 30), min_size=192, max_size=192))
    other = bytes(min(255, max(0, a + b)) for a, b in zip(base, nudges, strict=True))
    one, two = Look(0, base), Look(7, other)
    assert one.resembles(two, 3) == two.resembles(one, 3)
    assert not one.resembles(two, 2)


def test_what_is_no_jpeg_is_an_error_of_ours(photos: Path) -> None:
    buffer = BytesIO()
    photo(photos / "cat.jpg").save(buffer, "PNG")
    for data in (b"", b"picture 1", buffer.getvalue(), jpeg(photo(photos / "cat.jpg"))[:500]):
        with pytest.raises(UnreadableError):
            look(data)
