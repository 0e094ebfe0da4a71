"""Nothing of a photo but its small picture is ever sent: proved on the wire, for every service."""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms
from tests.adapters.clip.service import MachineLearning
from tests.adapters.label_services.server import LabelServer
from tests.adapters.label_services.vendors import VENDORS
from tests.adapters.llm.replies import answer, chat
from tests.adapters.llm.server import KEY, ModelServer

from .tap import Tap

FOLDER, NAME = "Zq-secret-folder", "zq-secret-name"
WORDS = (
    *("ZqSerial7431", "ZqOwner", "ZqArtist", "ZqLens55", "ZqMakerNote", "ZqThumbnail"),
    *("ZqXmpCreator", "ZqRegionPerson", "ZqIptcKeyword", "ZqIptcCaption", "ZqComment"),
    *("ZqIccProfile1", "ZqUserComment", "ZqDescription", "ZqPngText"),
)
GPS = ("48.137", "48,137", "11.575", "11,575", "GPSLatitude")
MARKERS = (b"Exif\0", b"http://ns.adobe.com", b"ICC_PROFILE", b"Photoshop 3.0", b"8BIM")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{200,}={0,2}")
_FORMATS = ["jpeg", "png", "webp", "tiff", *(["heif"] if find_spec("pillow_heif") else [])]
_SOURCES = ("cat.jpg", "coffee.jpg", "flower.jpg", "astronaut.jpg", "temple.jpg")


def _profile() -> bytes:
    """Return a profile that says something private where others say "sRGB built-in"."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told, private = "sRGB built-in".encode("utf-16-be"), "ZqIccProfile1".encode("utf-16-be")
    assert told in plain
    return bytes(plain.replace(told, private))


def _make(source: Path, target: Path, kind: str) -> None:
    """Make a photo of a format with a secret in every place that it has for one."""
    if kind == "heif":
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - an extra

        register_heif_opener()
    with Image.open(source) as picture:
        exif = picture.getexif()
        exif.get_ifd(0x8769)[0x927C] = b"ZqMakerNote\0" * 4
        more = {"comment": "ZqComment"} if kind == "jpeg" else {}
        picture.convert("RGB").save(target, kind, exif=exif, icc_profile=_profile(), **more)
    with Image.open(source) as picture:
        picture.thumbnail((160, 160))
        thumbnail = target.with_suffix(".thumb")
        picture.convert("RGB").save(thumbnail, "jpeg", comment="ZqThumbnail")
    region = "{AppliedToDimensions={W=9,H=9,Unit=pixel},RegionList=[{Area={X=.5,Y=.5,W=.1,H=.1},"
    arguments = {
        "EXIF:SerialNumber": "ZqSerial7431",
        "EXIF:LensSerialNumber": "ZqLens55",
        "EXIF:OwnerName": "ZqOwner",
        "EXIF:Artist": "ZqArtist",
        "EXIF:UserComment": "ZqUserComment",
        "EXIF:ImageDescription": "ZqDescription",
        "EXIF:GPSLatitude": "48.137154",
        "EXIF:GPSLatitudeRef": "N",
        "EXIF:GPSLongitude": "11.575382",
        "EXIF:GPSLongitudeRef": "E",
        "EXIF:Make": "Zenit",
        "EXIF:DateTimeOriginal": "2024:05:06 07:08:09",
        "XMP-dc:Creator": "ZqXmpCreator",
        "XMP-mwg-rs:RegionInfo": f"{region}Name=ZqRegionPerson,Type=Face}}]}}",
        "IPTC:Keywords": "ZqIptcKeyword",
        "IPTC:Caption-Abstract": "ZqIptcCaption",
        "PNG:Comment": "ZqPngText",
    }
    options = [f"-{name}={value}" for name, value in arguments.items()]
    options.append(f"-IFD1:ThumbnailImage<={thumbnail}")
    command = ["exiftool", "-q", "-q", "-m", "-overwrite_original", *options, str(target)]
    subprocess.run(command, check=True, timeout=60)
    thumbnail.unlink()


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Path:
    """One photo of each format, full of secrets."""
    folder = tmp_path_factory.mktemp("zq") / FOLDER
    folder.mkdir()
    for kind, source in zip(_FORMATS, _SOURCES, strict=False):
        _make(photos / source, folder / f"{NAME}.{kind}", kind)
    return folder


@pytest.fixture
def services(tmp_path: Path) -> Iterator[tuple[dict[str, Tap], dict[str, str]]]:
    """Every service that there is, with a tap before it, and the keys; the configuration too."""
    model, clip = ModelServer(), MachineLearning()
    model.plays(chat(answer()))
    labels = {vendor.spec: LabelServer(vendor.check) for vendor in VENDORS}
    keys = {"OPENAI_API_KEY": KEY, "AWS_EC2_METADATA_DISABLED": "true"}
    for vendor in VENDORS:
        labels[vendor.spec].plays(vendor.cat)
        keys |= vendor.secrets
    servers: dict[str, Any] = {"openai:gpt-4o-mini": model, "immich-ml": clip, **labels}
    with ExitStack() as stack:
        taps: dict[str, Tap] = {}
        lines = [f"taggers = {list(servers)}", 'taxonomy = "mine.yaml"']
        for spec, server in servers.items():
            server.start()
            stack.callback(server.stop)
            taps[spec] = stack.enter_context(Tap(server.url))
            path = "/v1" if spec.startswith("openai") else ""
            lines += [f"[tagger.{spec.partition(':')[0]}]", f'base_url = "{taps[spec].url}{path}"']
            lines += ['context = ["camera", "date"]'] if spec.startswith("openai") else []
        (tmp_path / "tagwright.toml").write_text("\n".join(lines), encoding="utf-8")
        yield taps, keys
    assert [*model.faults, *(fault for one in labels.values() for fault in one.faults)] == []


def _decoded(sent: bytes) -> list[bytes]:
    """Return what was sent, and all that is in it in base64."""
    found = [sent]
    for text in _BASE64.findall(sent):
        try:
            found.append(base64.b64decode(text, validate=True))
        except binascii.Error:  # it only looks like it
            continue
    return found


def _pictures(sent: bytes) -> list[bytes]:
    """Return the JPEGs that were sent, in base64 or as they are; each once."""
    found: dict[bytes, None] = {}
    for data in _decoded(sent):
        start = data.find(b"\xff\xd8\xff")
        while start >= 0:
            end = data.index(b"\xff\xd9", start) + 2
            found[data[start:end]] = None
            start = data.find(b"\xff\xd8\xff", end)
    return list(found)


def _segments(jpeg: bytes) -> list[int]:
    """Return the markers of all segments before the picture's data."""
    place, found = 2, []
    while jpeg[place + 1] != 0xDA:
        found.append(jpeg[place + 1])
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4])
    return found


