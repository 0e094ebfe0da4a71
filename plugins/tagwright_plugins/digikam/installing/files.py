"""The texts of those files: a workflow's script and desktop entries."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from tagwright_adapters.digikam.workflows import Workflow
from tagwright_plugins.digikam.batch import BETWEEN, END

MARK = "# Made by 'tagwright digikam install'; make it anew rather than change it."

_TITLE = "Tag with Tagwright"
_DESCRIPTION = (
    "Gives the photos AI tags in your own vocabulary. What fails stays in the queue, unchanged."
)
_SCRIPT = f"""\
{MARK}
exec {{command}} <<'{END}'
$INPUT
{BETWEEN}
$OUTPUT
{END}
"""
_ENTRY = f"""\
{MARK}
[Desktop Entry]
Type=Application
Name={{name}}
Comment={{comment}}
Exec={{command}} -- %F
Icon=tag
Terminal=false
Categories=Graphics;Photography;
MimeType={{types}}
"""
_TYPES = (
    "image/jpeg;image/png;image/tiff;image/webp;image/heif;image/heic;image/avif;image/jxl;"
    "image/gif;image/bmp;image/x-adobe-dng;image/x-canon-cr2;image/x-canon-cr3;image/x-canon-crw;"
    "image/x-fuji-raf;image/x-nikon-nef;image/x-nikon-nrw;image/x-olympus-orf;"
    "image/x-panasonic-rw2;image/x-panasonic-raw;image/x-pentax-pef;image/x-samsung-srw;"
    "image/x-sony-arw;image/x-sony-sr2;image/x-sony-srf;image/x-dcraw;"
)
_WORDS = {
    "tag": ("Tag with Tagwright", "Give photos AI tags in your own vocabulary"),
    "review": ("Review in Tagwright", "Decide on the tags that wait for you"),
}


def workflow(command: Sequence[str]) -> Workflow:
    """Return the workflow whose script starts ``command``.

    digiKam pastes paths into the script's text. In a here-document the shell takes nothing in
    them for its own, and a line of slashes alone is in no path.
    """
    return Workflow(_TITLE, _DESCRIPTION, _SCRIPT.format(command=shlex.join(command)))


def entry_name(what: str) -> str:
    """Return the file name of a desktop entry."""
    return f"org.tagwright.digikam.{what}.desktop"


def desktop_entry(what: str, command: Sequence[str]) -> str:
    """Return the text of the desktop entry that starts ``command``, for "tag" or "review"."""
    name, comment = _WORDS[what]
    line = " ".join(map(_argument, command))
    return _ENTRY.format(name=name, comment=comment, command=line, types=_TYPES)


def _argument(text: str) -> str:
    r"""Quote an argument of ``Exec``: twice, as the standard for desktop entries has it.

    Once for the line, where percent signs are fields, and once for a value, where each backslash
    is doubled.
    """
    quoted = text
    for special in ("\\", '"', "`", "$"):
        quoted = quoted.replace(special, f"\\{special}")
    value = quoted.replace("%", "%%").replace("\\", "\\\\").replace("\n", "\\n")
    return f'"{value}"'
