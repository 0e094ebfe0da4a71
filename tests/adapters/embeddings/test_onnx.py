"""Sentence-embedding models from a folder: tiny ones, made here, run by the real runtime."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, save
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from tagwright.errors import ConfigurationError
from tagwright_adapters.embeddings import OnnxEmbedder

VOCABULARY = {"[PAD]": 0, "[UNK]": 1, "dog": 2, "hound": 3, "car": 4}
VECTORS = [(9.0, 9.0), (0.1, 0.1), (3.0, 0.0), (2.9, 0.3), (0.0, 5.0)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model whose vector of a word is looked up, as (texts, words, 2)."""
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "words",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "words"])
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info(
                "last_hidden_state", TensorProto.FLOAT, ["texts", "words", 2]
            )
        ],
        [helper.make_tensor("table", TensorProto.FLOAT, [5, 2], np.array(VECTORS).ravel())],
    )
    opset = [helper.make_opsetid("", 17)]
    save(helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "model.onnx")
    tokenizer = Tokenizer(WordLevel(VOCABULARY, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def pooling(folder: Path, *modes: str) -> None:
    """Write how words become a text."""
    (folder / "1_Pooling").mkdir()
    content = {"word_embedding_dimension": 2} | dict.fromkeys(modes, True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(content))


def test_texts_become_the_mean_of_their_words(folder: Path) -> None:
    """Of length 1, without what only fills a batch up."""
    rows = OnnxEmbedder(folder)(["dog", "dog car", "hound", *["car"] * 100])
    assert rows.shape == (103, 2)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0)
    assert np.allclose(rows[0], (1, 0))
    assert np.allclose(rows[1], np.array((3, 5)) / np.hypot(3, 5))
    assert rows[0] @ rows[2] > 0.99


def test_the_first_word_counts_where_the_model_says_so(folder: Path) -> None:
    """As sentence-transformers writes it; the key tells the two apart."""
    mean = OnnxEmbedder(folder).key
    pooling(folder, "pooling_mode_cls_token")
    first = OnnxEmbedder(folder)
    assert np.allclose(first(["dog car"]), [(1, 0)])
    assert first.key != mean


def test_other_ways_of_pooling_are_refused(folder: Path) -> None:
    """Rather than made up."""
    pooling(folder, "pooling_mode_max_tokens")
    with pytest.raises(ConfigurationError, match="pooling_mode_max_tokens"):
        OnnxEmbedder(folder)


@pytest.mark.parametrize("broken", ["model.onnx", "tokenizer.json"])
@pytest.mark.parametrize("content", [None, b"", b"no model"])
def test_what_is_no_model_is_refused(folder: Path, broken: str, content: bytes | None) -> None:
    """With the file or folder, and what to do."""
    (folder / broken).unlink()
    if content is not None:
        (folder / broken).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        OnnxEmbedder(folder)
    assert str(folder) in str(caught.value)
    assert "[embeddings] model" in str(caught.value)
