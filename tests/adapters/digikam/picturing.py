"""Takes docs/digikam-tags.png: digiKam's tag tree after it has scanned an album tagged by us.

Run by hand: ``python -m tests.adapters.digikam.picturing``. The photos are free of any conditions.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from PIL import ImageGrab
from tests.adapters.digikam.program import Digikam

PICTURE = Path(__file__).parents[3] / "docs/digikam-tags.png"
_PHOTOS = Path(__file__).parents[2] / "photos"
_NAMES = ("astronaut", "cat", "coffee", "grass-bw", "hubble", "photographer-bw", "rocket")
_SIZE = (1000, 620)
_STYLE = (140, 329)  # the tag with most photos below it
_WINDOW = """
[General Settings]
1400x1000 screen: Width={width}
1400x1000 screen: Height={height}
Application Style=fusion

[TagView Sidebar]
Expansion={tags}
Selection={chosen}
CurrentIndex={chosen}

[Digikam Left Sidebar]
ActiveTab=1

[MainWindow]
InitialTagID={chosen}
"""


def picture(state: Path) -> None:
    """Tag an album, let digiKam scan it, and look at its window."""
    album = state / "album"
    album.mkdir()
    for name in _NAMES:
        shutil.copyfile(_PHOTOS / f"{name}.jpg", album / f"{name}.jpg")
    command = [sys.executable, "-m", "tagwright_plugins.cli", "tag", str(album)]
    subprocess.run([*command, "--state", str(state / "state")], check=True)
    with Digikam(state / "digikam", album) as digikam:
        digikam.begin()
        digikam.quit(digikam.start())
        with closing(sqlite3.connect(digikam.database)) as connection:
            tags = [tag for (tag,) in connection.execute("SELECT id FROM Tags WHERE id > 7")]
            counted = "SELECT tagid FROM ImageTags GROUP BY tagid ORDER BY COUNT(*) DESC LIMIT 1"
            ((chosen,),) = connection.execute(counted).fetchall()
        with digikam.rc.open("a", encoding="utf-8") as stream:
            expanded = ",".join(map(str, (0, *tags)))
            width, height = _SIZE
            stream.write(_WINDOW.format(width=width, height=height, tags=expanded, chosen=chosen))
        running = digikam.start()
        digikam.act(running, "browse_tag")
        digikam.click(_STYLE)
        time.sleep(8)  # its words on what it has found go by themselves
        seen = ImageGrab.grab(bbox=(0, 0, *_SIZE), xdisplay=digikam.environment["DISPLAY"])
        digikam.quit(running)
    seen.quantize(128).save(PICTURE, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        picture(Path(folder))
    sys.stdout.write(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes\n")
