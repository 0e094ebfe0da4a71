"""Records what a real digiKam writes into a photo and its sidecar, for tests without it.

Run by hand: ``python -m tests.adapters.digikam.recording``. The photo is coffee.jpg
(CC0); all that is said of it is invented.
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

from PIL import Image
from tests.adapters.digikam.program import Digikam

WRITTEN = Path(__file__).parent / "written"
_PHOTO = Path(__file__).parents[2] / "photos/coffee.jpg"
_EDITOR = "/digikam/Image_Editor"
_KINDS = ("Tags", "FaceTags", "Position", "Rating", "Color_Label", "Pick_Label", "EXIF_Comments")
_FACTS = """
INSERT INTO Tags (id, pid, name) VALUES (100, 0, 'Places'), (101, 100, 'Rome'),
    (102, (SELECT id FROM Tags WHERE name = 'People'), 'Anna Smith'),
    (103, 1, 'Color Label Red'), (104, 1, 'Pick Label Accepted');
INSERT INTO TagProperties VALUES
    (102, 'person', 'Anna Smith'), (102, 'faceEngineName', 'Anna Smith'),
    (103, 'internalTag', NULL), (104, 'internalTag', NULL);
INSERT INTO ImageTags SELECT Images.id, Tags.id FROM Images, Tags WHERE Tags.id > 100;
INSERT INTO ImageTagProperties
    SELECT id, 102, 'tagRegion', '<rect x="40" y="20" width="30" height="40"/>' FROM Images;
INSERT INTO ImagePositions (imageid, latitude, latitudeNumber, longitude, longitudeNumber, altitude)
    SELECT id, '41,53.41N', 41.890167, '12,29.53E', 12.492167, 21.0 FROM Images;
INSERT INTO ImageComments (imageid, type, language, comment)
    SELECT id, 1, 'x-default', 'Coffee at the Forum' FROM Images
    UNION SELECT id, 3, 'x-default', 'Rome, day two' FROM Images;
UPDATE ImageInformation SET rating = 4;
"""


def record(state: Path) -> None:
    """Let digiKam write all that it can, into a photo that it has edited and beside it."""
    album = state / "album"
    album.mkdir()
    photo, edited = album / "everything.jpg", album / "everything_v1.jpg"
    with Image.open(_PHOTO) as picture:
        picture.thumbnail((160, 160))
        picture.save(photo, quality=80)
    with Digikam(state / "digikam", album) as digikam:
        switches = {f"Save_{kind}": "true" for kind in _KINDS}
        digikam.configure(Metadata_Writing_Mode="2", **switches)
        digikam.begin()
        digikam.quit(digikam.start())
        with closing(sqlite3.connect(digikam.database)) as connection:
            connection.executescript(_FACTS)
        running = digikam.start()
        digikam.write_album(running, Path(f"{photo}.xmp").exists)
        digikam.act(running, "selectAll")
        digikam.act(running, "image_edit")
        _edit(digikam, running, edited)
        digikam.quit(running)
    WRITTEN.mkdir(exist_ok=True)
    for suffix in ("", ".xmp"):
        shutil.copyfile(f"{edited}{suffix}", f"{WRITTEN / photo.name}{suffix}")


def _edit(digikam: Digikam, running: subprocess.Popen[bytes], edited: Path) -> None:
    """Turn and invert the picture, twice, so that it looks the same; save it as a new version."""
    digikam.wait(running, lambda: digikam.act(running, "editorwindow_selectNone", _EDITOR))
    time.sleep(5)  # it ends where it is asked to change a picture that it has not loaded yet
    for action in ("color_invert", "transform_rotateright", "color_invert"):
        digikam.act(running, f"editorwindow_{action}", _EDITOR)

    def is_saved() -> bool:
        digikam.act(running, "editorwindow_savenewversion", _EDITOR)
        return edited.exists() and Path(f"{edited}.xmp").exists()

    digikam.wait(running, is_saved)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="digikam") as folder:
        record(Path(folder))
    sys.stdout.write(f"written to {WRITTEN}\n")
