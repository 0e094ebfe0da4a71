"""Folders with settings of their own: from the configuration, and from files in shared folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.configuration import Configuration, load
from tagwright.configuration.folders import read_own
from tagwright.errors import ConfigurationError
from tagwright_plugins.watch.places import places

TAXONOMY = "name: Shop\nlanguage: en\nconcepts:\n  Goods:\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A watched folder with one in it, and one in that."""
    (tmp_path / "photos" / "shop" / "farm").mkdir(parents=True)
    return tmp_path / "photos"


def _own(folder: Path, text: str) -> Path:
    file = folder / ".tagwright.toml"
    file.write_text(text)
    return file


def _places(root: Path, text: str = "") -> dict[str, Configuration]:
    file = root.parent / "tagwright.toml"
    file.write_text(text)
    found = places(load(file)[0], [root])
    return {str(folder.relative_to(root)): here for folder, here in found.items()}


def test_without_any_all_goes_by_the_configuration(root: Path) -> None:
    """Nothing is made for nobody."""
    assert _places(root) == {}


def test_a_file_in_a_folder_says_how_its_photos_are_tagged(root: Path) -> None:
    """All that it may say."""
    (root / "shop" / "goods.yaml").write_text(TAXONOMY)
    own = 'taxonomy = "goods.yaml"\nprofile = "real-estate"\nlanguage = "de"\n'
    _own(root / "shop", own + 'sidecar = "always"\nprivate = true\n')
    here = _places(root)["shop"]
    assert here.taxonomy == str(root / "shop" / "goods.yaml")
    assert (here.profile, here.language, here.files.sidecar) == ("real-estate", "de", "always")
    assert here.privacy.fence.folders[0].covers(["anything"])


@pytest.mark.parametrize(
    "text",
    [
        'taggers = ["openai:gpt-4o"]',
        'state = "/tmp"',
        "[budget]\nrun = 1000",
        "[privacy]\ndocuments = 'send'",
        "private = 'no way'",
        'sidecar = "auto"',
        'profile = "/etc/mine.toml"',
        'profile = "../mine.toml"',
        'taxonomy = "../../secret.yaml"',
        'taxonomy = "/etc/passwd"',
        'taxonomy = "link.yaml"',
        'taxonomy = "missing.yaml"',
        "= nonsense",
        "x = '" + "y" * 30_000 + "'",
    ],
)
def test_a_file_in_a_folder_cannot_spend_nor_open_nor_reach_out(
    root: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is passed over as a whole, and the log says why."""
    (root.parent / "secret.yaml").write_text(TAXONOMY)
    (root / "shop" / "link.yaml").symlink_to(root.parent / "secret.yaml")
    file = _own(root / "shop", f'language = "de"\n{text}\n')
    with pytest.raises(ConfigurationError, match=r"\.tagwright\.toml"):
        read_own(file)
    assert _places(root) == {}
    assert "Not taken" in caplog.text


def test_the_persons_own_configuration_goes_before_the_file_in_the_folder(root: Path) -> None:
    """And may say more."""
    _own(root / "shop", 'language = "de"\nprofile = "real-estate"\n')
    (root.parent / "goods.yaml").write_text(TAXONOMY)
    mine = 'path = "photos/shop"\nlanguage = "fr"\ntaggers = ["basics"]\ntaxonomy = "goods.yaml"\n'
    here = _places(root, f"[[watch.folder]]\n{mine}")["shop"]
    assert (here.language, here.profile) == ("fr", "real-estate")
    assert here.taxonomy == str(root.parent / "goods.yaml")


def test_what_a_folder_closes_no_folder_below_it_opens(root: Path) -> None:
    """Settings are laid over those of the folder above."""
    _own(root / "shop" / "farm", 'language = "de"\n')
    mine = 'path = "photos/shop"\nprivate = true\nsidecar = "always"\n'
    here = _places(root, f"[[watch.folder]]\n{mine}")["shop/farm"]
    assert (here.language, here.files.sidecar) == ("de", "always")
    assert here.privacy.fence.folders[0].covers(["anything"])


def test_hidden_folders_say_nothing(root: Path) -> None:
    """No photo of theirs is tagged either."""
    (root / ".trash").mkdir()
    _own(root / ".trash", 'language = "de"\n')
    assert _places(root) == {}


def test_a_folder_of_the_configuration_is_checked_like_the_rest_of_it(root: Path) -> None:
    """With the key that is wrong."""
    with pytest.raises(ConfigurationError, match=r"watch.folder 1.sidecar"):
        _places(root, '[[watch.folder]]\npath = "photos"\nsidecar = "never"\n')
