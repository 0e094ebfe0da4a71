"""Fences and the send log from the command line, against a service on loopback.

``openai`` is taken for a service outside wherever it is, as its key says that somebody runs it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.adapters.llm.replies import answer, chat, error
from tests.adapters.llm.server import KEY, ModelServer

CAT = {"label": "kitten", "confidence": 0.95, "kind": "object", "synonyms": []}
DECOMPOSED = unicodedata.normalize("NFD", "Ärzte")  # as macOS has it


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A service whose every request must be in order."""
    made = ModelServer()
    made.start()
    made.plays(chat(answer(tags=[CAT])))
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def ask(tagwright: Any, server: ModelServer, tmp_path: Path) -> Callable[..., Any]:
    """Run ``tagwright`` with that service and these settings of [privacy]."""

    def run(*arguments: str | Path, privacy: str = "", context: str = "[]") -> Any:
        (tmp_path / "tagwright.toml").write_text(
            f'taggers = ["basics", "openai:gpt-4o-mini"]\n[privacy]\n{privacy}\n'
            f'[tagger.openai]\nbase_url = "{server.url}/v1"\ncontext = {context}\n',
            encoding="utf-8",
        )
        return tagwright(*arguments, env={"OPENAI_API_KEY": KEY})

    return run


@pytest.fixture
def album(tmp_path: Path, photos: Path) -> Path:
    """Two photos of no concern; four that may be: by folder, person, tag, look."""
    folder = tmp_path / "album"
    (folder / DECOMPOSED / "deep").mkdir(parents=True)
    for name in ("cat.jpg", "coffee.jpg", "page.png", "flower.jpg", "rocket.jpg"):
        shutil.copy(photos / name, folder)
    shutil.copy(photos / "grass-bw.jpg", folder / DECOMPOSED / "deep")
    region = "{AppliedToDimensions={W=9,H=9,Unit=pixel},RegionList=[{Area={X=.5,Y=.5,W=.1,H=.1},"
    regions = f"-XMP-mwg-rs:RegionInfo={region}Name=Anna Muster,Type=Face}}]}}"
    # digiKam reads the first field only, and would not show the second tag.
    tags = ["-XMP-digiKam:TagsList=Holiday", "-XMP-dc:Subject=private"]
    for name, options in (("flower.jpg", [regions]), ("rocket.jpg", tags)):
        command = ["exiftool", "-q", "-overwrite_original", *options, str(folder / name)]
        subprocess.run(command, check=True, timeout=60)
    return folder


FENCES = 'folders = ["ärzte"]\npeople = ["anna muster"]\ntags = ["Private"]'


def test_what_is_fenced_is_not_sent_and_still_tagged(
    ask: Any, server: ModelServer, album: Path
) -> None:
    """By offline rules; the run says what was kept, why, and what went where."""
    done = ask("tag", album, "--explain", privacy=FENCES)
    assert done.code == 0, done.err
    assert len(server.received) == 2
    for reason in ("folder 'ärzte'", "person 'anna muster'", "tag 'Private'", "document (writing"):
        assert f"kept      from openai:gpt-4o-mini: {reason}" in done.out
    assert "4 photos were not shown to services outside" in done.out
    assert "1 by document, 1 by folder, 1 by person, 1 by tag" in done.out
    host = server.url.removeprefix("http://")
    assert f"Pictures sent: 2 to {host}" in done.out

    again = ask("tag", album / DECOMPOSED / "deep", "--force", "--json", privacy=FENCES)
    assert (again.summary["fenced"], again.summary["sent"]) == (1, {})
    (photo,) = [one for one in again.objects if one["type"] == "photo"]
    assert photo["fenced"] == [{"tagger": "openai:gpt-4o-mini", "reason": "folder 'ärzte'"}]
    assert photo["observations"]

    trusted = ask("tag", album, "--json", privacy=f'{FENCES}\ntrusted_hosts = ["127.0.0.0/8"]')
    assert (trusted.summary["fenced"], trusted.summary["sent"]) == (0, {host: 4})
    assert len(server.received) == 6


def test_the_log_tells_what_was_sent(ask: Any, server: ModelServer, album: Path) -> None:
    """When, where, the very bytes and facts; proved again, and whatever is undone."""
    privacy = f'{FENCES}\ndocuments = "send"'
    done = ask("tag", album, "--json", privacy=privacy, context='["folders"]')
    assert done.code == 0, done.err
    assert ask("undo", "--run", "last").code == 0
    logged = ask("sent", "--json").objects
    sent = {hashlib.sha256(one.picture).hexdigest(): one.picture for one in server.received}
    assert {one["sha256"]: one["bytes"] for one in logged} == {k: len(v) for k, v in sent.items()}
    assert {Path(one["path"]).name for one in logged} == {"cat.jpg", "coffee.jpg", "page.png"}
    for one in logged:
        assert one["host"] == server.url.removeprefix("http://")
        assert (one["facts"], one["outcome"]) == ({"folders": ["album"]}, "answered")
        assert (one["tagger"], one["run"]) == ("openai:gpt-4o-mini", done.summary["run"])

    moved = (album / "cat.jpg").rename(album / "renamed.jpg")
    proof = ask("sent", "--verify", moved)
    assert proof.code == 0, proof.err
    assert "is the one that was sent, bit for bit" in proof.out
    assert "cat.jpg: answered" in proof.out
    assert 'beside it: folders ["album"]' in proof.out
    with Image.open(moved) as picture:
        picture.rotate(90).save(album / "coffee.jpg")
    changed = ask("sent", "--verify", album / "coffee.jpg")
    assert (changed.code, "has changed since" in changed.out) == (1, True)

    def names(*options: str | Path) -> list[str]:
        return [Path(one["path"]).name for one in ask("sent", "--json", *options).objects]

    assert names(album / "page.png") == ["page.png"]
    assert len(names(album, "--host", "127.0.0.1", "--since", "2020-01-01")) == 3
    assert ask("sent", "--since", "2100-01-01").out == "No picture was sent anywhere.\n"


def test_what_got_no_answer_is_in_the_log(ask: Any, server: ModelServer, album: Path) -> None:
    """It may have arrived: it is noted before it goes."""
    server.plays(error(401, "Incorrect API key provided"))
    assert ask("tag", album / "cat.jpg").code == 2
    (one,) = ask("sent", "--json").objects
    assert one["sha256"] == hashlib.sha256(server.received[0].picture).hexdigest()
    assert one["outcome"] != "answered"


def test_a_prompt_is_shown_with_the_fence_that_holds_it(ask: Any, album: Path) -> None:
    """So that nobody wonders; one that holds nothing is not named."""
    show = ("taggers", "prompt", "--tagger", "openai:gpt-4o-mini")
    kept = ask(*show, album / "flower.jpg", privacy=FENCES)
    assert "# A run keeps this photo back ([privacy]): person 'anna muster'" in kept.out
    assert json.loads(ask(*show, album / "cat.jpg", "--json").out)["kept"] is None


@pytest.mark.parametrize("arguments", [["--verify", "album"], ["--since", "soon"]])
def test_what_cannot_be_done_is_said(ask: Any, album: Path, arguments: list[str]) -> None:
    """With exit code 2."""
    done = ask("sent", *arguments)
    assert done.code == 2
    assert done.err
