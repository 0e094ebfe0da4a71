"""The password in digiKam's settings, obscured with a key that is the same for everybody."""

from __future__ import annotations

import base64
import zlib
from binascii import Error as Base64Error
from itertools import pairwise

from tagwright_adapters.digikam.errors import DigikamError

_VERSION = 3  # of "SimpleCrypt"
_COMPRESSED, _CHECKSUM, _HASH = 1, 2, 4
_CHECKED = {_CHECKSUM: 2, _HASH: 20}  # bytes that stand before the text


def reveal(text: str) -> str:
    """Return the password that a text hides.

    The key is zero: digiKam makes it of a digest's bytes, read as a decimal number that they are
    not. What is left are bytes that each stand exclusive-or with the one before.

    Raises:
        DigikamError: the text is of another kind; it is not in the message.
    """
    if not text:
        return ""
    try:
        return _plain(base64.b64decode(text, validate=True))
    except (Base64Error, ValueError, zlib.error) as exc:
        message = "the password in digiKam's settings cannot be read."
        cure = "Write it as 'Database Password=...' into a copy of digikamrc, and name that."
        raise DigikamError(message, cure=cure) from exc


def _plain(data: bytes) -> str:
    version, flags, *body = data
    if version != _VERSION:
        raise ValueError(version)
    plain = bytes(one ^ before for before, one in pairwise(body))
    text = plain[sum(size for flag, size in _CHECKED.items() if flags & flag) :]
    return (zlib.decompress(text[4:]) if flags & _COMPRESSED else text).decode()
