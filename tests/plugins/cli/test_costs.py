"""Money from the command line: estimated, capped, and told to the cent that was billed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.adapters.label_services import google_service
from tests.adapters.label_services.server import LabelServer
from tests.adapters.label_services.vendors import GOOGLE
from tests.adapters.llm.replies import answer, chat
from tests.adapters.llm.server import KEY, ModelServer, Received
from tests.adapters.loopback import Response

from tagwright.state.costs import Costs
from tagwright_plugins.cli.wording import money

EACH = 0.0015  # US dollars that Google bills for a photo
PHOTOS = 8


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Different photos in two folders, one of which has a name that no terminal should see."""
    folder = tmp_path / "album"
    (folder / "S\x1b[2Jylt").mkdir(parents=True)
    for number in range(PHOTOS):
        place = folder / "S\x1b[2Jylt" if number % 4 == 0 else folder
        picture = Image.radial_gradient("L").resize((300, 200)).rotate(number * 10)
        picture.save(place / f"{number}.jpg")
    return folder


@pytest.fixture
def google() -> Iterator[LabelServer]:
    """Google Cloud Vision, which bills each picture alike."""
    made = LabelServer(GOOGLE.check)
    made.start()
    made.plays(google_service.CAT)
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def configure(tmp_path: Path, google: LabelServer) -> Callable[[str], None]:
    """Write a configuration with Google as the tagger."""

    def write(more: str) -> None:
        (tmp_path / "tagwright.toml").write_text(
            'taggers = ["google-vision"]\n[tagger.google-vision]\n'
            f'base_url = "{google.url}"\n{more}'
        )

    write("")
    return write


@pytest.fixture
def ask(tagwright: Any, configure: Callable[[str], None]) -> Callable[..., Any]:
    """Run ``tagwright`` with that configuration."""
    return lambda *arguments: tagwright(
        *arguments, env={"GOOGLE_VISION_API_KEY": google_service.KEY}
    )


def test_a_run_ends_before_it_would_pass_its_budget(
    ask: Any, google: LabelServer, album: Path
) -> None:
    """It says so beforehand; what is done stays done, and the next run goes on."""
    first = ask("tag", album, "--budget", "0.005")
    assert first.code == 1
    assert len(google.pictures) == 3
    assert f"About $0.012 for up to {PHOTOS} photos with google-vision" in first.err
    assert "this run is enough for about 3 photos" in first.err
    assert "3 tagged" in first.out
    assert f"{PHOTOS - 3} left for the next run" in first.out
    assert "Cost: $0.0045 for 3 requests, $0.0015 a photo" in first.out
    assert "of the $0.0050 for this run, $0.0005 are left" in first.err
    assert "--budget" in first.err
    rest = ask("tag", album, "--budget", "none", "--json")
    assert (rest.code, len(google.pictures)) == (0, PHOTOS)
    assert rest.summary["spent"]["usd"] == pytest.approx(EACH * (PHOTOS - 3))
    (estimate,) = [one for one in rest.objects if one["type"] == "estimate"]
    assert (estimate["photos"], estimate["left"]) == (PHOTOS - 3, {})
    assert [one["type"] for one in ask("tag", album, "--json").objects] == ["summary"]


def test_a_day_has_a_cap_over_runs(
    ask: Any, configure: Callable[[str], None], google: LabelServer, album: Path
) -> None:
    """It is counted from what earlier runs spent; 'costs' says what is left of it."""
    configure("[budget]\nday = 0.01\nmonth = 2\n")
    assert ask("tag", album, "--budget", "0.005").code == 1
    second = ask("tag", album)
    assert second.code == 1
    assert "$0.0055 of today's are left" in second.err
    assert "of the $0.0100 for this day, $0.0010 are left" in second.err
    assert len(google.pictures) == 6
    left = ask("costs")
    assert "$0.0010 of the $0.0100 for this day are left" in left.out
    assert "of the $2.00 for this month are left" in left.out


def test_an_estimate_asks_and_changes_nothing(ask: Any, google: LabelServer, album: Path) -> None:
    """Prices by the request are exact; nothing is queued, written or remembered as a run."""
    done = ask("tag", album, "--estimate")
    assert done.code == 0, done.err
    assert done.out == (
        f"About $0.012 for up to {PHOTOS} photos with google-vision; this run may spend $5.00\n"
    )
    told = ask("tag", album, "--estimate", "--json", "--budget", "0.005")
    assert told.summary["usd"]["expected"] == pytest.approx(EACH * PHOTOS)
    assert (told.summary["type"], told.summary["photos"]) == ("estimate", PHOTOS)
    assert told.summary["left"] == {"run": 0.005}
    assert google.received == []
    state = ask("status", "--json").summary
    assert (state["photos"], state["runs"]) == ({}, [])
    assert list(album.rglob("*.xmp")) == []


def test_a_budget_is_an_amount_or_none(ask: Any, album: Path) -> None:
    """Anything else is a mistake on the command line."""
    done = ask("tag", album, "--budget", "much")
    assert done.code == 2
    assert "the command line: budget.run" in done.err


