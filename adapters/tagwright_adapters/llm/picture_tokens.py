"""How many tokens a picture is to a model, by what its maker publishes.

OpenAI (platform.openai.com, images and vision), Anthropic (docs.claude.com, vision), Google
(ai.google.dev, image understanding). Models of others are taken to cut patches of 28 px, as Qwen's
do. For estimates: what is billed is what the service counts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil, sqrt
from typing import TypeAlias

_Rule: TypeAlias = Callable[[int, int], float]
_MOST_PATCHES = 1_536


_MARGIN = 1.5  # over what a rule says, for versions of a model that see more finely
_FOREIGN_MARGIN = 6.0  # likewise where there is no rule: some cut patches of 14 px, or whole tiles


def estimate_picture_tokens(model: str, width: int, height: int) -> int:
    """Return about how many tokens a picture of that many pixels is."""
    return round((_rule(model) or _patches)(width, height))


def most_picture_tokens(model: str, width: int, height: int) -> int:
    """Return how many tokens it is at most."""
    margin = _MARGIN if _rule(model) else _FOREIGN_MARGIN
    return ceil(margin * estimate_picture_tokens(model, width, height))


def _rule(model: str) -> _Rule | None:
    name = model.lower().rpartition("/")[2]
    return next((rule for start, rule in _RULES if name.startswith(start)), None)


def _tiles(width: int, height: int, *, base: int, each: int) -> float:
    """Within 2,048 px, the short side at most 768, cut into squares of 512."""
    scale = min(1.0, 2_048 / max(width, height), 768 / min(width, height))
    return base + each * ceil(width * scale / 512) * ceil(height * scale / 512)


def _patches(width: int, height: int, *, side: int = 28, each: float = 1.0) -> float:
    scale = min(1.0, sqrt(_MOST_PATCHES * side * side / (width * height)))
    return each * min(_MOST_PATCHES, ceil(width * scale / side) * ceil(height * scale / side))


def _area(width: int, height: int) -> float:
    return width * height / 750


def _crops(width: int, height: int) -> float:
    """Small ones whole, others in squares of two thirds of the short side."""
    if max(width, height) <= 384:
        return 258
    unit = max(1, int(min(width, height) / 1.5))
    return 258 * ceil(width / unit) * ceil(height / unit)


# The first whose name a model's begins with.
_RULES: tuple[tuple[str, _Rule], ...] = (
    ("gpt-4o-mini", partial(_tiles, base=2_833, each=5_667)),
    ("gpt-4.1-mini", partial(_patches, side=32, each=1.62)),
    ("gpt-4.1-nano", partial(_patches, side=32, each=2.46)),
    ("gpt-5-mini", partial(_patches, side=32, each=1.62)),
    ("gpt-5-nano", partial(_patches, side=32, each=2.46)),
    ("o4-mini", partial(_patches, side=32, each=1.72)),
    ("gpt-5", partial(_tiles, base=70, each=140)),
    ("gpt-4", partial(_tiles, base=85, each=170)),
    ("claude", _area),
    ("gemini", _crops),
)
