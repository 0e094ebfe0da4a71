"""What people can name on the command line, beside files and folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tagwright_plugins.cli.places import given, place

ID = "78e51061-7311-48a3-82ce-6f447ed4d57b"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        ID.upper(),
        f"http://immich:2283/photos/{ID}",
        f"https://example.org/immich/albums/5/photos/{ID}?x=1",
        f"http://immich:2283/people/9/photos/{ID}#there",
    ],
)
def test_a_photo_of_immich(text: str) -> None:
    """By its identifier, or by an address as the browser shows it."""
    assert place(Path(text)) == given(Path(text)) == ID


@pytest.mark.parametrize("name", [ID, "immich:main", "photos"])
def test_what_is_there_as_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Goes first; what is not is a place where photos were."""
    monkeypatch.chdir(tmp_path)
    expected = name if name != "photos" else f"{tmp_path}/photos"
    assert place(Path(name)) == expected
    (tmp_path / name).mkdir()
    assert place(Path(name)) == given(Path(name)) == f"{tmp_path}/{name}"


def test_commands_on_files_do_not_load_what_speaks_with_immich() -> None:
    """It takes a while."""
    names = ("undo.run", "remap.run", "decide.run", "review.session", "search.run", "sent.run")
    lines = [f"import tagwright_plugins.cli.{name}" for name in names]
    check = "import sys; assert not {'httpx', 'tagwright_adapters.immich.client'} & {*sys.modules}"
    subprocess.run([sys.executable, "-c", "\n".join([*lines, check])], check=True, timeout=60)
