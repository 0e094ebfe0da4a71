"""Every photo tool's rubbish: a clear error for that photo, its bytes untouched, no leftovers."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tagwright.errors import (
    AssetError,
    ChangedMeanwhileError,
    MetadataError,
    MissingProgramError,
    StorageError,
    VanishedError,
)
from tagwright.model import Tag
from tagwright_adapters.exiftool import Pool
from tagwright_adapters.files import library as library_module
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.targets import FileOptions

from .conftest import BEACH, note, ref

Exiftool = Callable[..., str]
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="mounts need root")


def packet(body: str) -> bytes:
    """Return XMP around a dc:subject."""
    return (
        '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>'
        f"{body}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


@pytest.mark.parametrize(
    "body", ["<rdf:li>a & b</rdf:li>", "<rdf:li>a</rdf:li><rdf:li>b", "<rdf:li>a\x01b</rdf:li>"]
)
@pytest.mark.parametrize("place", ["photo", "sidecar"])
async def test_malformed_xmp_is_never_rewritten(
    library: FileLibrary, photo: Path, exiftool: Exiftool, tmp_path: Path, body: str, place: str
) -> None:
    """exiftool would drop what it cannot read."""
    source = tmp_path / "source"
    source.write_bytes(packet(body))
    if place == "photo":
        exiftool("-overwrite_original", f"-XMP<={source}", photo)
        source.unlink()
    else:
        source.rename(tmp_path / "photo.jpg.xmp")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(MetadataError, match="malformed") as caught:
        await library.write(ref(photo), [BEACH], note)
    assert caught.value.asset == str(photo)
    assert caught.value.cure
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"no picture", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x10JFIF"]
)
async def test_what_is_no_picture_gets_an_error_or_a_sidecar(
    library: FileLibrary, tmp_path: Path, data: bytes
) -> None:
    """Its own bytes stay, whatever they are."""
    path = tmp_path / "broken.jpg"
    path.write_bytes(data)
    with suppress(AssetError):
        await library.write(ref(path), [BEACH], note)
    assert path.read_bytes() == data
    assert set(os.listdir(tmp_path)) <= {"broken.jpg", "broken.jpg.xmp"}


async def test_a_truncated_jpeg_keeps_its_picture(
    library: FileLibrary, photos: Path, tmp_path: Path
) -> None:
    """Half a picture is somebody's picture too: tagged as it is, or left alone."""
    path = tmp_path / "half.jpg"
    whole = (photos / "cat.jpg").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    before = path.read_bytes()
    try:
        await library.write(ref(path), [BEACH], note)
    except MetadataError:
        assert path.read_bytes() == before
    else:
        assert before[-5000:] in path.read_bytes()


async def test_a_folder_named_like_a_photo(library: FileLibrary, tmp_path: Path) -> None:
    """Neither a crash nor a sidecar."""
    (tmp_path / "x.jpg").mkdir()
    with pytest.raises(StorageError):
        await library.write(ref(tmp_path / "x.jpg"), [BEACH], note)
    assert os.listdir(tmp_path) == ["x.jpg"]


async def test_a_photo_that_is_gone(library: FileLibrary, tmp_path: Path) -> None:
    """It is said to have vanished, by every method."""
    gone = ref(tmp_path / "gone.jpg")
    for call in (
        library.facts(gone),
        library.plan(gone, [BEACH]),
        library.write(gone, [BEACH], note),
        library.revert(gone, [], dry_run=False),
        library.content_key(gone),
    ):
        with pytest.raises(VanishedError):
            await call


