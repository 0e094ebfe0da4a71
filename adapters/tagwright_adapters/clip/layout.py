"""The files of a model, as Immich's machine learning keeps them."""

from __future__ import annotations

from pathlib import Path

from tagwright.errors import ConfigurationError

CONFIG = "config.json"
TOKENIZER = "textual/tokenizer.json"
TOKENIZER_CONFIG = "textual/tokenizer_config.json"
TEXTUAL = "textual/model.onnx"
PREPROCESSING = "visual/preprocess_cfg.json"
VISUAL = "visual/model.onnx"

FILES = (CONFIG, TOKENIZER, TOKENIZER_CONFIG, PREPROCESSING, TEXTUAL, VISUAL)
"""All of them, small ones first."""


def missing(folder: Path) -> list[str]:
    """Return the files that a folder lacks."""
    return [name for name in FILES if not (folder / name).is_file()]


def broken(folder: Path, what: str) -> ConfigurationError:
    """Return our error for a folder whose model cannot be run."""
    cure = f"A model's folder holds {', '.join(FILES)}, as Immich's machine learning has it."
    return ConfigurationError(f"the CLIP model in {folder} fails: {what[:300]}.", cure=cure)
