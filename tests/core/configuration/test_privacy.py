"""The settings of privacy fences."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright.model import AssetRef, Facts


def _loaded(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "tagwright.toml"
    path.write_text(f"[privacy]\n{text}\n", encoding="utf-8")
    return load(path)[0]


def _keeps(configuration: Configuration, reference: str, **facts: object) -> bool:
    known = Facts("x.jpg", **facts)  # type: ignore[arg-type]
    return configuration.privacy.fence.keeps(AssetRef("files", reference), known) is not None


def test_documents_stay_unless_told_otherwise(tmp_path: Path) -> None:
    """What was sent cannot be fetched back."""
    assert Configuration().privacy.fence.documents
    assert not _loaded(tmp_path, 'documents = "send"').privacy.fence.documents


def test_a_single_entry_needs_no_brackets(tmp_path: Path) -> None:
    """As everywhere."""
    assert _keeps(_loaded(tmp_path, 'folders = "Taxes"'), "/p/taxes/x.jpg")


@pytest.mark.parametrize("written", ["Family > Private", "Family|Private", "Family/Private"])
def test_a_path_of_tags_may_be_written_as_elsewhere(tmp_path: Path, written: str) -> None:
    """Concepts have this form too."""
    configuration = _loaded(tmp_path, f'tags = ["{written}"]')
    assert _keeps(configuration, "/p/x.jpg", tags=(("Family", "Private"),))
    assert not _keeps(configuration, "/p/x.jpg", tags=(("Private",),))


def test_a_folder_may_begin_at_home_or_lead_over_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run knows photos by where they really are."""
    (tmp_path / "disk" / "Papers").mkdir(parents=True)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "Pictures").symlink_to(tmp_path / "disk")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    configuration = _loaded(tmp_path, 'folders = ["~/Pictures/Papers"]')
    assert _keeps(configuration, f"{tmp_path.resolve()}/disk/Papers/x.jpg")
    assert _keeps(configuration, f"{tmp_path}/home/Pictures/Papers/deep/x.jpg")
    assert not _keeps(configuration, f"{tmp_path.resolve()}/disk/x.jpg")


def test_a_variable_holds_several(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Parted by commas, so that none of them is lost in one long name."""
    monkeypatch.setenv("TAGWRIGHT_PRIVACY__FOLDERS", "Taxes, Medical")
    monkeypatch.setenv("TAGWRIGHT_PRIVACY__DOCUMENTS", "send")
    configuration = _loaded(tmp_path, "")
    assert _keeps(configuration, "/p/taxes/x.jpg")
    assert _keeps(configuration, "/p/medical/x.jpg")
    assert not configuration.privacy.fence.documents


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('folders = ["Taxes", ""]', "privacy.folders 2"),
        ('people = [" "]', "privacy.people 1"),
        ('tags = ["/"]', "privacy.tags 1"),
        ('documents = "maybe"', "privacy.documents"),
        ('trusted_hosts = ["http://nas.local"]', "privacy.trusted_hosts 1"),
        ('folder = ["Taxes"]', "privacy.folder"),
    ],
)
def test_a_slip_ends_the_command(tmp_path: Path, text: str, key: str) -> None:
    """With file and key: a fence with a hole is no fence."""
    with pytest.raises(ConfigurationError, match=key) as error:
        _loaded(tmp_path, text)
    assert "tagwright.toml" in str(error.value)
