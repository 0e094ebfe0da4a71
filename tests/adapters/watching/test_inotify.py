"""The limits of inotify: said with the command that raises them, and lived with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("inotify is Linux'", allow_module_level=True)

from tests.adapters.watching.listening import QUICK, Listen, put
from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, Mask, WatchDescriptor

from tagwright_adapters.watching import WatchOptions, inotify
from tagwright_adapters.watching.inotify import EventsUnavailableError, FolderEvents, watch_limit
from tagwright_adapters.watching.news import News


@pytest.fixture
def news() -> News:
    return News(QUICK, lambda: None)


def test_the_limit_is_said_with_the_command_that_raises_it(tmp_path: Path, news: News) -> None:
    folders = [tmp_path / name for name in "abc"]
    events = FolderEvents(news, limit=lambda: 2)
    try:
        for folder in folders:
            folder.mkdir()
        for folder in folders[:2]:
            events.add(str(folder))
        events.add(str(folders[0]))
        with pytest.raises(EventsUnavailableError, match="lets you watch 2 folders") as caught:
            events.add(str(folders[2]))
        assert "sudo sysctl fs.inotify.max_user_watches=" in str(caught.value)
    finally:
        events.close()


def test_the_system_says_its_limit() -> None:
    limit = watch_limit()
    assert limit is not None
    assert limit > 0


async def test_beyond_the_limit_it_is_polled(
    tmp_path: Path,
    listen: Listen,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "max_user_watches"
    file.write_text("3\n")
    monkeypatch.setattr(inotify, "_LIMIT", file)
    photos = [put(tmp_path / "root" / f"{number}" / "a.jpg") for number in range(5)]
    options = WatchOptions(polling=0.05, patience=QUICK)
    async with listen(tmp_path / "root", options=options) as listener:
        await listener.sees(*photos)
        await listener.sees(put(tmp_path / "root" / "4" / "b.jpg", age=0))
    assert "lets you watch 3 folders" in caplog.text
    assert "looking every 0.05 seconds" in caplog.text


def test_an_overflow_of_the_queue_means_looking_at_everything(tmp_path: Path, news: News) -> None:
    events = FolderEvents(news)
    try:
        events.add(str(tmp_path))
        mask = Mask(InotifyConstants.IN_Q_OVERFLOW)
        events._reader.handle_event(InotifyEvent(WatchDescriptor(-1), mask, 0, b""))
        assert news.take_folders().lost
        assert not news.take_folders().lost
    finally:
        events.close()


def test_news_of_too_many_files_become_one(news: News, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagwright_adapters.watching.news._MOST", 10)
    for number in range(11):
        news.file_closed(f"/p/{number}.jpg")
    assert not news
    assert news.take_folders().lost
