"""Renditions of still pictures: upright, in sRGB, small, and bare."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from tagwright.errors import UnreadableError
from tagwright.model import Rendition, RenditionSpec
from tagwright.pictures import render, render_data

SPEC = RenditionSpec(quality=95)
Colour = tuple[int, int, int]


def shown(path: Path, spec: RenditionSpec = SPEC) -> Image.Image:
    """The rendition, decoded, after checking that it is what it says it is."""
    rendition = render(path, spec)
    with Image.open(BytesIO(rendition.data), formats=["JPEG"]) as image:
        image.load()
    assert (image.mode, image.size) == ("RGB", (rendition.width, rendition.height))
    return image


def close(colour: Any, expected: Colour, within: int = 6) -> bool:
    """Whether two colours look the same, given JPEG's losses."""
    return all(abs(one - other) <= within for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize("edge", [750, 768, 100, 1])
def test_small_and_in_proportion(edge: int, photos: Path) -> None:
    """The longer edge is as asked, the other in proportion, and nothing is enlarged."""
    for name, size in (("hubble.jpg", (1000, 872)), ("cat.jpg", (451, 300))):
        scale = min(1, edge / size[0])
        expected = tuple(max(1, round(side * scale)) for side in size)
        assert shown(photos / name, RenditionSpec(long_edge=edge)).size == expected


def test_extreme_proportions(tmp_path: Path) -> None:
    """A line of pixels stays one pixel high."""
    Image.new("RGB", (5000, 1), "red").save(tmp_path / "line.png")
    assert shown(tmp_path / "line.png").size == (750, 1)


def test_it_looks_like_the_photo(photos: Path) -> None:
    """The scaled decode differs little from a full decode made small."""
    with Image.open(photos / "hubble.jpg") as image:
        fair = image.convert("RGB").resize((375, 327), Image.Resampling.LANCZOS)
    small = shown(photos / "hubble.jpg", RenditionSpec(long_edge=375))
    pairs = zip(small.tobytes(), fair.tobytes(), strict=True)
    assert sum(abs(one - other) for one, other in pairs) / len(fair.tobytes()) < 4


@pytest.mark.parametrize("with_profile", [False, True])
def test_bare_of_metadata(
    with_profile: bool, photo: Image.Image, tmp_path: Path, exiftool: Callable[..., None]
) -> None:
    """Nothing but the frame comes out, whatever went in: no place, name, comment or profile."""
    path = tmp_path / "private.jpg"
    icc = profile(SRGB) if with_profile else None
    photo.save(path, icc_profile=icc, dpi=(300, 300), comment=b"secret")
    exiftool(path, "-GPSLatitude=48.1", "-XMP-dc:Creator=secret", "-IPTC:Keywords=secret")
    data = render(path, SPEC).data
    with Image.open(BytesIO(data)) as image:
        assert image.info == {
            "jfif": 257,
            "jfif_version": (1, 1),
            "jfif_unit": 0,
            "jfif_density": (1, 1),
        }
    assert b"secret" not in data


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.tif", "lzw.tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright(
    name: str,
    orientation: int,
    tmp_path: Path,
    exiftool: Callable[..., None],
) -> None:
    """Each of the eight orientations of EXIF is undone: red stays in the upper left corner."""
    upright = Image.new("RGB", (60, 30), "white")
    upright.paste("red", (0, 0, 20, 10))
    undo = {6: 90, 8: 270, 3: 180}
    turns = {2: Image.Transpose.FLIP_LEFT_RIGHT, 4: Image.Transpose.FLIP_TOP_BOTTOM}
    turns |= {5: Image.Transpose.TRANSPOSE, 7: Image.Transpose.TRANSVERSE}
    if orientation in undo:
        stored = upright.rotate(undo[orientation], expand=True)
    else:
        stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    path = tmp_path / name
    stored.save(path, **({"compression": "tiff_lzw"} if name == "lzw.tif" else {}))
    exiftool(path, f"-IFD0:Orientation#={orientation}")
    image = shown(path)
    assert image.size == (60, 30)
    assert close(image.getpixel((4, 4)), (255, 0, 0), 12)
    assert close(image.getpixel((50, 20)), (255, 255, 255))


@pytest.mark.parametrize("suffix", ["avif", "heic"])
def test_upright_by_the_container(suffix: str, tmp_path: Path) -> None:
    """HEIC and AVIF turn by a property of their own, and are not turned twice."""
    stored = Image.new("RGB", (128, 64), "white")
    stored.paste("red", (0, 0, 48, 32))
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / f"a.{suffix}"
    if suffix == "heic":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.from_pillow(stored).save(path, exif=exif.tobytes(), quality=90)
    else:
        stored.save(path, exif=exif)
    image = shown(path)
    assert image.size == (64, 128)
    assert close(image.getpixel((54, 10)), (255, 0, 0), 16)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF:UserWarning")
def test_broken_exif_does_not_matter(photo: Image.Image, tmp_path: Path) -> None:
    """An EXIF block of rubbish leaves the picture as it lies."""
    path = tmp_path / "a.jpg"
    photo.save(path, exif=b"Exif\0\0II*\0" + b"\xff" * 40)
    assert shown(path).size == photo.size


SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def profile(primaries: tuple[tuple[float, ...], ...], name: bytes = b"Test") -> bytes:
    """An ICC profile with sRGB's curve and other primaries (XYZ under D50)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for index in range(int.from_bytes(data[128:132], "big")):
        entry = 132 + 12 * index
        offset = int.from_bytes(data[entry + 4 : entry + 8], "big")
        column = {b"rXYZ": 0, b"gXYZ": 1, b"bXYZ": 2}.get(bytes(data[entry : entry + 4]))
        if column is not None:
            for axis, value in enumerate(primaries[column]):
                at = offset + 8 + 4 * axis
                data[at : at + 4] = round(value * 65536).to_bytes(4, "big", signed=True)
    return bytes(data).replace("sRGB".encode("utf-16-be"), name.decode().encode("utf-16-be"))


@pytest.mark.parametrize(
    ("primaries", "stored", "seen"),
    [
        (DISPLAY_P3, (234, 51, 35), (255, 0, 0)),
        (DISPLAY_P3, (117, 251, 76), (0, 255, 0)),
        (ADOBE_RGB, (219, 0, 0), (255, 0, 0)),
        (SRGB, (200, 100, 50), (200, 100, 50)),
    ],
)
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_profile_becomes_srgb(
    suffix: str, primaries: Any, stored: Colour, seen: Colour, tmp_path: Path
) -> None:
    """A colour of a wider space is shown as the sRGB colour that it is."""
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (64, 64), stored).save(path, quality=95, icc_profile=profile(primaries))
    assert close(shown(path).getpixel((32, 32)), seen, 16)


@pytest.mark.parametrize("broken", [b"rubbish", profile(DISPLAY_P3)[:200], b"\0" * 200])
def test_broken_profile_is_passed_over(broken: bytes, tmp_path: Path) -> None:
    """A profile that no library reads costs the photo nothing."""
    path = tmp_path / "a.jpg"
    Image.new("RGB", (64, 64), (200, 100, 50)).save(path, icc_profile=broken)
    assert close(shown(path).getpixel((32, 32)), (200, 100, 50))


def test_profile_for_other_pictures_is_passed_over(tmp_path: Path) -> None:
    """An RGB profile in a grey picture does not stop it."""
    path = tmp_path / "a.png"
    Image.new("L", (64, 64), 90).save(path, icc_profile=profile(DISPLAY_P3))
    assert close(shown(path).getpixel((32, 32)), (90, 90, 90))


def transparent(mode: str, *colour: int) -> Image.Image:
    """A picture that is opaque on its left half only."""
    image = Image.new(mode, (64, 64))
    image.paste(colour, (0, 0, 32, 64))
    return image


def palette() -> Image.Image:
    """A palette picture, red and blue."""
    image = Image.new("P", (64, 64), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (32, 0, 64, 64))
    return image


RED, BLUE, WHITE, GREY = (255, 0, 0), (0, 0, 255), (255, 255, 255), (128, 128, 128)


@pytest.mark.parametrize(
    ("name", "image", "options", "left", "right"),
    [
        ("rgba.png", transparent("RGBA", 255, 0, 0, 255), {}, RED, WHITE),
        ("rgba.webp", transparent("RGBA", 255, 0, 0, 255), {"lossless": True}, RED, WHITE),
        ("rgba.tif", transparent("RGBA", 255, 0, 0, 255), {}, RED, WHITE),
        ("la.png", transparent("LA", 128, 255), {}, GREY, WHITE),
        ("p.png", palette(), {}, RED, BLUE),
        ("p.gif", palette(), {}, RED, BLUE),
        ("p-clear.gif", palette(), {"transparency": 1}, RED, WHITE),
        ("p-clear.png", palette(), {"transparency": 1}, RED, WHITE),
        ("trns.png", palette().convert("RGB"), {"transparency": BLUE}, RED, WHITE),
        ("trns-grey.png", Image.new("L", (64, 64), 128), {"transparency": 5}, GREY, GREY),
        ("bits.png", Image.new("1", (64, 64), 1), {}, WHITE, WHITE),
        ("bits.tif", Image.new("1", (64, 64), 1), {"compression": "group4"}, WHITE, WHITE),
        ("grey.jpg", Image.new("L", (64, 64), 128), {}, GREY, GREY),
        ("grey16.png", Image.new("I;16", (64, 64), 32896), {}, GREY, GREY),
        ("grey16.tif", Image.new("I;16", (64, 64), 32896), {}, GREY, GREY),
        ("grey16b.tif", Image.new("I;16B", (64, 64), 32896), {}, GREY, GREY),
        ("cmyk.jpg", palette().convert("RGB").convert("CMYK"), {"quality": 95}, RED, BLUE),
        ("cmyk.tif", palette().convert("RGB").convert("CMYK"), {}, RED, BLUE),
        ("ycbcr.tif", palette().convert("RGB").convert("YCbCr"), {}, RED, BLUE),
        ("lab.tif", Image.new("LAB", (64, 64), (137, 128, 128)), {}, GREY, GREY),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_mode(
    name: str,
    image: Image.Image,
    options: dict[str, Any],
    left: Colour,
    right: Colour,
    tmp_path: Path,
) -> None:
    """Grey, palette, transparent, print and deep pictures all come out in the colours they show."""
    image.save(tmp_path / name, **options)
    seen = shown(tmp_path / name)
    assert close(seen.getpixel((8, 32)), left, 12)
    assert close(seen.getpixel((56, 32)), right, 12)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_measured_values_are_stretched(mode: str, tmp_path: Path) -> None:
    """Values of no known scale run from black to white."""
    image = Image.new(mode, (64, 64), 1000)
    image.paste(3000, (32, 0, 64, 64))
    image.save(tmp_path / "a.tif")
    assert close(shown(tmp_path / "a.tif").getpixel((4, 4)), (0, 0, 0))
    assert close(shown(tmp_path / "a.tif").getpixel((60, 60)), WHITE)


@pytest.mark.parametrize("name", ["deep.png", "deep.tif"])
def test_sixteen_bits_a_channel(name: str, tmp_path: Path) -> None:
    """Deep colour keeps its brightness."""
    source = ("-f", "lavfi", "-i", "color=0x804020:s=64x64", "-frames:v", "1")
    command = ["ffmpeg", "-loglevel", "error", *source, "-pix_fmt", "rgb48", str(tmp_path / name)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    assert close(shown(tmp_path / name).getpixel((32, 32)), (128, 64, 32))


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png", "a.avif"])
def test_first_frame_of_an_animation(name: str, tmp_path: Path) -> None:
    """What hosts show as the thumbnail is what is looked at."""
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:], duration=100)
    assert close(shown(tmp_path / name).getpixel((32, 32)), RED, 12)


def test_large_text_in_a_png(photo: Image.Image, tmp_path: Path) -> None:
    """Five megabytes of XMP are no reason to refuse a picture."""
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", "x" * 5_000_000)
    photo.save(tmp_path / "a.png", pnginfo=text)
    assert shown(tmp_path / "a.png").size == photo.size


@pytest.mark.parametrize("name", [b"-x.jpg", b"a\nb.jpg", b"$(id)'\".jpg", b"\xff\xfe.jpg"])
def test_odd_names(name: bytes, photos: Path, tmp_path: Path) -> None:
    """A name is only a name."""
    path = tmp_path / name.decode(errors="surrogateescape")
    shutil.copy(photos / "cat.jpg", path)
    assert shown(path).size == (451, 300)


def test_wrong_suffix(photo: Image.Image, tmp_path: Path) -> None:
    """A PNG called .jpg is decoded as what it is."""
    photo.save(tmp_path / "a.png")
    assert shown((tmp_path / "a.png").rename(tmp_path / "a.jpg")).size == photo.size


def test_threads(photos: Path) -> None:
    """Many at once give what one after the other gives."""
    paths = sorted(photos.glob("*.jpg")) * 3

    def one(path: Path) -> Rendition:
        return render(path, SPEC)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, paths)) == [one(path) for path in paths]


def test_pillow_is_left_as_it_was(photos: Path) -> None:
    """Other users of Pillow in the process keep their limits and openers."""
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    render(photos / "cat.jpg", SPEC)
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)
    assert "HEIF" not in Image.OPEN


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_in_memory(form: str, photos: Path, tmp_path: Path) -> None:
    """What a host hands over becomes the same as from a file, whatever its format."""
    path = tmp_path / "photo"
    with Image.open(photos / "cat.jpg") as image:
        image.save(path, form)
    assert render_data(path.read_bytes(), SPEC) == render(path, SPEC)


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"\xff\xd8\xff", b"\0\0\0\x18ftypmp42" + b"\0" * 64]
)
def test_no_picture_in_memory(data: bytes) -> None:
    """Pages, stumps and films are refused."""
    with pytest.raises(UnreadableError):
        render_data(data, SPEC)
