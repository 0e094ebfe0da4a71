"""Files as text: bounded, in the encodings that text editors really write."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from tagwright.taxonomy.problems import InvalidTaxonomyError, Problem, Problems

LARGEST = 8 * 2**20  # bytes; 50,000 concepts with 250,000 labels take 6 MB

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def source_name(path: Path) -> str:
    """Return a path as messages show it, on one line whatever its bytes are."""
    text = str(path)
    return text if text.isprintable() else repr(text)


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        InvalidTaxonomyError: it cannot be opened, is too large, or is in no known encoding.
    """
    return decode(read_bytes(path), source_name(path))


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """Return the content of a file of at most ``largest`` bytes.

    Raises:
        InvalidTaxonomyError: it cannot be opened, or is too large; no more is read then.
    """
    source = source_name(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(largest + 1)
    except OSError as exc:
        what = f"the file cannot be read: {exc.strerror or type(exc).__name__}"
        raise _refusal(source, None, what, "Check its name and permissions.") from exc
    if len(data) > largest:
        what = f"the file is larger than {largest // 2**20} MiB"
        raise _refusal(source, None, what, "Is it a taxonomy? If so, leave branches out.")
    return data


def decode(data: bytes, source: str) -> str:
    """Return text from UTF-8, or from UTF-16 or UTF-32 as Windows programs save it.

    Raises:
        InvalidTaxonomyError: it is in another encoding; says in which line that shows.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        return data.decode(encoding or _unmarked(data))
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        what = f"the text is not {exc.encoding.upper()}, as it should be"
        cure = "Save the file as UTF-8 (Notepad: Save As, Encoding: UTF-8; Excel: 'CSV UTF-8')."
        raise _refusal(source, line, what, cure) from exc


def check_characters(text: str, problems: Problems) -> bool:
    """Report the first character that no text file has, such as NUL; return whether all is well."""
    match = _FORBIDDEN.search(text)
    if match is None:
        return True
    line = text.count("\n", 0, match.start()) + 1
    what = f"U+{ord(match[0]):04X} is no character of a text file"
    problems.error(line, what, "Remove it, or save the file anew from a text editor.")
    return False


def _unmarked(data: bytes) -> str:
    """Return the encoding of a text without a byte order mark, by where its zero bytes are."""
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return "utf-16-le"
    if data[:1] == b"\0" and data[1:2] != b"\0":
        return "utf-16-be"
    return "utf-8"


def _refusal(source: str, line: int | None, what: str, cure: str) -> InvalidTaxonomyError:
    return InvalidTaxonomyError(source, [Problem(source, line, what, cure)])