def _spellings(word: str) -> list[bytes]:
    return [word.encode(code).lower() for code in ("utf-8", "utf-16-le", "utf-16-be")]


def test_a_secret_can_be_found(album: Path) -> None:
    """The photos hold what is looked for below; else that would prove nothing."""
    held = b"".join(path.read_bytes() for path in sorted(album.iterdir())).lower()
    for word in WORDS:
        assert any(one in held for one in _spellings(word)), word
    assert all(marker.lower() in held for marker in MARKERS[:3])
    for path in album.iterdir():
        command = ["exiftool", "-j", "-n", "-GPSLatitude", "-SerialNumber", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, timeout=60)
        told = json.loads(done.stdout)[0]
        assert round(told["GPSLatitude"], 3) == 48.137, path.name
        assert told["SerialNumber"] == "ZqSerial7431"


def test_nothing_but_the_picture_is_sent(
    tagwright: Callable[..., Any],
    album: Path,
    services: tuple[dict[str, Tap], dict[str, str]],
    tmp_path: Path,
) -> None:
    """No metadata, no name, no folder, no place; to no service, of no format."""
    taps, keys = services
    done = tagwright("tag", album, "--json", env=keys)
    assert done.code == 0, done.err
    assert done.summary["tagged"] == len(_FORMATS)
    secrets = [*WORDS, *GPS, FOLDER, NAME, str(tmp_path)]
    seen: dict[bytes, None] = {}
    for spec, tap in taps.items():
        pictures = _pictures(tap.sent)
        assert len(pictures) == len(_FORMATS), spec
        seen |= dict.fromkeys(pictures)
        for data in _decoded(tap.sent):
            for word in secrets:
                assert not any(one in data.lower() for one in _spellings(word)), (spec, word)
            assert not any(marker in data for marker in MARKERS), spec
    assert b"Zenit" in taps["openai:gpt-4o-mini"].sent  # a fact that may go does
    for jpeg in seen:
        # JFIF's own header, tables, frame: no application data and no comment.
        assert set(_segments(jpeg)) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDD}
        with Image.open(io.BytesIO(jpeg)) as image:
            image.load()
    _check_with_exiftool(tmp_path, list(seen))


def _check_with_exiftool(folder: Path, pictures: list[bytes]) -> None:
    """Let another program look for metadata."""
    paths = [folder / f"sent-{number}.jpg" for number in range(len(pictures))]
    for path, data in zip(paths, pictures, strict=True):
        path.write_bytes(data)
    command = ["exiftool", "-j", "-G0", "-a", "-u", "-U", *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    for told in json.loads(done.stdout):
        groups = {name.partition(":")[0] for name in told if ":" in name}
        assert groups <= {"ExifTool", "File", "JFIF", "Composite"}, told
