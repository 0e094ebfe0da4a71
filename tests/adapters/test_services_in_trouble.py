"""Every service on loopback, in good and bad days, through the whole pipeline.

What comes of it is a table in docs/services-in-trouble.md, which must say what was seen here.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from tests.adapters.loopback import Response

from tagwright import taggers
from tagwright.money import usd
from tagwright.pipeline import Runner, Session, Settings
from tagwright.policy import Policy
from tagwright.ports import Tagger
from tagwright.state import Database, Lane, attention, costs, runs
from tagwright.state.owners import Owner
from tagwright.taggers import TaggerContext
from tagwright.taxonomy import Taxonomy, parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto

from .label_services.server import LabelServer
from .label_services.vendors import VENDORS, Vendor
from .llm import bedrock_service
from .llm.conftest import KEYS
from .llm.replies import answer
from .llm.server import ModelServer
from .llm.services import SERVICES, Service

DOCUMENT = Path(__file__).parents[2] / "docs" / "services-in-trouble.md"
PHOTOS = 3
CASES = ("well", "429", "down", "garbage", "refusal")
PAGE = "<html><body>Welcome to nginx!</body></html>"
VOCABULARY = "name: Test\nlanguage: en\nconcepts:\n  Cat:\n    also: [tabby cat]\n"


@dataclass(frozen=True)
class Stage:
    """A service that does as it is told, and what a tagger of it needs."""

    spec: str
    server: ModelServer | LabelServer
    plays: Callable[[str], None]
    secrets: dict[str, str]
    options: dict[str, object]

    @property
    def requests(self) -> int:
        """How many it has got."""
        return len(self.server.received)


@contextmanager
def model_stage(service: Service) -> Iterator[Stage]:
    """Put a service of models on loopback."""
    server = ModelServer()
    server.start()
    good = service.says(json.dumps(answer()))
    scripts: dict[str, tuple[Response, ...]] = {
        "well": (good,),
        "429": (service.fails(429, "Slow down", {"Retry-After": "0.01"}), good),
        "down": (service.fails(503, "Not now", {}),),
        "garbage": (service.says("I am afraid that I would rather write a poem."),),
        "refusal": (service.refuses,),
    }
    options = {"base_url": server.url + service.path, "max_tokens": 512, **service.options}
    try:
        yield Stage(service.spec, server, lambda case: server.plays(*scripts[case]), KEYS, options)
        assert server.faults == []
    finally:
        server.stop()


@contextmanager
def label_stage(vendor: Vendor) -> Iterator[Stage]:
    """Put a label service on loopback."""
    server = LabelServer(vendor.check)
    server.start()
    scripts: dict[str, tuple[Response, ...]] = {
        "well": (vendor.cat,),
        "429": (vendor.busy(**{"Retry-After": "0.01"}), vendor.cat),
        "down": (vendor.down,),
        "garbage": (Response({"poem": "roses are red"}),),
        "refusal": (vendor.rejections[-1],),
    }
    options: dict[str, object] = {"base_url": server.url}
    try:
        yield Stage(
            vendor.spec, server, lambda case: server.plays(*scripts[case]), vendor.secrets, options
        )
        assert server.faults == []
    finally:
        server.stop()


@dataclass(frozen=True)
class Outcome:
    """What came of a few photos."""

    tagged: int
    settled: int  # photos that nobody will be asked about again
    requests: int
    again: int  # requests of a second run
    paid: str


async def play(stage: Stage, case: str, folder: Path) -> Outcome:
    """Tag three photos twice while a service behaves so."""
    taxonomy = parse_taxonomy(VOCABULARY, source="test")
    tagger = taggers.create(
        TaggerContext(stage.spec, taxonomy, stage.secrets.get, options=stage.options)
    )
    stage.plays(case)
    database = Database(folder / "t.db")
    lane, owner = Lane(database), Owner(folder / "owners")
    try:
        asked = []
        for _ in range(2):
            before = stage.requests
            run_id = await lane(lambda c: runs.begin(c, "tag", owner.id, {}))
            session = (lane, owner, run_id)
            await _run(tagger, taxonomy, *session, patience=0.2 if case == "down" else 30.0)
            asked.append(stage.requests - before)
        found = await lane(attention.counts)
        all_of_it = await lane(costs.total)
        tagged = sum(bool(photo.tags) for photo in LIBRARY.photos.values())
        paid = usd(all_of_it.cost) if not all_of_it.unknown else "price not known"
        return Outcome(tagged, found.get("done", 0), asked[0], asked[1], paid)
    finally:
        await tagger.aclose()
        lane.close()
        owner.close()
        database.close()


LIBRARY = MemoryLibrary({})


async def _run(
    tagger: Tagger, taxonomy: Taxonomy, lane: Lane, owner: Owner, run_id: str, *, patience: float
) -> None:
    settings = Settings(taxonomy, Policy(), [tagger], "test", patience=patience)
    await Runner(Session(LIBRARY, settings, lane, owner, run_id), lambda _: None).run()


def _picture(number: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (80 * number, 40, 90)).save(file, "JPEG", quality=85)
    return file.getvalue()


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What AWS's own chain finds: no file, no network, only the environment."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", bedrock_service.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", bedrock_service.SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.mark.parametrize("served", [*SERVICES, *VENDORS], ids=lambda one: one.spec.split(":")[0])
async def test_table_says_what_comes_of_it(
    served: Service | Vendor, credentials: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row was seen; a photo is paid for twice at most, and an outage is held against none."""
    if isinstance(served, Vendor):
        for name, value in served.secrets.items():
            if name.startswith("AWS_"):
                monkeypatch.setenv(name, value)
    stage_of = label_stage(served) if isinstance(served, Vendor) else model_stage(served)
    cells = []
    with stage_of as stage:
        for case in CASES:
            LIBRARY.photos = {f"a/{n}.jpg": MemoryPhoto(_picture(n)) for n in range(PHOTOS)}
            (tmp_path / case).mkdir()
            outcome = await play(stage, case, tmp_path / case)
            assert outcome.requests <= 2 * PHOTOS or case == "down"
            if case in ("well", "429"):
                assert (outcome.tagged, outcome.settled, outcome.again) == (PHOTOS, PHOTOS, 0)
            elif case == "down":
                assert (outcome.tagged, outcome.settled) == (0, 0)
            else:
                assert (outcome.tagged, outcome.settled, outcome.again) == (0, PHOTOS, 0)
            cells.append(_cell(case, outcome))
    row = f"| `{served.spec.split(':')[0]}` | {' | '.join(cells)} |"
    assert row in DOCUMENT.read_text(encoding="utf-8"), row


def _cell(case: str, outcome: Outcome) -> str:
    """Leave the number of requests out where it is a matter of time."""
    said = f"{outcome.tagged} of {PHOTOS} tagged"
    if case == "down":
        return f"{said}, {outcome.paid}; waiting, taken up by the next run"
    if case == "429":
        return f"{said}, {outcome.paid}"
    return f"{said}, {outcome.requests} requests, {outcome.paid}"
