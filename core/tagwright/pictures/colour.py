"""From any of Pillow's modes and any embedded profile to eight-bit sRGB."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageCms

_FULL_SCALE = 65535
_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC colour space: Pillow mode


def resizable(image: Image.Image) -> Image.Image:
    """Return the image in a mode of eight bits a channel that filters can work on."""
    if image.mode.startswith("I;16"):
        wide = image.convert("I").point(lambda value: value * (255 / _FULL_SCALE))
        return wide.convert("L")
    if image.mode in {"I", "F"}:
        return _stretched(image)
    if "transparency" in image.info:
        return image.convert("RGBA")
    palette = {"1": "L", "P": "RGB", "PA": "RGBA"}
    return image.convert(palette[image.mode]) if image.mode in palette else image


def to_srgb(image: Image.Image) -> Image.Image:
    """Return the image as RGB without alpha, by its own profile where that is usable.

    A profile that is broken, or for another kind of image, is passed over.
    """
    flat = _on_white(image)
    if flat.mode == "LAB":
        return _converted(flat, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    data = image.info.get("icc_profile")
    if data:
        try:
            profile = ImageCms.ImageCmsProfile(BytesIO(data))
            if _applies(profile, flat):
                return _converted(flat, profile)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return flat.convert("RGB")


def _stretched(image: Image.Image) -> Image.Image:
    """Map the range of values in use to black and white: nothing says what they stand for."""
    extrema = image.getextrema()
    low, high = float(extrema[0]), float(extrema[1])  # type: ignore[arg-type] # one band
    scale = 255 / (high - low) if high > low else 0.0
    return image.point(lambda value: value * scale - low * scale).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    if not image.mode.endswith(("A", "a")):
        return image
    colour = "L" if image.mode.startswith("L") else "RGB"
    paper = Image.new(colour, image.size, "white")
    rgba = image.convert("RGBA")
    paper.paste(rgba.convert(colour), mask=rgba.getchannel("A"))
    return paper


def _applies(profile: ImageCms.ImageCmsProfile, image: Image.Image) -> bool:
    """Say whether the profile is for this kind of image and there is anything to convert."""
    is_srgb = "sRGB" in (profile.profile.profile_description or "")
    return _SPACES.get(profile.profile.xcolor_space) == image.mode and not is_srgb


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    converted = ImageCms.profileToProfile(
        image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert converted is not None  # it is not done in place
    return converted
