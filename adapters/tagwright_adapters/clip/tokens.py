"""Texts as the numbers that a model reads."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tagwright_adapters.clip.layout import CONFIG, TOKENIZER, TOKENIZER_CONFIG, broken

_CONTEXT = 77  # tokens, where the model does not say
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_NLLB = {"de": "deu_Latn", "en": "eng_Latn", "fr": "fra_Latn"}  # languages that prompts are in


class Tokens:
    """Truncates and pads every text to the length that the model was made for."""

    def __init__(self, folder: Path, language: str) -> None:
        """Load what is in the folder of a model.

        Args:
            folder: Of the model.
            language: Of the texts, BCP 47; counts for models called "nllb…" only.

        Raises:
            ConfigurationError: it cannot be used.
        """
        try:
            config = json.loads((folder / CONFIG).read_text("utf-8"))["text_cfg"]
            length = int(config.get("context_length", _CONTEXT))
            cleaning = (config.get("tokenizer_kwargs") or {}).get("clean")
            settings = json.loads((folder / TOKENIZER_CONFIG).read_text("utf-8"))
            self._tokenizer = _tokenizer(folder / TOKENIZER, _pad(settings), length)
        except Exception as exc:  # tokenizers' errors have no base of their own
            raise broken(folder, f"its texts cannot be read: {exc!r}") from exc
        self._canonical = cleaning == "canonicalize"
        nllb = folder.name.startswith("nllb")
        self._prefix = _NLLB.get(language.partition("-")[0], _NLLB["en"]) if nllb else ""

    def __call__(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return numbers and which of them count, both of shape (texts, length)."""
        encoded = self._tokenizer.encode_batch([self._cleaned(text) for text in texts])
        ids = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        return ids, mask

    def _cleaned(self, text: str) -> str:
        text = " ".join(text.split())
        if self._canonical:
            text = text.translate(_NO_PUNCTUATION).lower()
        return self._prefix + text


def _pad(settings: dict[str, Any]) -> str:
    token = settings["pad_token"]
    return str(token["content"] if isinstance(token, dict) else token)


def _tokenizer(path: Path, pad: str, length: int) -> Tokenizer:
    made = Tokenizer.from_file(str(path))
    number = made.token_to_id(pad)
    if number is None:
        msg = f"there is no token {pad!r}"
        raise ValueError(msg)
    made.enable_padding(length=length, pad_token=pad, pad_id=number)
    made.enable_truncation(max_length=length)
    return made
