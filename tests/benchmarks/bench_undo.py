"""Undo of a large run of which people have edited some photos since, killed in the middle.

Run as ``python tests/benchmarks/bench_undo.py [PHOTOS [EDITED]]``. Fails unless what people did
stays, all other photos are as before to the byte, and undoing the undo brings all tags back.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

PHOTOS, EDITED = 5_000, 300
_TAG = "Style & Technique/Black and white"
_TAGS = "XMP-digiKam:TagsList"
_EDITS = (
    (f"-{_TAGS}-={_TAG}", "-XMP-lr:HierarchicalSubject=", "-XMP-dc:Subject-=Black and white"),
    (f"-{_TAGS}+=Mine",),
    ("-XMP-dc:Title=Mine",),
)
_Digests = dict[str, str]


def main(photos: int, edited: int) -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "photos")
        folder.mkdir()
        _make(folder, photos)
        # Reading text in noise is not what is measured here.
        (Path(name) / "tagwright.toml").write_text('[tagger.basics]\nocr = "off"\n')
        original = _digests(folder)
        run = _timed(f"tag {photos:,} photos", name, "tag", str(folder))["run"]
        tagged = _digests(folder)
        by_hand = _edit(folder, edited)
        _kill(name, run, photos)
        left = sum(tagged[one] == now for one, now in _digests(folder).items())
        print(f"  killed with {photos - edited - left:,} of {photos - edited:,} taken back")
        undone = _timed(f"undo of the rest, {edited:,} edited by hand", name, "undo", "--run", run)
        now = _digests(folder)
        wrong = [one for one in original if one not in by_hand and now[one] != original[one]]
        assert not wrong, f"{len(wrong)} photos are not as before"
        _check_edited(folder, by_hand, ours=False)
        print(f"  {photos - edited:,} as before to the byte, {edited:,} edits kept")
        _timed("undo of the undo", name, "undo", "--run", undone["run"])
        back = _digests(folder)
        wrong = [one for one in tagged if one not in by_hand and back[one] != tagged[one]]
        assert not wrong, f"{len(wrong)} photos did not come back"
        _check_edited(folder, by_hand, ours=True)
        print(f"  {photos - edited:,} as tagged to the byte, {edited:,} edits kept")


def _make(folder: Path, count: int) -> None:
    """Make small pictures in black and white, all different, some with tags of people."""
    for number in range(count):
        Image.effect_noise((64, 64), 10 + number % 90).save(folder / f"{number:05d}.jpg")
    exiftool = ("exiftool", "-q", "-overwrite_original")
    for digit in "02468":
        names = [str(path) for path in sorted(folder.glob(f"*{digit}.jpg"))]
        _exiftool(*exiftool, "-XMP-dc:Title=Title", "-XMP-dc:Subject=Holiday", names=names)


def _edit(folder: Path, count: int) -> dict[str, int]:
    """Edit photos as people do, in three ways; return the way by name."""
    names = [f"{number:05d}.jpg" for number in range(count)]
    way = {name: number % len(_EDITS) for number, name in enumerate(names)}
    for number, edit in enumerate(_EDITS):
        mine = [str(folder / name) for name in names if way[name] == number]
        _exiftool("exiftool", "-q", "-overwrite_original", *edit, names=mine)
    return way


def _check_edited(folder: Path, way: dict[str, int], *, ours: bool) -> None:
    command = ["exiftool", "-j", "-G1", f"-{_TAGS}", "-XMP-dc:Title", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False)
    rows = {Path(row["SourceFile"]).name: row for row in json.loads(done.stdout)}
    for name, number in way.items():
        tags = rows[name].get(_TAGS, [])
        tags = [tags] if isinstance(tags, str) else tags
        deleted = number == 0
        assert (_TAG in tags) is (ours and not deleted), f"{name}: {tags}"
        assert number != 1 or "Mine" in tags, f"{name}: {tags}"
        assert number != 2 or rows[name]["XMP-dc:Title"] == "Mine", name


def _kill(home: str, run: str, photos: int) -> None:
    """Begin the undo and kill it once a third is through."""
    command = [*_command(), "undo", "--run", run, "--json"]
    with subprocess.Popen(
        command, cwd=home, env=_home(home), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for _ in range(photos // 3):
            process.stdout.readline()
        process.kill()


def _timed(what: str, home: str, *arguments: str) -> dict[str, Any]:
    begun = time.monotonic()
    command = [*_command(), *arguments, "--json"]
    done = subprocess.run(
        command, cwd=home, env=_home(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    seconds = time.monotonic() - begun
    summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(f"{what}: {seconds:.1f} s")
    return summary


def _command() -> list[str]:
    return [sys.executable, "-m", "tagwright_plugins.cli"]


def _home(home: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}
    return kept | {"HOME": home}


def _exiftool(*arguments: str, names: list[str]) -> None:
    if names:
        listing = "\n".join((*arguments[1:], *names))
        subprocess.run([arguments[0], "-@", "-"], input=listing, text=True, check=True)


def _digests(folder: Path) -> _Digests:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jpg")
    }


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given or (PHOTOS, EDITED))[:2])
