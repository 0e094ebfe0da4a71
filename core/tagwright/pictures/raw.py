"""RAW files through LibRaw: the camera's own preview, or else a half-size decode."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from PIL import Image
from PIL.ExifTags import Base

from tagwright.errors import UnreadableError
from tagwright.pictures.stills import Jpeg, decoding, shrunk, turned

if TYPE_CHECKING:
    import rawpy

_ORIENTATIONS = {3: 3, 5: 8, 6: 6}  # LibRaw's flip: EXIF orientation


def negative(stream: BinaryIO, long_edge: int) -> Image.Image:
    """Return the picture in a RAW file, upright and no larger than asked.

    Raises:
        UnreadableError: LibRaw cannot read it, or is not installed.
    """
    try:
        import rawpy  # noqa: PLC0415 - an extra
    except ImportError as exc:
        cure = "Run: pip install 'tagwright[raw]'"
        raise UnreadableError("RAW files need a decoder to be installed.", cure=cure) from exc
    # LibRaw opens by name but not by every name; that of the descriptor always works.
    with decoding(), rawpy.imread(f"/dev/fd/{stream.fileno()}") as raw:
        enough = min(long_edge, max(raw.sizes.width, raw.sizes.height) // 2)
        preview = _preview(raw)
        if preview and max(preview.size) >= enough:
            orientation = preview.getexif().get(
                Base.Orientation, _ORIENTATIONS.get(raw.sizes.flip, 1)
            )
            return turned(shrunk(preview, long_edge), orientation)
        half = raw.postprocess(half_size=True, use_camera_wb=True)  # upright
        return shrunk(Image.fromarray(half), long_edge)


def _preview(raw: rawpy.RawPy) -> Image.Image | None:
    """Return the largest preview as it is stored, if there is one that can be read."""
    import rawpy  # noqa: PLC0415 - an extra

    try:
        thumbnail = raw.extract_thumb()
    except rawpy.LibRawError:
        return None
    data: Any = thumbnail.data  # bytes or an array, as the format says
    if thumbnail.format is rawpy.ThumbFormat.JPEG:
        return Jpeg(BytesIO(data))
    return Image.fromarray(data)
