"""Names under which programs write files that are not complete yet.

Most need no rule of their own, because a photo is neither hidden nor has one of these suffixes:

=========================  ==========================================================
Chrome, Edge, Vivaldi      ``IMG.jpg.crdownload``, ``Unconfirmed 4711.crdownload``
Firefox                    ``IMG.jpg.part`` beside an empty ``IMG.jpg``
Safari                     ``IMG.jpg.download/IMG.jpg``: see the folders that a scan skips
Opera                      ``IMG.jpg.opdownload``
rsync                      ``.IMG.jpg.Ab3dEf``, ``.~tmp~/IMG.jpg``, ``.rsync-partial/IMG.jpg``
Syncthing                  ``.syncthing.IMG.jpg.tmp``, ``~syncthing~IMG.jpg.tmp``
Nextcloud, ownCloud        ``.IMG.jpg.~1a2b``, ``IMG.jpg.ocTransferId4711.part``
Dropbox                    ``.dropbox.cache/…``
Resilio Sync               ``IMG.jpg.!sync``
rclone                     ``IMG.jpg.1a2b3c4d.partial``
WinSCP                     ``IMG.jpg.filepart``
Android                    ``.pending-1700000000-IMG.jpg``, ``.trashed-1700000000-IMG.jpg``
KDE, gphoto2 in digiKam    ``IMG.jpg.part``, ``.digikam-camera-4711``
GNOME                      ``.goutputstream-AB12CD``
Tagwright                  ``.tagwright-….tmp``
=========================  ==========================================================
"""

from __future__ import annotations

import os

_MARKS = (  # in names that have a photo's suffix
    "~syncthing~",  # Syncthing, on file systems without hidden files; old versions kept the suffix
    ".digikamtempfile.",  # digiKam: batch queue, editor, frames of videos
)

_COMPANIONS = (
    ".part",  # Firefox: reserves the final name
    ".aria2",  # aria2: writes under the final name, with the record of what is there beside it
)


def is_unfinished(names: str) -> bool:
    """Say whether a name, or one of several joined by ``/``, is of a file that is being made."""
    return any(mark in names for mark in _MARKS)


def has_companion(path: str) -> bool:
    """Say whether a file lies beside that shows that the one at ``path`` is being made."""
    return any(os.path.lexists(path + suffix) for suffix in _COMPANIONS)
