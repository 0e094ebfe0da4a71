"""Real photos in a folder, tagged by somebody who is never sure; and a server of their review."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from PIL import Image

from tagwright.model import Answer, Facts, Observation, Rendition
from tagwright.pipeline import Runner, Session, Settings
from tagwright.policy import Policy
from tagwright.state import Database, Lane, runs
from tagwright.state.owners import Owner
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.memory import MemoryTagger

VOCABULARY = """
name: Test
language: en
concepts:
  Animals: {narrower: [Cat, Dog: {narrower: [Puppy]}]}
  Beach: {also: [seaside]}
  City:
"""
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_PATIENCE = 30.0  # s

Labels = Mapping[str, Mapping[str, float]]
"""Labels with confidences, by file name."""


def paint(folder: Path, names: list[str]) -> None:
    """Make photos, each another picture."""
    folder.mkdir(exist_ok=True, parents=True)
    for number, name in enumerate(names):
        shade = (number * 37 % 256, number * 91 % 256, number * 13 % 256)
        Image.new("RGB", (64, 48), shade).save(folder / name, "JPEG")


async def tag(
    home: Path, folder: Path, seen: Labels, vocabulary: str = VOCABULARY, caption: str = ""
) -> None:
    """Tag a folder for the review: nothing is sure enough to be written."""
    (home / "mine.yaml").write_text(vocabulary, encoding="utf-8")
    (home / "tagwright.toml").write_text('taxonomy = "mine.yaml"\n', encoding="utf-8")

    def script(_picture: Rendition, facts: Facts) -> Answer:
        labels = seen.get(facts.name, {})
        found = tuple(Observation(label, sure) for label, sure in labels.items())
        return Answer(found, model="test", caption=caption or None)

    database = Database(home / "state" / "tagwright.db")
    lane, owner = Lane(database), Owner(home / "state" / "owners")
    tagger = MemoryTagger(script)
    tagger.reads_facts = True
    policy = Policy(apply=1.0, review=0.1)
    taxonomy = parse_taxonomy(vocabulary)
    library = FileLibrary([folder])
    try:
        run_id = await lane(lambda c: runs.begin(c, "tag", owner.id, {}))
        settings = Settings(taxonomy, policy, (tagger,), "auto long")
        await Runner(Session(library, settings, lane, owner, run_id), lambda _: None).run()
        await lane(lambda c: runs.end(c, run_id, "done", {"photos": len(seen)}))
    finally:
        await library.aclose()
        lane.close()
        owner.close()
        database.close()


@dataclass(slots=True)
class Served:
    """``tagwright review`` as a program of its own."""

    process: subprocess.Popen[bytes]
    link: str
    said: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Be a browser without scripts."""
        base = self.link.split("?")[0]
        self.client = httpx.Client(base_url=base, follow_redirects=True, timeout=_PATIENCE)

    @property
    def host(self) -> str:
        """Name and port."""
        return self.link.split("/")[2]

    def get(self, path: str) -> str:
        """Return a page."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a form of ours."""
        (csrf,) = set(_CSRF.findall(self.get("/photo/1")))
        return self.client.post(path, data={"csrf": csrf} | fields)

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what was printed."""
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, self.said + out.decode()

    def kill(self) -> None:
        """End it, however it stands."""
        self.client.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def serve(home: Path, *arguments: str, words: Sequence[str] = ("review", "--port=0")) -> Served:
    """Start a review, by the command of these words, and wait until it listens."""
    command = [sys.executable, "-m", "tagwright_plugins.cli", *words, "--no-open"]
    command += [f"--state={home / 'state'}", f"--config={home / 'tagwright.toml'}", *arguments]
    environment = os.environ | {"PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": "1"}
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    process = subprocess.Popen(command, cwd=home, stdout=pipe, stderr=both, env=environment)
    said, end = "", time.monotonic() + _PATIENCE
    assert process.stdout is not None
    while "Ctrl-C" not in said:
        ready, _, _ = select.select([process.stdout], [], [], end - time.monotonic())
        more = os.read(process.stdout.fileno(), 65_536).decode() if ready else ""
        if not more:
            process.kill()
            process.communicate()
            raise AssertionError(said)
        said += more
    link = said.split("Review: ")[1].splitlines()[0]
    return Served(process, link, said)
