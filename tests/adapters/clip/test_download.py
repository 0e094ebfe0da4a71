"""Fetching a model once, from a server that breaks off."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tagwright.errors import ConfigurationError, MissingProgramError, StateError
from tagwright.model import Facts
from tagwright_adapters.clip.download import Source, fetch
from tagwright_adapters.clip.layout import FILES

from .files import FileServer
from .making import make_model, rendition

MODEL = "ViT-Tiny__mean-colour"
BIG = "visual/model.onnx"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FileServer]:
    """A place that has the model."""
    made = FileServer(make_model(tmp_path / "published"), MODEL)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where it is to be kept."""
    return tmp_path / "kept"


def source(server: FileServer, model: str = MODEL) -> Source:
    """Return the place, with no pause between tries."""
    return Source(model, server.template, pause=0.0)


def complete(kept: Path, server: FileServer) -> bool:
    """Say whether all files are there as they were published, and nothing else."""
    names = {str(one.relative_to(kept)) for one in kept.rglob("*") if one.is_file()} - {".lock"}
    same = all((kept / name).read_bytes() == (server.folder / name).read_bytes() for name in names)
    return names == set(FILES) and same


async def test_all_files_are_fetched_and_progress_is_told(server: FileServer, kept: Path) -> None:
    """From one to the whole of each; afterwards nobody is asked any more."""
    told: dict[str, tuple[int, int]] = {}

    def tell(what: str, done: int, total: int) -> None:
        told[what] = (done, total)

    await fetch(source(server), kept, tell)
    assert complete(kept, server)
    sizes = {f"{MODEL}/{name}": (kept / name).stat().st_size for name in FILES}
    assert told == {what: (size, size) for what, size in sizes.items()}
    server.asked.clear()
    await fetch(source(server), kept, lambda *_: None)
    assert server.asked == []


async def test_a_cut_connection_is_taken_up_where_it_ended(server: FileServer, kept: Path) -> None:
    """Again and again, as long as there is more each time."""
    server.cuts[BIG] = [100, 50, 1, 70, 3, 2]
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)
    parts = [part for name, part in server.asked if name == BIG]
    assert parts[:4] == [None, "bytes=100-", "bytes=150-", "bytes=151-"]


async def test_a_later_command_goes_on_where_one_ended(server: FileServer, kept: Path) -> None:
    """After the line was dead for too long."""
    server.cuts[BIG] = [100] + [0] * 20
    with pytest.raises(MissingProgramError, match="goes on where this one ended"):
        await fetch(source(server), kept, lambda *_: None)
    assert not (kept / BIG).exists()
    server.cuts.clear()
    server.asked.clear()
    await fetch(source(server), kept, lambda *_: None)
    assert server.asked == [(BIG, "bytes=100-")]
    assert complete(kept, server)


@pytest.mark.parametrize("lacking", ["ranges", "etags"])
async def test_servers_without_parts_begin_anew(
    server: FileServer, kept: Path, lacking: str
) -> None:
    """Parts of two versions are never put together."""
    setattr(server, lacking, False)
    server.cuts[BIG] = [100, 120]
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)


async def test_another_version_meanwhile_is_fetched_whole(server: FileServer, kept: Path) -> None:
    """Its name at the server tells."""
    server.cuts[BIG] = [100] + [0] * 20
    with pytest.raises(MissingProgramError):
        await fetch(source(server), kept, lambda *_: None)
    server.cuts.clear()
    (server.folder / BIG).write_bytes(b"another version " * 100)
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)


@pytest.mark.parametrize("how", ["sums", "hub"])
async def test_published_checksums_are_heeded(server: FileServer, kept: Path, how: str) -> None:
    """Those of a file SHA256SUMS, and those that Hugging Face tells as it sends on."""
    if how == "sums":
        server.sums = "".join(f"{server.sha256(name)}  {name}\n" for name in FILES)
    else:
        server.hub = True
    server.cuts[BIG] = [90]
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)


async def test_a_damaged_file_is_not_kept(server: FileServer, kept: Path) -> None:
    """Nor a part of it."""
    server.sums = f"{'0' * 64}  {BIG}\nno checksum at all\n"
    with pytest.raises(MissingProgramError, match="SHA-256"):
        await fetch(source(server), kept, lambda *_: None)
    assert not list((kept / "visual").glob("model.onnx*"))


async def test_a_part_that_was_damaged_on_disk_is_fetched_anew(
    server: FileServer, kept: Path
) -> None:
    """Once the whole does not fit its checksum."""
    server.hub = True
    server.cuts[BIG] = [100] + [0] * 20
    with pytest.raises(MissingProgramError):
        await fetch(source(server), kept, lambda *_: None)
    server.cuts.clear()
    part = kept / (BIG + ".part")
    part.write_bytes(b"\0" * part.stat().st_size)
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_an_unknown_model_is_a_matter_of_settings(
    server: FileServer, kept: Path, status: int
) -> None:
    """Hugging Face says 401 to what it does not have."""
    server.status["config.json"] = status
    with pytest.raises(ConfigurationError, match="download_from"):
        await fetch(source(server), kept, lambda *_: None)


@pytest.mark.parametrize("trouble", ["503", "page", "down"])
async def test_what_is_no_file_is_no_model(server: FileServer, kept: Path, trouble: str) -> None:
    """Trouble of the place, a sign-in page, or nobody at all."""
    place = source(server)
    if trouble == "503":
        server.status["config.json"] = 503
    elif trouble == "page":
        server.page = True
    else:
        place = Source(MODEL, "http://127.0.0.1:9/{model}/{path}", pause=0.0)
    with pytest.raises(MissingProgramError, match="127"):
        await fetch(place, kept, lambda *_: None)
    assert not any((kept / name).exists() for name in FILES)


async def test_two_commands_do_not_fetch_into_one_file(server: FileServer, kept: Path) -> None:
    """The second one says so."""
    kept.mkdir()
    handle = os.open(kept / ".lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(MissingProgramError, match="just fetching"):
        await fetch(source(server), kept, lambda *_: None)
    os.close(handle)
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)


async def test_a_disk_that_takes_nothing_is_named(server: FileServer, tmp_path: Path) -> None:
    """With the folder."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StateError, match="file"):
        await fetch(source(server), tmp_path / "file" / "kept", lambda *_: None)


async def test_an_interrupted_command_leaves_what_it_has(server: FileServer, kept: Path) -> None:
    """Ctrl-C is a cancelled task."""
    server.cuts[BIG] = [100] + [0] * 100
    task = asyncio.create_task(
        fetch(Source(MODEL, server.template, pause=60), kept, lambda *_: None)
    )
    while not (kept / (BIG + ".part")).exists():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    server.cuts.clear()
    await fetch(source(server), kept, lambda *_: None)
    assert complete(kept, server)


async def test_a_named_model_is_fetched_on_first_use_and_then_needs_nobody(
    server: FileServer, tagger: Any, facts: Facts
) -> None:
    """Offline afterwards."""
    made = tagger(f"clip:{MODEL}", download_from=server.template)
    answer = await made.observe(rendition("red"), facts)
    assert {one.concept for one in answer.observations if one.confidence > 0.8} == {"red", "rose"}
    assert answer.model == MODEL
    offline = tagger(f"clip:{MODEL}", download_from="http://127.0.0.1:9/{path}")
    again = await offline.observe(rendition("blue"), facts)
    assert {one.concept for one in again.observations if one.confidence > 0.8} == {"blue", "sea"}
    assert offline.recipe == made.recipe
