"""The daemon's log, for people and for programs."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from tagwright_plugins.watch.logs import set_up

PHOTO = {
    "run": "20261125-1",
    "photo": "/p/Ä\nb.jpg",
    "outcome": "tagged",
    "tags": ["Cat", "Ümlaut"],
}


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    for name in ("tagwright", "tagwright_adapters", "tagwright_plugins"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_json_is_one_object_a_line_with_run_and_photo() -> None:
    out = io.StringIO()
    set_up("json", journal=False, stream=out)
    log = logging.getLogger("tagwright_plugins.watch")
    log.info("%s tags\nwritten", 2, extra=PHOTO)
    try:
        int("bad\nluck")
    except ValueError:
        log.exception("no good")
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first["message"] == "2 tags\nwritten"
    assert {name: first[name] for name in PHOTO} == PHOTO
    assert first["time"].endswith("+00:00")
    assert second["level"] == "error"
    assert "ValueError: invalid" in second["trace"]
    assert "run" not in second


def test_plain_lines_have_a_time_unless_the_journal_keeps_it() -> None:
    out = io.StringIO()
    set_up("plain", journal=False, stream=out)
    logging.getLogger("tagwright.pipeline").info("done")
    set_up("plain", journal=True, stream=out)
    logging.getLogger("tagwright.pipeline").info("done")
    timed, bare = out.getvalue().splitlines()
    assert timed.endswith(" INFO done")
    assert timed[:2] == "20"
    assert bare == "done"


def test_other_libraries_are_heard_only_when_they_warn() -> None:
    out = io.StringIO()
    set_up("plain", journal=True, stream=out)
    logging.getLogger("httpx").info("GET https://key@example.org")
    logging.getLogger("httpx").warning("slow")
    assert out.getvalue() == "slow\n"
