"""What the log says of a photo."""

from __future__ import annotations

import logging

import pytest

from tagwright.errors import AssetError
from tagwright.feedback import Learned
from tagwright.model import AssetRef, Extra, ExtraField
from tagwright.pipeline import Result
from tagwright_plugins.watch.telling import Teller

CAT, TOM = ("Animals", "Cat"), ("Animals", "Tom")
ALBUM = Extra(ExtraField.ALBUM, "Pets")
REF = AssetRef("immich:main", "9d0f", "IMG_1.jpg")


def said(caplog: pytest.LogCaptureFixture, result: Result) -> str:
    """Return the line."""
    with caplog.at_level(logging.INFO):
        Teller().photo("r1", result)
    return caplog.messages[-1]


@pytest.mark.parametrize("asset", ["9d0f", "IMG_1.jpg"])
def test_a_photo_of_immich_that_fails(caplog: pytest.LogCaptureFixture, asset: str) -> None:
    """It is called by its file's name, once; scripts find it by what Immich calls it."""
    error = AssetError("Immich is cross.", asset=asset)
    line = said(caplog, Result(REF, "failed", error=error))
    assert line == "[r1] IMG_1.jpg (9d0f): failed: Immich is cross."
    assert vars(caplog.records[-1])["photo"] == "9d0f"


def test_what_people_did(caplog: pytest.LogCaptureFixture) -> None:
    """It is said, though there is nothing to write."""
    learned = Learned({}, {"cat": CAT}, {"tom": (CAT, TOM)}, {}, {"tom": TOM}, (ALBUM,))
    line = said(caplog, Result(REF, "tagged", learned=learned))
    assert line == (
        "[r1] IMG_1.jpg (9d0f): tagged, nothing to write; a person deleted Animals/Cat: rejected;"
        " a person made Animals/Cat Animals/Tom; a person put Animals/Tom back: theirs now;"
        " a person took away or wrote over: album Pets"
    )