def test_an_unknown_price_can_stop_a_run(
    tagwright: Any, tmp_path: Path, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the first photo is sent."""
    (tmp_path / "tagwright.toml").write_text(
        'taggers = ["openai:no-such-model"]\n[budget]\nunknown_prices = "stop"\n'
        '[tagger.openai]\nbase_url = "http://127.0.0.1:9/v1"\n'
    )
    done = tagwright("tag", album, env={"OPENAI_API_KEY": KEY})
    assert done.code == 1
    assert "what openai:no-such-model costs is not known" in done.err
    assert "left for the next run" in done.out


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A vision model whose every request must be in order."""
    made = ModelServer()
    made.start()
    yield made
    made.stop()
    assert made.faults == []


class Bills:
    """Answers with other numbers of tokens each time, and adds up what it would bill."""

    def __init__(self) -> None:
        self.requests = 0
        self.tokens = [0, 0]

    def __call__(self, received: Received) -> Response:
        self.requests += 1
        sent, answered = 900 + 37 * self.requests, 80 + 13 * self.requests
        self.tokens[0] += sent
        self.tokens[1] += answered
        usage = {
            "prompt_tokens": sent,
            "completion_tokens": answered,
            "total_tokens": sent + answered,
        }
        bad = self.requests % 3 == 0  # has to be repaired
        return chat("no JSON" if bad else answer(), usage=usage)

    @property
    def usd(self) -> Decimal:
        """By OpenAI's prices for GPT-4o mini."""
        return (self.tokens[0] * Decimal("0.15") + self.tokens[1] * Decimal("0.6")) / 10**6


def test_costs_are_what_the_service_has_billed(
    tagwright: Any, tmp_path: Path, model: ModelServer, album: Path
) -> None:
    """To the last token, by whatever they are shown; repairs included."""
    (tmp_path / "tagwright.toml").write_text(
        'taggers = ["openai:gpt-4o-mini"]\n[tagger.openai]\n'
        f'base_url = "{model.url}/v1"\nconcurrency = 1\n'
    )
    bills = Bills()
    model.plays(bills)
    done = tagwright("tag", album, "--json", env={"OPENAI_API_KEY": KEY})
    assert done.code == 0, done.err
    assert bills.requests > PHOTOS
    assert done.summary["spent"]["requests"] == bills.requests
    assert done.summary["spent"]["usd"] == pytest.approx(float(bills.usd))
    *rows, total = tagwright("costs", "--by", "model", "--json").objects
    assert [(row["type"], row["model"]) for row in rows] == [("model", "gpt-4o-mini-2024-07-18")]
    for row in (*rows, total):
        assert row["usd"] == row["usd_at_most"] == pytest.approx(float(bills.usd), abs=1e-9)
        assert (row["input_tokens"], row["output_tokens"]) == tuple(bills.tokens)
        assert (row["requests"], row["photos"]) == (bills.requests, PHOTOS)
        assert (row["calls_not_ended"], row["calls_of_unknown_cost"]) == (0, 0)
    _check_table(tagwright("costs", "--by", "album").out, album, bills)
    assert tagwright("costs", "--since", "2999-01-01").out == "No vision service was asked.\n"


def _check_table(shown: str, album: Path, bills: Bills) -> None:
    """Numbers stand below each other, and names where they cannot move them."""
    assert "\x1b" not in shown
    head, *rows, total = shown.splitlines()
    assert head.split("  ")[-1] == "album"
    assert [row.rpartition("  ")[2] for row in rows] == [str(album), f"{album}/S%1B[2Jylt"]
    assert total.endswith("total")
    assert len({line.rindex("  ") for line in (head, *rows, total)}) == 1
    assert total.split()[0] == f"{bills.usd:.4f}"


def test_costs_of_nothing(tagwright: Any, album: Path) -> None:
    """Where no service was asked, or is known of."""
    assert tagwright("tag", album, "--tagger", "basics").code == 0
    assert tagwright("costs", "--by", "tagger").out == "No vision service was asked.\n"
    assert tagwright("costs", "--since", "yesterday").code == 2


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (Costs("", 0, 0, 0, 0, Decimal(0), 0, 0, Decimal(0)), "Cost: nothing"),
        (
            Costs("", 40, 41, 1_000, 100, Decimal("0.048"), 0, 0, Decimal(0)),
            "Cost: $0.0480 for 41 requests (1,000 + 100 tokens), $0.0012 a photo",
        ),
        (
            Costs("", 2, 2, 1_000, 100, Decimal(0), 2, 0, Decimal(0)),
            "; not known for 2 of them (no price on file)",
        ),
        (
            Costs("", 2, 2, 1_000, 100, Decimal("0.01"), 1, 1, Decimal("0.03")),
            "; not known for 2 of them, at most $0.0300",
        ),
    ],
)
def test_the_end_of_a_run_says_what_is_not_known(spent: Costs, said: str) -> None:
    """A sum without some of its parts is never shown as if it were whole."""
    assert said in money(spent)
