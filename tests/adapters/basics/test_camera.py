"""What cameras write: lens, exposure, flight."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tagwright.model import Facts, Rendition

from .conftest import Observe

CAMERA = {
    "aerial",
    "drone",
    "fisheye",
    "flash",
    "long exposure",
    "macro",
    "selfie",
    "telephoto",
    "ultra wide angle",
    "wide angle",
}
FOCAL = "EXIF:FocalLengthIn35mmFormat"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({FOCAL: 14}, {"ultra wide angle", "wide angle"}),
        ({FOCAL: 24}, {"wide angle"}),
        ({FOCAL: 26, "EXIF:Make": "Apple"}, set()),
        ({FOCAL: 13, "EXIF:Make": "Apple"}, {"ultra wide angle", "wide angle"}),
        ({FOCAL: 50}, set()),
        ({FOCAL: 200}, {"telephoto"}),
        ({FOCAL: 0}, set()),
        ({FOCAL: 65535}, set()),
        ({"Composite:FocalLength35efl": 300.0}, set()),
        ({"Composite:FocalLength35efl": 300.0, "Composite:ScaleFactor35efl": 1.5}, {"telephoto"}),
        ({"EXIF:ExposureTime": 30}, {"long exposure"}),
        ({"EXIF:ExposureTime": 0.5}, set()),
        ({"EXIF:Flash": 0x19}, {"flash"}),
        ({"EXIF:Flash": 0x10}, set()),
        ({"XMP:FlashFired": True}, {"flash"}),
        ({"EXIF:SubjectDistance": 0.2, "EXIF:FocalLength": 60}, {"macro"}),
        ({"EXIF:SubjectDistance": 2, "EXIF:FocalLength": 60}, set()),
        ({"EXIF:SubjectDistanceRange": 1}, {"macro"}),
        ({"MakerNotes:MacroMode": 1}, {"macro"}),
        ({"MakerNotes:MacroMode": 2}, set()),
        ({"EXIF:LensModel": "iPhone 12 front camera 2.71mm f/2.2"}, {"selfie"}),
        ({"EXIF:LensModel": "EF8-15mm f/4L FISHEYE USM"}, {"fisheye"}),
        ({"EXIF:Make": "DJI", "EXIF:Model": "FC3582"}, {"drone"}),
        ({"EXIF:Make": "Hasselblad", "EXIF:Model": "L1D-20c"}, {"drone"}),
        ({"EXIF:Make": "Parrot", "EXIF:Model": "ANAFI"}, {"drone"}),
        ({"XMP:RelativeAltitude": "+35.20"}, {"drone", "aerial"}),
        ({"XMP:RelativeAltitude": "+0.40"}, {"drone"}),
    ],
)
def test_sure_labels(
    plain: Rendition, look_at: Observe, metadata: dict[str, object], expected: set[str]
) -> None:
    """What would be applied, as exiftool -n gives the values."""
    found = look_at(plain, Facts("x.jpg", metadata=metadata))
    assert {label for label in found.keys() & CAMERA if found[label].confidence >= 0.8} == expected


@pytest.mark.parametrize(
    ("metadata", "label"),
    [
        ({"EXIF:LensModel": "EF100mm f/2.8L Macro IS USM"}, "macro"),
        ({"EXIF:Make": "DJI", "EXIF:Model": "Osmo Pocket 3"}, "drone"),
        ({"EXIF:Make": "DJI", "EXIF:Model": "FC3582"}, "aerial"),
    ],
)
def test_doubtful_labels(
    plain: Rendition, look_at: Observe, metadata: dict[str, object], label: str
) -> None:
    """What a person is to confirm."""
    found = look_at(plain, Facts("x.jpg", metadata=metadata))
    assert 0.5 <= found[label].confidence < 0.8


def test_how_names_the_measured_value(plain: Rendition, look_at: Observe) -> None:
    """People see which field said so."""
    found = look_at(plain, Facts("x.jpg", metadata={FOCAL: 16, "EXIF:ExposureTime": 2.5}))
    assert found["wide angle"].how == "EXIF FocalLengthIn35mmFormat 16 mm"
    assert found["long exposure"].how == "EXIF ExposureTime 2.5 s"


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="needs exiftool")
def test_as_exiftool_writes_it(photos: Path, look_at: Observe, tmp_path: Path) -> None:
    """Names and forms of values are those of the real program (values invented)."""
    picture = tmp_path / "cat.jpg"
    shutil.copyfile(photos / "cat.jpg", picture)
    values = {
        "Make": "DJI",
        "Model": "FC3582",
        "ExposureTime": "2.5",
        "EXIF:Flash": "1",
        "FocalLength": "60",
        "FocalLengthIn35mmFormat": "16",
        "SubjectDistance": "0.2",
        "XMP-drone-dji:RelativeAltitude": "+35.2",
        "XMP-GPano:ProjectionType": "equirectangular",
    }
    arguments = [f"-{key}={value}" for key, value in values.items()]
    subprocess.run(["exiftool", "-q", "-n", *arguments, picture], check=True)
    shown = subprocess.run(
        ["exiftool", "-j", "-n", "-G0", picture], check=True, capture_output=True
    )
    found = look_at(picture, Facts("cat.jpg", metadata=json.loads(shown.stdout)[0]))
    expected = {"drone", "aerial", "flash", "long exposure", "macro", "wide angle"}
    assert expected | {"360 degree photo"} <= found.keys()
