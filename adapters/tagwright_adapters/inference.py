"""Opens models in the ONNX format. It needs an extra: import it where models are used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else the runtime reports to its maker, unasked

from onnxruntime import (  # type: ignore[import-untyped]
    InferenceSession,
    SessionOptions,
)


def open_model(path: Path, threads: int = 0) -> Any:
    """Return a session on the processor; ``threads`` 0: as many as there are cores.

    Raises:
        Exception: the file is no model that can be run; the runtime's errors share no base.
    """
    options = SessionOptions()
    options.log_severity_level = 3  # errors; warnings are about how a model was exported
    options.intra_op_num_threads = threads
    return InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
