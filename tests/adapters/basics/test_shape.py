"""The format of the picture."""

from __future__ import annotations

import pytest
from PIL import Image

from tagwright.model import Facts, Rendition

from .conftest import Observe, render


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3000, 3000), {"square"}),
        ((4000, 3000), set()),
        ((3000, 4000), {"portrait format"}),
        ((3040, 3000), set()),
        ((12000, 3000), {"panorama"}),
        ((3000, 12000), {"portrait format", "panorama"}),
    ],
)
def test_format(
    plain: Rendition, look_at: Observe, size: tuple[int, int], expected: set[str]
) -> None:
    """The original's size decides, not that of the small picture."""
    found = look_at(plain, Facts("x.jpg", width=size[0], height=size[1]))
    labels = {"square", "portrait format", "panorama"}
    assert found.keys() & labels == expected
    assert not any("landscape" in label for label in found)
    assert all(found[label].confidence >= 0.8 for label in expected)


def test_without_a_size_the_rendition_tells(look_at: Observe) -> None:
    """Facts may not know the size."""
    upright = render(Image.effect_noise((300, 400), 60))
    assert "portrait format" in look_at(upright, Facts("x.jpg"))
    assert "portrait format" in look_at(upright, Facts("x.jpg", width=0, height=-1))


def test_phone_screens_are_no_sure_panoramas(plain: Rendition, look_at: Observe) -> None:
    """Phones photograph in the format of their screens, 2.2 : 1."""
    found = look_at(plain, Facts("x.jpg", width=4000, height=1848))
    assert 0.5 <= found["panorama"].confidence < 0.8


def test_stitched(plain: Rendition, look_at: Observe) -> None:
    """What the phone says of its own panorama is sure at any format."""
    apple = Facts("x.jpg", width=4000, height=3000, metadata={"EXIF:CustomRendered": 6})
    assert "panorama" not in look_at(plain, apple)
    apple.metadata["EXIF:Make"] = "Apple"
    assert look_at(plain, apple)["panorama"].confidence >= 0.9


def test_sphere(plain: Rendition, look_at: Observe) -> None:
    """An equirectangular projection is a 360 degree photo, not just a wide one."""
    sphere = Facts("x.jpg", width=6000, height=3000)
    sphere.metadata["XMP:ProjectionType"] = "equirectangular"
    found = look_at(plain, sphere)
    assert "360 degree photo" in found
    assert "panorama" not in found
