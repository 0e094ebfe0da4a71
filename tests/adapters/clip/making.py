"""A tiny CLIP model, and pictures that it understands: a vector is the mean colour.

The picture half averages red, green and blue; the text half averages what each word stands for in
the same three numbers. So a red picture is nearest to "red", and a photo of the sea to "sea".
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper, save
from PIL import Image
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace

from tagwright.model import Rendition

WORDS = {
    "red": (1.0, 0.0, 0.0),
    "rot": (1.0, 0.0, 0.0),
    "rose": (0.9, 0.1, 0.2),
    "green": (0.0, 1.0, 0.0),
    "grass": (0.1, 0.9, 0.1),
    "blue": (0.0, 0.0, 1.0),
    "sea": (0.1, 0.3, 0.9),
    "coffee": (0.85, 0.46, 0.28),  # the mean colours of two sample photos
    "rocket": (0.45, 0.53, 0.72),
    "photo": (0.25, 0.25, 0.25),
    "picture": (0.25, 0.25, 0.25),
    "foto": (0.25, 0.25, 0.25),
}
"""What each word adds to the vector of a text; all others add nothing."""

SIZE = 8  # px
LENGTH = 16  # tokens
_OPSET = [helper.make_opsetid("", 17)]


def make_model(
    folder: Path, *, batch: str | int = "texts", uint8: bool = False, resize: str = "shortest"
) -> Path:
    """Write the files of a model into a folder, in the layout of Immich's machine learning."""
    (folder / "textual").mkdir(parents=True)
    (folder / "visual").mkdir()
    config = {"embed_dim": 3, "text_cfg": {"context_length": LENGTH}}
    (folder / "config.json").write_text(json.dumps(config))
    _tokenizer().save(str(folder / "textual" / "tokenizer.json"))
    settings = {"pad_token": "<pad>"}
    (folder / "textual" / "tokenizer_config.json").write_text(json.dumps(settings))
    preprocessing = {
        "size": [SIZE, SIZE],
        "mean": [0.5, 0.4, 0.3],
        "std": [0.2, 0.25, 0.5],
        "interpolation": "bicubic",
        "resize_mode": resize,
    }
    (folder / "visual" / "preprocess_cfg.json").write_text(json.dumps(preprocessing))
    save(_textual(batch), folder / "textual" / "model.onnx")
    save(_visual_uint8() if uint8 else _visual(), folder / "visual" / "model.onnx")
    return folder


def picture(colour: str | tuple[int, int, int], size: tuple[int, int] = (64, 48)) -> bytes:
    """Return a JPEG of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG", quality=95)
    return file.getvalue()


def rendition(colour: str | tuple[int, int, int]) -> Rendition:
    """Return a rendition of one colour."""
    return Rendition(picture(colour), 64, 48)


def text_vector(text: str) -> list[float]:
    """Return what the text half makes of a text, not of length 1."""
    rows = [WORDS[word] for word in text.lower().replace(",", " ").split() if word in WORDS]
    return [float(one) for one in np.sum([(0.01, 0.01, 0.01), *rows], axis=0)]


def picture_vector(jpeg: bytes) -> list[float]:
    """Return what the picture half makes of a picture, not of length 1."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return [float(one) for one in np.asarray(image.convert("RGB")).mean(axis=(0, 1)) / 255]


def _tokenizer() -> Tokenizer:
    vocabulary = {"<unk>": 0, "<pad>": 1} | {word: at + 2 for at, word in enumerate(WORDS)}
    made = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    made.normalizer = Lowercase()
    made.pre_tokenizer = Whitespace()
    return made


def _textual(batch: str | int) -> ModelProto:
    table = np.array([(0.0,) * 3, (0.01 / LENGTH,) * 3, *WORDS.values()], np.float32)
    return helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Gather", ["table", "text"], ["words"]),
                helper.make_node("ReduceMean", ["words"], ["vector"], axes=[1], keepdims=0),
            ],
            "textual",
            [helper.make_tensor_value_info("text", TensorProto.INT32, [batch, LENGTH])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [batch, 3])],
            [numpy_helper.from_array(table, "table")],
        ),
        opset_imports=_OPSET,
        ir_version=8,
    )


def _visual() -> ModelProto:
    """Undo the normalisation and average: who normalises otherwise gets another colour."""
    std = np.array([0.2, 0.25, 0.5], np.float32).reshape(1, 3, 1, 1)
    mean = np.array([0.5, 0.4, 0.3], np.float32).reshape(1, 3, 1, 1)
    return helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Mul", ["image", "std"], ["scaled"]),
                helper.make_node("Add", ["scaled", "mean"], ["colours"]),
                helper.make_node("ReduceMean", ["colours"], ["vector"], axes=[2, 3], keepdims=0),
            ],
            "visual",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 3])],
            [numpy_helper.from_array(std, "std"), numpy_helper.from_array(mean, "mean")],
        ),
        opset_imports=_OPSET,
        ir_version=8,
    )


def _visual_uint8() -> ModelProto:
    return helper.make_model(
        helper.make_graph(
            [
                helper.make_node("Cast", ["image"], ["numbers"], to=TensorProto.FLOAT),
                helper.make_node("ReduceMean", ["numbers"], ["vector"], axes=[1, 2], keepdims=0),
            ],
            "visual",
            [helper.make_tensor_value_info("image", TensorProto.UINT8, [1, SIZE, SIZE, 3])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 3])],
        ),
        opset_imports=_OPSET,
        ir_version=8,
    )
