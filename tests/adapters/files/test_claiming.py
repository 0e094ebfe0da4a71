"""Tags of ours that a person wrote too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright_adapters.files.library import FileLibrary

from .conftest import BEACH, SUN, note, ref

Exiftool = Callable[..., str]
BOTH = [BEACH, SUN]
_PATHS = ["/".join(tag.path) for tag in BOTH]
_MIRROR = "-XMP-microsoft:LastKeywordXMP"


@pytest.mark.parametrize(
    ("edit", "claimed"),
    [
        ((), []),
        ((f"-XMP-digiKam:TagsList+={_PATHS[0]}",), [BEACH.path]),
        ((f"{_MIRROR}={_PATHS[0]}",), [BEACH.path]),
        ((f"{_MIRROR}={_PATHS[0]}", f"{_MIRROR}={_PATHS[1]}"), []),
        ((f"{_MIRROR}=Holiday",), []),
    ],
    ids=["untouched", "twice in a field", "typed elsewhere", "repeated by a program", "another"],
)
async def test_who_wrote_it(
    library: FileLibrary,
    photo: Path,
    exiftool: Exiftool,
    edit: tuple[str, ...],
    claimed: list[tuple[str, ...]],
) -> None:
    """A program that repeats all tags in its own fields claims none of them."""
    await library.write(ref(photo), BOTH, note)
    if edit:
        exiftool("-overwrite_original", *edit, photo)
    assert list((await library.facts(ref(photo))).claimed) == claimed
