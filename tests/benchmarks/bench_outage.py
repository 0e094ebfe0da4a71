"""A thousand photos through an outage, a kill -9, a cap that is reached, and to the end.

Run: python tests/benchmarks/bench_outage.py [PHOTOS] [OUTAGE_SECONDS]

A model on loopback that keeps its own bill answers after a second, fails and is too busy now and
then, and is away for a minute. Tagwright is killed in the middle of the work and started again; the
cap of the day stops it; with the cap raised it comes to the end. Afterwards every photo must have
been tagged exactly once, the costs on record must be the bill, and no cap may have been passed.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw

AT_ONCE = 64
INPUT, OUTPUT = Decimal("0.15"), Decimal("0.60")  # USD for a million tokens of gpt-4o-mini
TAGS = ["Animals/Cat", "Nature & Landscape/Beach"]
PICTURE = re.compile(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")
ANSWER = json.dumps(
    {
        "concepts": [],
        "tags": [
            {"label": label, "confidence": 0.95, "kind": "object", "synonyms": []}
            for label in ("cat", "beach")
        ],
        "caption": "A cat on a beach.",
        "alt_text": "A cat.",
    }
)


@dataclass
class Model:
    """The service, with its bill."""

    seconds: float = 1.0
    away: bool = False
    bill: Decimal = Decimal(0)
    answers: Counter[str] = field(default_factory=Counter)  # by picture
    refused: Counter[int] = field(default_factory=Counter)  # by HTTP status
    _draw: random.Random = field(default_factory=lambda: random.Random(7))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: *(\d+)", head.lower())
                body = await reader.readexactly(int(length[1]) if length else 0)
                await self._reply(head.startswith(b"GET"), body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _reply(self, probe: bool, body: bytes, writer: asyncio.StreamWriter) -> None:
        chance = self._draw.random()
        status = 503 if self.away else 200 if probe else 500 if chance < 0.01 else 200
        status = 429 if not probe and not self.away and 0.01 <= chance < 0.015 else status
        if status != 200:
            self.refused[status] += 1
            await _send(writer, status, {"error": {"message": "not now", "type": "server_error"}})
            return
        if probe:
            await _send(writer, 200, {"object": "list", "data": []})
            return
        await asyncio.sleep(self.seconds)
        picture = PICTURE.search(body)
        assert picture is not None
        key = hashlib.sha256(base64.b64decode(picture[1])).hexdigest()
        usage = (9_000 + self._draw.randrange(3_000), 80 + self._draw.randrange(120))
        price = (usage[0] * INPUT + usage[1] * OUTPUT) / 10**6
        self.answers[key] += 1
        self.bill += price
        await _send(writer, 200, _completion(*usage))


async def _send(writer: asyncio.StreamWriter, status: int, content: object) -> None:
    body = json.dumps(content).encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n"
    wait = "Retry-After: 1\r\n" if status == 429 else ""
    writer.write(f"{head}{wait}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()


def _completion(given: int, made: int) -> dict[str, object]:
    message = {"role": "assistant", "content": ANSWER, "refusal": None}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [choice],
        "usage": {
            "prompt_tokens": given,
            "completion_tokens": made,
            "total_tokens": given + made,
        },
    }


class Story:
    """One library, one service, and what happens to them."""

    def __init__(self, folder: Path, model: Model, url: str) -> None:
        self.folder = folder
        self.model = model
        self._url = url

    def start(self, cap: Decimal) -> subprocess.Popen[bytes]:
        """Begin a run with this cap for the day, in US dollars."""
        config = self.folder / "tagwright.toml"
        config.write_text(
            'taggers = ["openai:gpt-4o-mini"]\n'
            f'[tagger.openai]\nbase_url = "{self._url}"\nconcurrency = {AT_ONCE}\n'
            f'[budget]\nrun = "none"\nday = {cap}\n'
            '[privacy]\ndocuments = "send"\n'  # plain areas look like empty pages
        )
        command = [*self._command("tag"), str(self.folder / "photos"), "--json"]
        environment = {**os.environ, "OPENAI_API_KEY": "sk-loopback"}
        # Into a file: a pipe that nobody reads meanwhile would hold the run up.
        with (self.folder / "out.jsonl").open("wb") as out:
            return subprocess.Popen(command, stdout=out, env=environment)

    def finish(self, run: subprocess.Popen[bytes]) -> dict[str, object]:
        """Wait for the end of a run and return its summary."""
        run.wait()
        out = (self.folder / "out.jsonl").read_bytes()
        summary: dict[str, object] = json.loads(out.splitlines()[-1])
        return {**summary, "code": run.returncode}

    def until(self, answered: int) -> None:
        """Wait until the service has given so many answers."""
        while sum(self.model.answers.values()) < answered:
            time.sleep(0.02)

    def costs(self) -> dict[str, object]:
        """Return what ``tagwright costs`` says."""
        out = subprocess.run(
            [*self._command("costs"), "--json"], stdout=subprocess.PIPE, check=True
        )
        found: dict[str, object] = json.loads(out.stdout)
        return found

    def _command(self, name: str) -> list[str]:
        common = ["--config", str(self.folder / "tagwright.toml")]
        state = ["--state", str(self.folder / "state")]
        return [sys.executable, "-m", "tagwright_plugins.cli", name, *common, *state]


def tell(story: Story, photos: int, outage: float) -> None:
    """Let it all happen, and say what came of it."""
    model = story.model
    typical = (10_500 * INPUT + 140 * OUTPUT) / 10**6
    cap = (typical * photos * Decimal("0.6")).quantize(Decimal("0.01"))
    run = story.start(cap)
    story.until(photos // 4)
    model.away = True
    time.sleep(outage)
    model.away = False
    during = dict(model.refused)
    story.until(photos * 2 // 5)
    run.send_signal(signal.SIGKILL)
    run.wait()
    capped = story.finish(story.start(cap))
    print(f"  outage of {outage:.0f} s: {during.get(503, 0)} requests met it")
    print(f"  killed; started again; stopped by: {capped['stopped_by']}")
    print(f"  billed then ${model.bill:.4f} of the cap of ${cap:.2f}", end="")
    print(": never passed" if model.bill <= cap else ": PASSED")
    last = story.finish(story.start(Decimal(1_000)))
    print(f"  cap raised: {last['tagged']} tagged, {last['failed']} failed, code {last['code']}")
    again = story.finish(story.start(Decimal(1_000)))
    print(f"  once more: {again['asked']} questions, {again['changed']} photos touched")


def check(story: Story, photos: int) -> None:
    """Compare files, bill and record."""
    read = ["exiftool", "-j", "-q", "-XMP-digiKam:TagsList", "-r", str(story.folder / "photos")]
    found = json.loads(subprocess.run(read, stdout=subprocess.PIPE, check=True).stdout)
    right = sum(sorted(one.get("TagsList", [])) == TAGS for one in found)
    tags = Counter(str(one.get("TagsList")) for one in found)
    print(f"  photos with each tag exactly once: {right} of {photos}", end="")
    print("" if right == photos else f" ({tags.most_common(3)})")
    twice = sum(number > 1 for number in story.model.answers.values())
    print(f"  pictures answered more than once: {twice} (in flight when killed: at most {AT_ONCE})")
    costs = story.costs()
    settled, most = Decimal(str(costs["usd"])), Decimal(str(costs["usd_at_most"]))
    print(f"  billed ${story.model.bill:.6f}; on record ${settled:.6f}", end="")
    print(f", and {costs['calls_not_ended']} calls cut short by the kill, at most ${most:.6f}")
    lost = story.model.bill - settled
    print(f"  difference ${lost:.6f}, within what may be: {0 <= lost <= most - settled}")


def make_photos(folder: Path, count: int) -> None:
    """Make small photos, all different."""
    folder.mkdir()
    for number in range(count):
        picture = Image.new("RGB", (64, 48), (60, 90, 40))
        ImageDraw.Draw(picture).text((8, 16), f"{number:06d}", fill=(250, 240, 200))
        picture.save(folder / f"{number:05d}.jpg", quality=90)


def main() -> None:
    """Tell the story with a service on a thread of its own."""
    photos = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    outage = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    model, loop = Model(), asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    serving = asyncio.start_server(model.serve, "127.0.0.1", 0, limit=2**20, backlog=256)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    port = server.sockets[0].getsockname()[1]
    print(f"outage, {photos} photos, model {model.seconds:.0f} s, {AT_ONCE} at once:")
    with tempfile.TemporaryDirectory() as name:
        make_photos(Path(name) / "photos", photos)
        story = Story(Path(name), model, f"http://127.0.0.1:{port}/v1")
        tell(story, photos, outage)
        check(story, photos)


if __name__ == "__main__":
    main()
