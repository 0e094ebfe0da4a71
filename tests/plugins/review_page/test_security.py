"""Who may see the review page and who may decide; and that nothing foreign gets into it."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import httpx

from .conftest import Serve
from .shoot import Served, paint, tag

HOSTILE = "<script>alert(1)</script>"
NAMES = ['"><img src=x onerror=alert(1)>.jpg', "{{ 7*7 }}.jpg", "a&b'%2e%2e.jpg"]
VOCABULARY = """
name: Test
language: en
concepts:
  "<b>Bold": {narrower: ['" onmouseover="x']}
"""


async def _shoot(home: Path) -> Path:
    folder = home / "<i>album"
    paint(folder, NAMES)
    labels = {"<b>Bold": 0.7, '" onmouseover="x': 0.5, HOSTILE: 0.9}
    await tag(home, folder, dict.fromkeys(NAMES, labels), VOCABULARY, caption=HOSTILE)
    return folder


async def test_foreign_text_stays_text(tmp_path: Path, start: Serve) -> None:
    """File names, labels and captions are shown as they are, on every page."""
    await _shoot(tmp_path)
    served = start()
    pages = [served.get("/"), served.get("/next"), served.get("/search"), served.get("/photo/1")]
    pages += [served.get("/proposals"), served.get(f"/search?q={HOSTILE}")]
    pages.append(served.get(f"/proposals/label?label={HOSTILE}"))
    pages.append(served.get(f"/proposals/adopted?label={HOSTILE}&concept=b-bold"))
    pages.append(served.client.get(f"/?concept={HOSTILE}").text)
    for page in pages:
        assert not re.search(r"<(b|i|img src=x)>", page)
        assert "<script>" not in page
        assert "onerror=alert(1)>" not in page
        assert not re.search(r"<[^>]* onmouseover=\"x", page)
        assert not re.search(r"<[^>]*\sstyle=", page)
    assert "&lt;script&gt;" in pages[3]
    assert "{{ 7*7 }}" in served.get("/search")
    assert served.interrupt()[0] == 0


async def test_every_answer_is_sealed(tmp_path: Path, start: Serve) -> None:
    """With a policy that allows no script but ours, and kept by nobody."""
    await _shoot(tmp_path)
    served = start()
    for path in ("/", "/nothing", "/static/review.js", "/pictures/small/1", "/events/x"):
        headers = served.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert served.client.get("/").headers["cache-control"] == "no-store"


async def test_no_path_leads_out(tmp_path: Path, start: Serve) -> None:
    """Photos are known by number; nothing else of the disk can be asked for."""
    await _shoot(tmp_path)
    served = start()
    for path in (
        "/pictures/small/../../mine.yaml",
        "/pictures/small/%2e%2e%2fmine.yaml",
        "/pictures/..%2f..%2f/1",
        "/pictures/huge/1",
        "/pictures/small/-1",
        "/pictures/small/99999999999999999999999",
        "/static/..%2fserving.py",
        "/static/%2fetc%2fpasswd",
        "/photo/1%00",
        "/photo/99999999999999999999999",
    ):
        answer = served.client.get(path)
        assert answer.status_code in (400, 404, 422), path
        assert "root:" not in answer.text


async def test_no_other_page_decides(tmp_path: Path, start: Serve) -> None:
    """Neither under another name of this machine, nor from another page, nor without our form."""
    await _shoot(tmp_path)
    served = start()
    port = served.host.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1:1", f"192.168.0.1:{port}", ""):
        assert served.client.get("/", headers={"host": host}).status_code == 421, host
    assert served.client.get("/", headers={"host": f"localhost:{port}"}).status_code == 200
    fields = {"concept": "bold", "choice": "accept", "photo": "1"}
    for headers in (
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ):
        assert served.client.post("/decide", data=fields, headers=headers).status_code == 403
    proposals = ("/proposals/ignore", "/proposals/label", "/proposals/judge")
    for path in ("/decide", "/undo", "/name", "/runs/undo", "/runs/preview", *proposals):
        assert served.client.post(path, data=fields | {"csrf": "guess"}).status_code == 403, path
        assert served.client.post(path, data=fields).status_code == 403, path
    assert "Nothing was decided yet" in served.get("/decisions")


async def test_elsewhere_a_token_is_asked_for(tmp_path: Path, start: Serve) -> None:
    """It is printed once, kept only as a digest, and remembered by the browser."""
    await _shoot(tmp_path)
    served = start("--host", "0.0.0.0")
    token = served.link.partition("token=")[2]
    assert len(token) >= 32
    stored = tmp_path / "state" / "review-token"
    assert token not in stored.read_text()
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    _locked(served, token)
    served.kill()
    again = start("--host", "0.0.0.0")
    assert "token=" not in again.said
    _locked(again, token)
    again.kill()
    newest = start("--host", "0.0.0.0", "--new-token")
    with _browser(newest) as browser:
        assert browser.get(f"/?token={token}").url.path == "/login"


def _browser(served: Served) -> httpx.Client:
    port = served.host.rpartition(":")[2]
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True)


def _locked(served: Served, token: str) -> None:
    with _browser(served) as browser:
        for path in ("/", "/next", "/pictures/small/1", "/events", "/search", "/?token=guess"):
            answer = browser.get(path)
            assert (answer.url.path, answer.status_code) == ("/login", 401), path
        assert browser.post("/login", data={"token": "guess"}).status_code == 401
        entered = browser.post("/login", data={"token": token}, follow_redirects=False)
        cookie = entered.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert browser.get("/").status_code == 200
        _called_otherwise(browser)
    with _browser(served) as other:
        answer = other.get(f"/?min=0.5&token={token}")
        assert (answer.status_code, answer.url.query) == (200, b"min=0.5")
        assert token not in answer.text


def _called_otherwise(browser: httpx.Client) -> None:
    """Who has the token may come by the name of another machine: a container's, a proxy's."""
    for host in ("nas:8080", "review.example.org"):
        assert browser.get("/", headers={"host": host}).status_code == 200
        own, foreign = {"origin": f"https://{host}"}, {"origin": "https://evil.example"}
        sent = [browser.post("/login", headers={"host": host} | one) for one in (own, foreign)]
        assert [one.status_code for one in sent] == [400, 403]
        with httpx.Client(base_url=browser.base_url) as stranger:
            assert stranger.get("/", headers={"host": host}).status_code == 303
