"""What Immich's machine learning answers, or None where it is something else."""

from __future__ import annotations

import json

import numpy as np

from tagwright_adapters.clip.scoring import Vectors, unit

_SURE = 0.8  # score from which a line counts as read


def read_vector(body: dict[str, object]) -> Vectors | None:
    """Return the vector in an answer: a JSON string inside the JSON, of any length."""
    inner = body.get("clip")
    try:
        numbers = json.loads(inner) if isinstance(inner, str) else None
        vector = np.array(numbers, dtype=np.float32)
        return unit(vector) if vector.ndim == 1 and vector.size else None
    except (ValueError, TypeError, RecursionError, OverflowError):
        return None


def read_words(body: dict[str, object]) -> list[str] | None:
    """Return the lines of text that were read for certain."""
    inner = body.get("ocr")
    if not isinstance(inner, dict):
        return None
    texts, scores = inner.get("text"), inner.get("textScore")
    if not isinstance(texts, list) or not isinstance(scores, list) or len(texts) != len(scores):
        return None
    return [
        text
        for text, score in zip(texts, scores, strict=True)
        if isinstance(text, str) and isinstance(score, int | float) and score >= _SURE
    ]
