"""``tagwright tag`` on real files, from the command line to the metadata in the photo."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Read = Callable[..., dict[str, Any]]
MINE = ("--taxonomy", "mine.yaml")


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_tags_of_the_taxonomy_stand_in_the_photo(tagwright: Any, album: Path, read: Read) -> None:
    """Where digiKam, Lightroom and Immich look for them, with their origin."""
    done = tagwright("tag", album, *MINE)
    assert done.code == 0, done.err
    found = read(album / "grass-bw.jpg", "-XMP:all")
    assert found["XMP-dc:Subject"] == ["Black and white"]
    assert found["XMP-lr:HierarchicalSubject"] == ["Style|Black and white"]
    assert found["XMP-digiKam:TagsList"] == ["Style/Black and white"]
    assert found["XMP-tagwright:Tags"][0]["Tagger"] == "basics"
    assert "3 photos in" in done.out
    assert "tagwright undo --run" in done.out


def test_a_second_run_does_nothing(tagwright: Any, album: Path) -> None:
    """No photo is opened, no tagger asked, no byte written."""
    assert tagwright("tag", album, *MINE).code == 0
    before = {path: path.stat().st_mtime_ns for path in album.rglob("*")}
    summary = tagwright("tag", album, *MINE, "--json").summary
    assert (summary["unchanged"], summary["queued"], summary["asked"]) == (3, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in album.rglob("*")} == before


def test_undo_restores_every_byte(tagwright: Any, album: Path) -> None:
    """Photos without metadata come back as they were."""
    before = _digests(album)
    tagwright("tag", album, *MINE)
    assert _digests(album) != before
    done = tagwright("undo", "--run", "last")
    assert done.code == 0, done.err
    assert _digests(album) == before
    assert "nothing to take back" in tagwright("undo", "--run", "last").out


def test_the_last_run_is_the_last_that_wrote(tagwright: Any, album: Path) -> None:
    """A run that had nothing to do does not stand in the way of undo."""
    before = _digests(album)
    tagwright("tag", album, *MINE)
    tagwright("tag", album, *MINE)
    tagwright("undo", "--run", "last")
    assert _digests(album) == before


def test_undo_keeps_what_a_person_added(tagwright: Any, album: Path, read: Read) -> None:
    """Only our tag goes."""
    tagwright("tag", album, *MINE)
    photo = album / "grass-bw.jpg"
    os.system(f"exiftool -q -overwrite_original -XMP-dc:Subject+=Meadow '{photo}'")
    assert tagwright("undo", "--run", "last").code == 0
    assert read(photo, "-XMP-dc:all", "-XMP-tagwright:all") == {"XMP-dc:Subject": ["Meadow"]}


def test_a_dry_run_shows_the_changes_and_touches_nothing(tagwright: Any, album: Path) -> None:
    """Field by field."""
    before = _digests(album)
    done = tagwright("tag", album, *MINE, "--dry-run")
    assert _digests(album) == before
    assert "+ XMP-digiKam:TagsList: Style/Black and white" in done.out
    assert "no photo was touched" in done.out
    real = tagwright("tag", album, *MINE, "--json").summary
    assert real["changed"] >= 2


def test_explain_says_what_was_seen_and_why(tagwright: Any, album: Path) -> None:
    """The chain from the measured value to the tag."""
    out = tagwright("tag", album, *MINE, "--explain").out
    assert "seen      black and white" in out
    assert "tagged    Style/Black and white" in out
    assert "preferred label 'Black and white'" in out


def test_a_report_shows_pictures_and_tags(tagwright: Any, album: Path, tmp_path: Path) -> None:
    """One file, no script, no link to the photos."""
    shutil.copy(album / "coffee.jpg", album / "<script>alert(1)</script>.jpg".replace("/", "_"))
    assert tagwright("tag", album, *MINE, "--report", tmp_path / "sheet.html").code == 0
    page = (tmp_path / "sheet.html").read_text()
    assert page.count("data:image/jpeg;base64,") == 4
    assert "Black and white" in page
    assert "<script" not in page


def test_sidecars_on_request(tagwright: Any, album: Path, read: Read) -> None:
    """The photos stay as they are."""
    before = _digests(album)
    assert tagwright("tag", album, *MINE, "--sidecar").code == 0
    sidecar = album / "grass-bw.jpg.xmp"
    assert read(sidecar, "-XMP-dc:all") == {"XMP-dc:Subject": ["Black and white"]}
    assert before.items() <= _digests(album).items()
    tagwright("undo", "--run", "last")
    assert _digests(album) == before


def test_a_tag_that_a_person_deleted_in_a_sidecar_stays_away(
    tagwright: Any, album: Path, read: Read
) -> None:
    """The sidecar alone has changed, as RAW files are never written; that is seen all the same."""
    tagwright("tag", album, *MINE, "--sidecar")
    again = tagwright("tag", album, *MINE, "--sidecar", "--json")
    assert again.summary["unchanged"] == again.summary["found"]
    sidecar = album / "grass-bw.jpg.xmp"
    os.system(
        "exiftool -q -overwrite_original -XMP-dc:Subject= -XMP-digiKam:TagsList= "
        f"-XMP-lr:HierarchicalSubject= '{sidecar}'"
    )
    seen = tagwright("tag", album, *MINE, "--sidecar", "--json")
    assert (seen.summary["queued"], seen.summary["changed"]) == (1, 0)
    tagwright("tag", album, *MINE, "--sidecar", "--force")
    assert "XMP-dc:Subject" not in read(sidecar, "-XMP-dc:all")


def test_a_tag_that_a_person_deleted_stays_away(tagwright: Any, album: Path, read: Read) -> None:
    """Deleting our tag in any program is a rejection."""
    tagwright("tag", album, *MINE)
    photo = album / "grass-bw.jpg"
    os.system(
        "exiftool -q -overwrite_original -XMP-dc:Subject= -XMP-digiKam:TagsList= "
        f"-XMP-lr:HierarchicalSubject= '{photo}'"
    )
    done = tagwright("tag", album, *MINE, "--json")
    assert done.summary["queued"] == 1
    assert "XMP-dc:Subject" not in read(photo, "-XMP-dc:all")


AWKWARD = [
    b"new\nline.jpg",
    b"-overwrite_original.jpg",
    b'quote\'s "double".jpg',
    b"$HOME `id` %f.jpg",
    b"not utf-8 \xff\xfe.jpg",
    "emoji 🏖 und Umlaut ä.jpg".encode(),
    b"x" * 251 + b".jpg",
    b" lead and trail .JPG",
    b"@argfile.jpg",
    b"#[CSTR]x.jpg",
]


def test_awkward_names(tagwright: Any, tmp_path: Path, photos: Path) -> None:
    """Every name that a file system allows is tagged, and taken back."""
    folder = os.fsencode(tmp_path / "odd \n\xe9\udcff %d -o")
    os.mkdir(folder)
    for name in AWKWARD:
        shutil.copy(os.fsencode(photos / "grass-bw.jpg"), os.path.join(folder, name))
    original = hashlib.sha256((photos / "grass-bw.jpg").read_bytes()).hexdigest()
    done = tagwright("tag", folder, *MINE, "--json")
    assert done.code == 0, done.out
    assert done.summary["changed"] == len(AWKWARD)
    assert sorted(os.listdir(folder)) == sorted(AWKWARD)
    assert tagwright("undo", "--run", "last").code == 0
    for name in AWKWARD:
        with open(os.path.join(folder, name), "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == original


def test_rubbish_is_named_and_passed_over(tagwright: Any, album: Path, photos: Path) -> None:
    """What every photo folder holds; all other photos are done."""
    (album / "zero.jpg").touch()
    (album / "text.jpg").write_text("no picture")
    (album / "truncated.jpg").write_bytes((photos / "cat.jpg").read_bytes()[:300])
    (album / "folder.jpg").mkdir()
    (album / "loop").symlink_to(album)
    (album / "dangling.jpg").symlink_to(album / "nowhere")
    shutil.copy(photos / "page.png", album / "really a png.jpg")
    for skipped in ("@eaDir", ".thumbnails", "#recycle", ".dtrash"):
        (album / skipped).mkdir()
        shutil.copy(photos / "cat.jpg", album / skipped / "cat.jpg")
    shutil.copy(photos / "cat.jpg", album / ".tagwright-0000.tmp")
    done = tagwright("tag", album, *MINE, "--json")
    assert done.code == 1
    failed = {Path(o["path"]).name: o for o in done.objects[:-1] if o.get("status") == "failed"}
    assert set(failed) == {"zero.jpg", "text.jpg", "truncated.jpg"}
    assert all(o["error"].count(name) for name, o in failed.items())
    assert done.summary["tagged"] == 4
    assert {Path(o["path"]).name for o in done.objects if o["type"] == "skipped"} == {
        "dangling.jpg"
    }
    status = tagwright("status")
    assert "zero.jpg" in status.out
    assert tagwright("tag", album, *MINE, "--json").summary["set_aside"] == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tag",), "Missing argument"),
        (("tag", "nowhere"), "nowhere cannot be read"),
        (("tag", ".", "--tagger", "crystal-ball"), "no tagger 'crystal-ball'"),
        (("tag", ".", "--taxonomy", "nowhere.yaml"), "nowhere.yaml"),
        (("tag", ".", "--config", "nowhere.toml"), "nowhere.toml"),
        (("undo", "--run", "last"), "there is no run"),
        (("undo", "--run", "20990101"), "20990101"),
    ],
)
def test_mistakes_of_use(tagwright: Any, arguments: tuple[str, ...], said: str) -> None:
    """A line that says what to do, exit code 2, and no traceback."""
    done = tagwright(*arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_without_exiftool_the_package_is_named(tagwright: Any, album: Path, tmp_path: Path) -> None:
    """Exit code 3, and what to install."""
    (tmp_path / "bin").mkdir()
    done = tagwright("tag", album, *MINE, env={"PATH": str(tmp_path / "bin")})
    assert done.code == 3
    assert "libimage-exiftool-perl" in done.err


def test_help_answers_at_once_and_names_every_command(tagwright: Any) -> None:
    """Nothing heavy is imported for it."""
    done = tagwright("--help")
    assert done.code == 0
    for command in ("tag", "undo", "status", "taxonomy", "taggers", "doctor"):
        assert f"  {command} " in done.out


def test_doctor_finds_all_in_order(tagwright: Any) -> None:
    """On a machine where everything is installed."""
    done = tagwright("doctor")
    assert done.code == 0, done.out
    assert "exiftool" in done.out
    assert "tagger basics" in done.out


def test_mapping_rules_count_in_a_run(tagwright: Any, album: Path, read: Read) -> None:
    """A changed rule maps settled photos anew; one that cannot work ends the run at once."""
    settings = album.parent / "tagwright.toml"
    settings.write_text('taxonomy = "mine.yaml"\n')
    assert tagwright("tag", album).code == 0
    settings.write_text(
        'taxonomy = "mine.yaml"\n[[mapping]]\nlabel = "black and white"\nconcept = "Green"\n'
    )
    assert tagwright("tag", album).code == 0
    assert "Colours/Green" in read(album / "grass-bw.jpg", "-XMP:all")["XMP-digiKam:TagsList"]
    settings.write_text('[[mapping]]\nlabel = "x"\nconcept = "No such thing"\n')
    before = _digests(album)
    done = tagwright("tag", album, *MINE)
    assert (done.code, _digests(album)) == (2, before)
    assert "mapping rule 1 ('x')" in done.err
    assert tagwright("status").out.count("No such thing") == 0


def test_a_moved_photo_is_taken_back_exactly(tagwright: Any, album: Path) -> None:
    """Moved by hand, seen again by the next run, and undone under its new name."""
    original = (album / "coffee.jpg").read_bytes()
    first = tagwright("tag", album, "--taxonomy", "mine.yaml", "--json").summary["run"]
    (album / "coffee.jpg").rename(album / "deep" / "espresso.jpg")
    again = tagwright("tag", album, "--taxonomy", "mine.yaml", "--json").summary
    assert (again["queued"], again["changed"]) == (1, 0)
    assert tagwright("undo", "--run", first).code == 0
    assert (album / "deep" / "espresso.jpg").read_bytes() == original
