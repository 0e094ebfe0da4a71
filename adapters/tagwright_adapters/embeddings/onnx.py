"""A sentence-embedding model as sentence-transformers exports it.

The folder holds ``model.onnx`` (or ``onnx/model.onnx``), ``tokenizer.json`` and, if the vectors of
words are not to be averaged, ``1_Pooling/config.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tagwright.errors import ConfigurationError, MissingProgramError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 64  # texts
_LONGEST = 128  # tokens of a text; labels have a few
_CURE = "Name the folder of a sentence-embedding model in ONNX under [embeddings] model."


class OnnxEmbedder:
    """Turns texts into vectors of length 1."""

    def __init__(self, folder: Path) -> None:
        """Load a model.

        Raises:
            MissingProgramError: the extra ``embeddings`` is not installed.
            ConfigurationError: the folder holds no model that can be run.
        """
        model = folder / "model.onnx"
        model = model if model.is_file() else folder / "onnx" / "model.onnx"
        tokenizer = folder / "tokenizer.json"
        self._folder = folder
        self._first_token = _takes_first_token(folder / "1_Pooling" / "config.json")
        self.key = _hash([model, tokenizer], self._first_token)
        self._tokenizer, self._session = self._load(tokenizer, model)
        self._inputs = [one.name for one in self._session.get_inputs()]
        unknown = set(self._inputs) - {"input_ids", "attention_mask", "token_type_ids"}
        if unknown:
            msg = f"the model in {folder} wants {', '.join(sorted(unknown))}, which no text has."
            raise ConfigurationError(msg, cure=_CURE)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text, of shape (texts, dimensions).

        Raises:
            ConfigurationError: the model fails.
        """
        import numpy as np  # noqa: PLC0415 - an extra

        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        rows = np.concatenate([self._run(batch) for batch in batches])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: NDArray[np.float32] = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
        return unit

    def _run(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np  # noqa: PLC0415 - an extra

        encoded = self._tokenizer.encode_batch(list(texts))
        columns = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int64),
            "token_type_ids": np.array([one.type_ids for one in encoded], dtype=np.int64),
        }
        try:
            output = self._session.run(None, {name: columns[name] for name in self._inputs})[0]
        except Exception as exc:  # onnxruntime's errors share no base of their own
            raise self._broken(exc) from exc
        return self._pooled(np.asarray(output, dtype=np.float32), columns["attention_mask"])

    def _pooled(self, output: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        if output.ndim == 2:
            return output  # the model does it itself
        if output.ndim != 3 or output.shape[:2] != mask.shape:
            msg = f"the model in {self._folder} answers in the shape {output.shape}."
            raise ConfigurationError(msg, cure=_CURE)
        if self._first_token:
            first: NDArray[np.float32] = output[:, 0]
            return first
        weights = mask[:, :, None].astype(output.dtype)
        mean: NDArray[np.float32] = (output * weights).sum(axis=1) / weights.sum(axis=1).clip(1e-9)
        return mean

    def _load(self, tokenizer: Path, model: Path) -> tuple[Any, Any]:
        try:
            from tokenizers import Tokenizer  # noqa: PLC0415 - an extra

            from tagwright_adapters.inference import open_model  # noqa: PLC0415 - an extra
        except ImportError as exc:
            msg = f"the package {exc.name} for embedding models is not installed."
            raise MissingProgramError(msg, cure="pip install 'tagwright[embeddings]'") from exc
        try:
            loaded = Tokenizer.from_file(str(tokenizer))
            loaded.enable_truncation(_LONGEST)
            loaded.enable_padding(pad_id=loaded.token_to_id("[PAD]") or 0)
            session = open_model(model)
        except Exception as exc:  # neither package has an error base of its own
            raise self._broken(exc) from exc
        return loaded, session

    def _broken(self, exc: Exception) -> ConfigurationError:
        first = str(exc).strip().partition("\n")[0]
        return ConfigurationError(f"the model in {self._folder} fails: {first[:300]}.", cure=_CURE)


def _takes_first_token(config: Path) -> bool:
    """Return whether a text's vector is that of its first token, and not the mean."""
    try:
        settings = json.loads(config.read_text("utf-8"))
        modes = {
            name
            for name, value in settings.items()
            if name.startswith("pooling_mode") and value is True
        }
    except FileNotFoundError:
        return False
    except (OSError, ValueError, AttributeError) as exc:
        raise ConfigurationError(f"{config} cannot be read: {exc}.", cure=_CURE) from exc
    if modes <= {"pooling_mode_mean_tokens"}:
        return False
    if modes == {"pooling_mode_cls_token"}:
        return True
    msg = f"{config} asks for {', '.join(sorted(modes))}, which is not supported."
    raise ConfigurationError(msg, cure="Choose a model that takes the mean or the first token.")


def _hash(paths: Sequence[Path], first_token: bool) -> str:
    digest = hashlib.sha256(str(first_token).encode())
    for path in paths:
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as exc:
            raise ConfigurationError(f"{path} cannot be read: {exc.strerror}.", cure=_CURE) from exc
    return digest.hexdigest()[:16]