async def test_a_photo_that_changes_meanwhile(
    library: FileLibrary, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves while we write: theirs stays, ours is tried again later."""
    theirs = b"\xff\xd8 saved by somebody else"

    def look_and_meddle(one: Path, other: Path) -> bool:
        photo.write_bytes(theirs)
        return True

    monkeypatch.setattr(library_module, "_is_same_picture", look_and_meddle)
    with pytest.raises(ChangedMeanwhileError):
        await library.write(ref(photo), [BEACH], note)
    assert photo.read_bytes() == theirs
    assert os.listdir(photo.parent) == ["photo.jpg"]


async def test_a_changed_picture_is_never_put_in_place(
    library: FileLibrary, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy whose picture differs is thrown away."""
    before = photo.read_bytes()
    real = Pool.write

    def corrupt(self: Pool, source: Path, target: Path, **options: object) -> None:
        real(self, source, target, **options)  # type: ignore[arg-type]
        data = bytearray(target.read_bytes())
        data[-2000] ^= 0xFF
        target.write_bytes(data)

    monkeypatch.setattr(Pool, "write", corrupt)
    with pytest.raises(MetadataError, match="picture itself"):
        await library.write(ref(photo), [BEACH], note)
    assert photo.read_bytes() == before
    assert os.listdir(photo.parent) == ["photo.jpg"]


async def test_a_field_that_does_not_read_back_is_never_put_in_place(
    library: FileLibrary, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What exiftool left out, whatever its reason, is noticed before the rename."""
    before = photo.read_bytes()
    real = Pool.write

    def forget(
        self: Pool, source: Path, target: Path, *, add: dict[str, object], **rest: object
    ) -> None:
        add.pop("XMP-lr:HierarchicalSubject")
        real(self, source, target, add=add, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "write", forget)
    with pytest.raises(MetadataError, match="HierarchicalSubject"):
        await library.write(ref(photo), [BEACH], note)
    assert photo.read_bytes() == before


async def test_lost_metadata_of_a_person_is_noticed(
    library: FileLibrary, photo: Path, exiftool: Exiftool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy that lacks their title is thrown away."""
    exiftool("-overwrite_original", "-XMP-dc:Title=Theirs", photo)
    before = photo.read_bytes()
    real = Pool.write

    def drop(self: Pool, source: Path, target: Path, **options: object) -> None:
        real(self, source, target, **{**options, "settings": ("XMP-dc:Title=",)})  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "write", drop)
    with pytest.raises(MetadataError, match="not ours"):
        await library.write(ref(photo), [BEACH], note)
    assert photo.read_bytes() == before


@pytest.mark.parametrize(
    "name",
    [b"new\nline.jpg", b"-v3.jpg", b"%d%f.jpg", b"$HOME `id` \"'.jpg", b"\xff\xfe.jpg",
     "🗼 %.jpg".encode(), b"@x.jpg", b" .jpg", b"y" * 251 + b".jpg"],
)  # fmt: skip
async def test_any_file_name_is_tagged_and_untagged(
    library: FileLibrary, photo: Path, tmp_path: Path, name: bytes
) -> None:
    """No byte of a name means anything to us or to exiftool."""
    original = photo.read_bytes()
    path = photo.rename(tmp_path / os.fsdecode(name))
    receipt = await library.write(ref(path), [BEACH], note)
    assert (await library.facts(ref(path))).tags == (("Places", "Beach"),)
    assert os.listdir(os.fsencode(tmp_path)) == [name]
    await library.revert(ref(path), [receipt], dry_run=False)
    assert path.read_bytes() == original


@pytest.mark.slow
async def test_five_megabytes_of_keywords(
    sidecars: FileLibrary, photo: Path, tmp_path: Path
) -> None:
    """They are all kept, in their order."""
    words = [f"{number:06} {'long ' * 60}keyword" for number in range(16_000)]
    source = tmp_path / "source.xmp"
    source.write_bytes(packet("".join(f"<rdf:li>{word}</rdf:li>" for word in words)))
    assert source.stat().st_size > 5_000_000
    sidecar = source.rename(tmp_path / "photo.jpg.xmp")
    await sidecars.write(ref(photo), [Tag("sun", ("Sun",))], note)
    kept = (await sidecars.facts(ref(photo))).tags
    assert [path[0] for path in kept] == [*words, "Sun"]
    assert sidecar.stat().st_size > 5_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@root_only
async def test_a_full_disk(photo: Path, small_disk: Path) -> None:
    """The photo stays whole, half a copy does not stay, and the error names the cure."""
    path = small_disk / "photo.jpg"
    shutil.copyfile(photo, path)
    before = path.read_bytes()
    (small_disk / "filler").write_bytes(b"x" * (256 * 1024 - 48 * 1024 - len(before)))
    library = FileLibrary([small_disk], FileOptions(workers=1))
    (small_disk / "filler2").write_bytes(b"x" * 24 * 1024)
    with pytest.raises(StorageError, match="full") as caught:
        await library.write(ref(path), [BEACH], note)
    assert caught.value.cure
    assert path.read_bytes() == before
    assert sorted(os.listdir(small_disk)) == ["filler", "filler2", "photo.jpg"]
    await library.aclose()


@root_only
async def test_a_read_only_disk(photo: Path, small_disk: Path) -> None:
    """Said in these words, and reading still works."""
    path = small_disk / "photo.jpg"
    shutil.copyfile(photo, path)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    library = FileLibrary([small_disk], FileOptions(workers=1))
    assert (await library.facts(ref(path))).width
    with pytest.raises(StorageError, match="read-only"):
        await library.write(ref(path), [BEACH], note)
    await library.aclose()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_without_permission(library: FileLibrary, photo: Path) -> None:
    """Said in these words, nothing left behind."""
    photo.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with pytest.raises(StorageError, match="permission"):
            await library.write(ref(photo), [BEACH], note)
    finally:
        photo.parent.chmod(stat.S_IRWXU)


async def test_without_exiftool(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends at once with the name of the package."""
    monkeypatch.setenv("PATH", str(photo.parent))
    library = FileLibrary([photo.parent], FileOptions(workers=1))
    with pytest.raises(MissingProgramError, match="libimage-exiftool-perl"):
        await library.facts(ref(photo))
    await library.aclose()


async def test_an_exiftool_that_dies_does_not_take_the_run_along(
    library: FileLibrary, photo: Path
) -> None:
    """The next photo finds a new one."""
    await library.facts(ref(photo))
    process = library._pool._made[0].process
    assert process._process is not None
    process._process.kill()
    process._process.wait()
    assert (await library.write(ref(photo), [BEACH], note)).written == (BEACH,)
