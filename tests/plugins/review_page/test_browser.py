"""The review page in a real browser: keys, contrast and names, hostile texts, a whole session.

Needs Debian's ``chromium`` and the packages ``playwright`` and ``axe-playwright-python``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Serve
from .shoot import paint, tag

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt install chromium"),
    pytest.mark.slow,
]
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PAGES = ("", "next", "search?q=cat", "photo/1", "costs", "runs", "decisions", "?min=x", "?min=0.99")
PROPOSALS = (
    "proposals",
    "proposals/label?label=beech",
    "proposals/adopted?label=beech&concept=beach",
)
PHONE = {"width": 390, "height": 844}  # px
HOSTILE = "<img src=x onerror=document.title='caught'>"


@pytest.fixture
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    with playwright.sync_playwright() as running:
        arguments = ["--no-sandbox"]  # the pages are ours, and root has no sandbox
        opened = running.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield opened
        opened.close()


async def _take(home: Path, concepts: dict[str, int]) -> None:
    seen = {
        f"{concept}-{n}.jpg": {concept: 0.9 - 0.01 * n, "beech": 0.5}
        for concept, number in concepts.items()
        for n in range(number)
    }
    paint(home / "album", list(seen))
    await tag(home, home / "album", seen, caption=HOSTILE)


@pytest.fixture
async def shoot(tmp_path: Path) -> None:
    """Some photos that wait for an answer."""
    await _take(tmp_path, {"Cat": 4, "Dog": 3, "Beach": 1})


@pytest.fixture
async def long_shoot(tmp_path: Path) -> None:
    """200 photos that wait for an answer."""
    await _take(tmp_path, {"Cat": 50, "Dog": 40, "Puppy": 40, "Beach": 40, "City": 30})


def _count(page: Any) -> list[str]:
    pressed: list[str] = []
    page.expose_function("pressed", lambda key: pressed.append(key))  # noqa: PLW0108 - it marks it
    page.add_init_script("addEventListener('keydown', e => window.pressed(e.key), true)")
    return pressed


def _answered(page: Any, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.usefixtures("long_shoot")
def test_two_hundred_photos_by_keyboard(start: Serve, browser: Any) -> None:
    """Five groups, some photos left out, one answer taken back: at most 60 keys."""
    served = start()
    page = browser.new_page()
    pressed = _count(page)
    page.goto(served.link + "next")
    for left_out in (3, 0, 2, 0, 1):  # the doubtful ones, which stand last
        for _ in range(left_out):
            page.keyboard.press("k")
            page.keyboard.press("x")
        assert page.locator("input:not(:checked)[name=photo]").count() == left_out
        _answered(page, "a")
    _answered(page, "u")
    _answered(page, "a")
    while page.url.partition("?")[0].endswith("/group"):
        _answered(page, "r")
    print(len(pressed), "keys")
    assert "All done" in page.inner_text("main")
    assert len(pressed) <= 60
    code, said = served.interrupt()
    assert (code, "photos." in said) == (0, True)


@pytest.mark.usefixtures("shoot")
def test_keys_move_open_and_help(start: Serve, browser: Any) -> None:
    """j, k and Enter in the queue; e opens the field of concepts, in which letters are letters."""
    served = start()
    page = browser.new_page()
    page.goto(served.link)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("h1").endswith("Cat?")
    page.keyboard.press("j")
    page.keyboard.press("Enter")  # no answer
    page.keyboard.press("e")
    page.keyboard.type("jar")
    assert page.input_value("#name") == "jar"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("a")  # not an answer while help is shown
    assert page.is_visible("#help")
    served.interrupt()


def _check(page: Any) -> None:
    """Look for faults that axe knows, light and dark, and for what is wider than the window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe").Axe()
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for scheme, only in (
        ("light", {"type": "tag", "values": AXE}),
        ("dark", {"type": "rule", "values": ["color-contrast"]}),
    ):
        page.emulate_media(color_scheme=scheme)
        found = axe.run(page, options={"runOnly": only}).response["violations"]
        faults = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
        assert faults == [], (page.url, scheme, faults)
    wide = "[...document.querySelectorAll('html, .top, nav')].some(e => e.scrollWidth > innerWidth)"
    assert not page.evaluate(wide), page.url


@pytest.mark.usefixtures("shoot")
def test_all_can_use_it(start: Serve, browser: Any) -> None:
    """No page has a fault that axe knows, in light and dark; none is wider than a phone."""
    served = start()
    page = browser.new_page(viewport=PHONE)
    page.goto(served.link + "next")
    _answered(page, "a")
    for path in (*PAGES, *PROPOSALS):
        page.goto(served.link + path)
        _check(page)
    page.goto(served.link + "next")
    page.keyboard.press("?")
    _check(page)
    page.keyboard.press("?")
    page.keyboard.press("e")
    page.fill("#name", "Lagoon")
    page.click("text=This instead")
    assert "is new" in page.inner_text("h1")
    _check(page)
    page.goto(served.link + "runs")
    page.click("text=Undo …")
    assert "Take back" in page.inner_text("h1")
    _check(page)
    served.interrupt()


@pytest.mark.usefixtures("shoot")
def test_all_can_come_in(start: Serve, browser: Any) -> None:
    """The page that asks for the token has no fault either, and lets in whoever has it."""
    served = start("--host", "0.0.0.0")
    port = served.host.rpartition(":")[2]
    page = browser.new_page(viewport=PHONE)
    page.goto(f"http://127.0.0.1:{port}/")
    page.fill("[name=token]", "guess")
    page.keyboard.press("Enter")
    assert page.inner_text("[role=alert]") == "That is not the token."
    _check(page)
    page.fill("[name=token]", served.link.partition("token=")[2])
    page.keyboard.press("Enter")
    page.wait_for_selector("text=What do you say?")
    served.interrupt()


@pytest.mark.usefixtures("shoot")
def test_a_proposal_is_adopted(start: Serve, browser: Any) -> None:
    """From the list to the run that judges its photos anew, by what is on the pages."""
    served = start()
    page = browser.new_page()
    page.goto(served.link + "proposals")
    page.keyboard.press("j")  # to what is done about the first label
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.fill("input[name=where]", "Beach")
    page.fill("input[name=name]", "Beech")
    page.click("button.primary")
    assert page.inner_text("h1").endswith("Beech")
    page.click("button:has-text('anew')")
    assert page.locator("tbody tr").first.inner_text().count("remap") == 1
    assert "beech" not in served.get("/proposals")
    served.interrupt()


@pytest.mark.usefixtures("shoot")
def test_hostile_text_does_nothing(start: Serve, browser: Any) -> None:
    """What a model says is shown, and runs nowhere; no script of a page is refused either."""
    served = start()
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("photo/1", "search?q=cat", "search?q=" + HOSTILE, "next", ""):
        page.goto(served.link + path)
        assert "caught" not in page.title()
    page.goto(served.link + "photo/1")
    assert HOSTILE in page.inner_text("main")
    assert complaints == []
    served.interrupt()


@pytest.mark.usefixtures("shoot")
def test_nothing_jumps(start: Serve, browser: Any) -> None:
    """Pictures have their place before they come, on a screen and on a phone."""
    served = start()
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.add_init_script(
            "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
            "one => { window.shift += one.value })).observe({type: 'layout-shift', buffered: true})"
        )
        for path in ("", "next", "search?q=cat", "proposals/label?label=beech"):
            page.goto(served.link + path)
            assert page.evaluate("window.shift") < 0.01, (path, width)
    served.interrupt()
