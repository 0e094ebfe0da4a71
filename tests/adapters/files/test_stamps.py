"""What shows that a photo, or a sidecar beside it, has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright_adapters.files.scan import scan
from tagwright_adapters.files.stamps import stamp

OLD, NEW = 1_600_000_000, 1_700_000_000  # s


def _put(path: Path, modified: int, size: int = 10) -> Path:
    path.write_bytes(b"x" * size)
    os.utime(path, (modified, modified))
    return path


def _listed(folder: Path) -> dict[str, tuple[int, int]]:
    listings = scan([folder], lambda path, reason: pytest.fail(f"{path}: {reason}"), lambda _: None)
    return {one.name: (one.size, one.modified) for each in listings for one in each.entries}


@pytest.mark.parametrize("sidecar", ["a.cr2.xmp", "a.cr2.XMP", "a.xmp", "a.XMP"])
def test_a_sidecar_counts_under_any_of_its_names(tmp_path: Path, sidecar: str) -> None:
    photo = _put(tmp_path / "a.cr2", OLD)
    assert stamp(photo) == (10, OLD * 10**9)
    _put(tmp_path / sidecar, NEW, size=3)
    assert stamp(photo) == (13, NEW * 10**9)
    os.utime(tmp_path / sidecar, (OLD - 9, OLD - 9))  # copied with its time
    assert stamp(photo) == (13, OLD * 10**9)


def test_what_is_about_to_be(tmp_path: Path) -> None:
    """Known before it is done: a photo is replaced, its sidecar goes."""
    photo, sidecar = _put(tmp_path / "a.jpg", OLD), _put(tmp_path / "a.jpg.xmp", NEW)
    ready = _put(tmp_path / ".ready", NEW - 5, size=12)
    assert stamp(photo, {photo: ready, sidecar: None}) == (12, (NEW - 5) * 10**9)


NAMES = st.sampled_from(
    ["a.jpg", "a.cr2", "b.jpg", "a.jpg.xmp", "a.xmp", "a.CR2.xmp", "b.XMP", "c.xmp", "ä\n.jpg"]
)


@given(st.dictionaries(NAMES, st.integers(OLD, NEW)))
def test_a_scan_lists_the_stamps(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, int]
) -> None:
    """Else each run would take up again what the one before has done."""
    folder = tmp_path_factory.mktemp("stamps")
    for name, modified in files.items():
        _put(folder / name, modified)
    listed = _listed(folder)
    assert sorted(listed.values()) == sorted(
        stamp(folder / name) for name in files if not name.lower().endswith(".xmp")
    )
